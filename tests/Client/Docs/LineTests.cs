using System.Text.RegularExpressions;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Docs;

/// <summary>
/// Lines of code are at most 150 columns wide, what stands between quotes apart: CSharpier breaks code, and no message, JSON or HTML is broken only
/// for its length. Pages have one sentence a line, so that a change of a sentence is a change of a line.
/// </summary>
public sealed partial class LineTests
{
    private const int Columns = 150;

    private static readonly string Root = Path.GetDirectoryName(Places.InRepository("README.md"))!;

    [Fact]
    public void Code_OutsideOfQuotes_FitsInTheColumns()
    {
        var wide = new List<string>();
        foreach (var file in new[] { "src", "tests", "bench" }.SelectMany(Code))
        {
            var isRaw = false;
            foreach (var (number, line) in File.ReadLines(file).Index())
            {
                var marks = line.Split("\"\"\"").Length - 1;
                if (!isRaw && marks == 0 && Width(line) > Columns)
                {
                    wide.Add($"{Path.GetRelativePath(Root, file)}:{number + 1} {Width(line)}");
                }

                isRaw ^= marks % 2 == 1;
            }
        }

        Assert.Empty(wide);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_Text_HasOneSentenceALine(string page)
    {
        var isCode = false;
        var several = new List<string>();
        foreach (var (number, line) in File.ReadLines(Path.Combine(Root, page)).Index())
        {
            isCode ^= line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            if (!isCode && line is [not ('|' or '#' or '>' or '<' or '`'), ..] && SentenceEnd().IsMatch(Quoted().Replace(line, "x")))
            {
                several.Add($"{page}:{number + 1} {line}");
            }
        }

        Assert.Empty(several);
    }

    [Theory]
    [InlineData("One sentence. Another one.", true)]
    [InlineData("One (with another. Inside) only.", false)]
    [InlineData("See `a. B` and e.g. this.", false)]
    [InlineData("Version 2.10 of Torch, Hu et al. 2021.", false)]
    public void SentenceEnd_OfALine_IsFoundBetweenSentencesAlone(string line, bool isFound) =>
        Assert.Equal(isFound, SentenceEnd().IsMatch(Quoted().Replace(line, "x")));

    public static TheoryData<string> Pages =>
        [
            .. Directory
                .EnumerateFiles(Root, "*.md")
                .Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
                .Select(page => Path.GetRelativePath(Root, page))
                .Where(page => page != Path.Combine("docs", "settings.md")) // made from doc comments
                .Order(StringComparer.Ordinal),
        ];

    private static IEnumerable<string> Code(string folder) =>
        Directory
            .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static int Width(string line) => line.Length <= Columns ? line.Length : Text().Replace(line, "").Length;

    /// <summary>What is inside quotes, with its escapes; of an interpolated string the part that fits.</summary>
    [GeneratedRegex(
        """
            "(?:[^"\\]|\\.)*"
            """
    )]
    private static partial Regex Text();

    /// <summary>What is not text of the line: code, brackets, the number of a list.</summary>
    [GeneratedRegex(@"^ *\d+\. |`[^`]*`|\([^()]*\)|\[[^\]]*\]")]
    private static partial Regex Quoted();

    /// <summary>The end of a word of two letters or more, and a new sentence behind it.</summary>
    [GeneratedRegex(@"(?<!\bet al)(?<!\bvs)(?<!\bcf)(?<=[\p{Ll}\d%x]{2}|\dx?|%)[.!?] +\p{Lu}")]
    private static partial Regex SentenceEnd();
}
