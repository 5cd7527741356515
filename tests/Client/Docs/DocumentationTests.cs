using System.CommandLine;
using System.Text.RegularExpressions;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Docs;

/// <summary>What the pages say about the project is there: files they link to, verbs and options they type.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Root = Path.GetDirectoryName(Places.InRepository("README.md"))!;

    public static TheoryData<string> Pages =>
        [
            .. Directory
                .EnumerateFiles(Root, "*.md")
                .Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
                .Select(page => Path.GetRelativePath(Root, page))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_LinksToFiles_ThatAreThere(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Root, page))!;
        var missing = Link()
            .Matches(Text(page))
            .Select(link => link.Groups[1].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, target)));

        Assert.Empty(missing);
    }

    /// <summary>The log is history: what was typed then may be gone.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_TypesCommands_ThatTheConsoleHas(string page)
    {
        if (page is "docs/log.md" or "CHANGELOG.md")
        {
            return;
        }

        var console = SealConsole.Root();
        foreach (var line in Commands(Text(page)))
        {
            var errors = console.Parse(Words(line)).Errors.Select(error => error.Message).ToArray();
            Assert.True(errors.Length == 0, $"{page}: {line}\n{string.Join('\n', errors)}");
        }
    }

    /// <summary>Within sentences verbs stand without their arguments.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_NamesVerbs_ThatTheConsoleHas(string page)
    {
        var console = SealConsole.Root();
        foreach (
            var line in page is "docs/log.md" or "CHANGELOG.md"
                ? []
                : Inline().Matches(Text(page)).Select(match => match.Groups[1].Value).Where(line => !line.StartsWith('<'))
        )
        {
            var errors = console
                .Parse(Words(line))
                .Errors.Select(error => error.Message)
                .Where(error => !error.Contains("equired", StringComparison.Ordinal))
                .ToArray();
            Assert.True(errors.Length == 0, $"{page}: {line}\n{string.Join('\n', errors)}");
        }
    }

    /// <summary>Keys of sweep files, as docs/settings.md has them, which is held to the code by a test of its own.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_NamesSettings_ThatSweepFilesHave(string page)
    {
        var known = Settings();
        var sections = string.Join('|', known.Select(key => key.Split('.')[0]).Distinct());
        var unknown = page is "docs/log.md" or "CHANGELOG.md"
            ? []
            : Quoted()
                .Matches(Text(page))
                .SelectMany(quoted => Regex.Matches(quoted.Groups[1].Value, $@"\b(?:{sections})\.[a-z_]+\b"))
                .Select(key => key.Value)
                .Where(key => !known.Contains(key) && !FileEnd().IsMatch(key));

        Assert.True(known.Count > 50);
        Assert.Empty(unknown);
    }

    /// <summary>Files that a page names by their path from the root; a type may stand without its ending.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_NamesFiles_ThatAreThere(string page)
    {
        // What a page tells its reader to make, or an example of what could be made.
        string[] made =
        [
            "sweeps/two-tasks.toml",
            "src/Core/Rewards/CheapReward.cs",
            "src/Core/Proposers/ArchiveProposer.cs",
            "models/mine",
            "models/mine.work",
        ];
        var missing = page is "docs/log.md" or "CHANGELOG.md"
            ? []
            : Quoted()
                .Matches(Text(page))
                .SelectMany(quoted => FileName().Matches(quoted.Groups[1].Value))
                .Select(file => file.Value.TrimEnd('.'))
                .Where(file => !made.Contains(file) && !Path.Exists(Path.Combine(Root, file)) && !File.Exists(Path.Combine(Root, file + ".cs")));

        Assert.Empty(missing);
    }

    [Fact]
    public void Pages_TypeManyCommands() =>
        Assert.True(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Sum(page => Commands(File.ReadAllText(page)).Count()) >= 15);

    [Fact]
    public void Readme_IsADoor_OfAHundredLinesAtMost() => Assert.InRange(File.ReadLines(Path.Combine(Root, "README.md")).Count(), 1, 100);

    /// <summary>Lines of fenced blocks that begin with the console's name; a line that ends with a backslash goes on.</summary>
    private static IEnumerable<string> Commands(string text) =>
        Fence()
            .Matches(text)
            .SelectMany(block => block.Groups[1].Value.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
            .Select(line => Console().Match(line.Trim()))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value);

    /// <summary>As a shell would cut it; placeholders stand for a word, comments and what follows a pipe or a redirection are left out.</summary>
    private static string[] Words(string line) =>
        [
            .. Word()
                .Matches(
                    Placeholder().Replace(line, "placeholder").Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)
                )
                .Select(word => word.Value.Trim('\'', '"'))
                .TakeWhile(word => word is not ("|" or ">" or "2>" or "2>&1" or "#" or "&&" or "&" or "…")),
        ];

    private static HashSet<string> Settings()
    {
        var (keys, section) = (new HashSet<string>(StringComparer.Ordinal), "");
        foreach (var line in Text("docs/settings.md").Split('\n'))
        {
            section = line.StartsWith("## ", StringComparison.Ordinal) ? line.Trim('#', ' ', '[', ']') : section;
            keys.UnionWith(TableKey().Matches(line).Select(key => key.Groups[1].Value).Select(key => key.Contains('.') ? key : $"{section}.{key}"));
        }

        return keys;
    }

    private static string Text(string page) => File.ReadAllText(Path.Combine(Root, page));

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<=^\| (?:`[^`]*`, )*)`([a-z_.]+)`")]
    private static partial Regex TableKey();

    [GeneratedRegex(@"\.(?:toml|json|safetensors|md|cs)$")]
    private static partial Regex FileEnd();

    [GeneratedRegex(@"(?<![\w/.<>-])(?:src|tests|sweeps|docs|deploy|build|results|models|\.ci)/[\w./-]+")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```[a-z]*\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^(?:\$ )?(?:\./seal|seal)(?:\.ps1)? (.*)$")]
    private static partial Regex Console();

    [GeneratedRegex(@"`(?:\./seal|seal) ([^`]+)`")]
    private static partial Regex Inline();

    [GeneratedRegex(@"<[^<>]*>")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"'[^']*'|""[^""]*""|\S+")]
    private static partial Regex Word();
}
