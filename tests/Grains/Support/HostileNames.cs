namespace Seal.Grains.Tests.Support;

/// <summary>Two hundred texts that are no names: ways out of a folder, letters that differ between file systems, control characters, other scripts,
/// too much of anything.</summary>
internal static class HostileNames
{
    private static readonly string[] Whole =
    [
        "..", ".", "...", "-", "--", "-a", "_", "_a", ".a", "A", "aB", "Ä", "ä", "ß", "ﬁ", "İ", "ı", "名前", "имя", "a̱", "🦭", "a🦭", "\ud800", "\udfffa",
        "\0", "a\0", "a\0b", "\a", "\b", "a\tb", "\t", "a\nb", "a\r\nb", "\n", "\u001b[31m", "\u0085", "\u00a0", "a\u200bb", "\u202eabc", "\ufeffa", "\ufffd",
        " ", " a", "a ", "a b", "/", "//", "a/", "/a", "a//b", "a/b", "a/../b", "../a", "../../etc/passwd", "/etc/passwd", "/dev/null", "./a", "a/.", "a/..", "~", "~root",
        "\\", "a\\b", "..\\a", "..\\..\\windows", "C:", "C:\\", "c:a", "\\\\host\\share", "\\\\?\\C:\\a", "//host/share", "file:///etc/passwd", "http://example.org/a",
        "%2e%2e", "%2e%2e%2f", "..%2f", "..%5c", "%00", "a%00", "%c0%ae%c0%ae", "%252e%252e", "a%20b", "&#46;&#46;", "\\u002e\\u002e", "a+b", "a&b", "a=b", "a?b", "a#b", "a;b", "a,b",
        "a|b", "a>b", "a<b", "a*b", "*", "?", "a\"b", "a'b", "'", "\"", "`", "`id`", "$(id)", "${HOME}", "$HOME", "a$b", "{a}", "[a]", "(a)", "a!b", "!", "@", "a@b", "a:b", ":", "^a", "a~",
        "{{7*7}}", "<script>", "</script>", "'; drop table a; --", "a' or '1'='1", "{\"$type\":\"System.Diagnostics.Process\"}", "[object]", "null\0", "undefined\n", "a.b", "a.json", "a.f1", ".f1", "a..b", "a.", "a_b", "a__b",
        "CON", "Con", "NUL", "LPT1", "con.", "aux.txt", "PRN", "a:stream", "a::$DATA", "desktop.ini", "Thumbs.db", ".git", ".git/config", ".ssh/authorized_keys", "proc/self/environ",
    ];

    /// <summary>Always the same, all different.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Whole,
        .. new[] { 64, 65, 127, 128, 129, 255, 256, 513, 4097, 65_536 }.Select(length => new string('a', length)),
        .. Enumerable.Range(1, 12).Select(depth => string.Concat(Enumerable.Repeat("../", depth)) + "a"),
        .. Enumerable.Range(1, 200).Select(code => $"x{(char)(code < 32 ? code : code + 0x2000)}"),
    ];

    public const int Count = 200;

    public static IEnumerable<string> Some => All.Distinct(StringComparer.Ordinal).Take(Count);
}
