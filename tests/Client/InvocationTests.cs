using System.Text;
using CsCheck;

namespace Seal.Client.Tests;

public sealed class InvocationTests
{
    [Fact]
    public void Describe_FromSources_IsDotnetRun() =>
        Assert.Equal(
            "dotnet run -c Release --project src/Client --",
            Invocation.Describe(
                Support.Places.InRepository("src/Client/bin/Release/net10.0/"),
                "/x/seal",
                "/usr/bin",
                Support.Places.InRepository("")
            )
        );

    [Fact]
    public void Describe_StartedAsDll_NamesTheDll() =>
        Assert.Equal("dotnet '/opt/my tools/seal.dll'", Invocation.Describe("/opt/my tools/", "/usr/bin/dotnet", "/usr/bin", "/"));

    [Fact]
    public void Describe_InstalledElsewhere_IsItsPath() =>
        Assert.Equal("'/opt/my tools/seal'", Invocation.Describe("/opt/my tools/", "/opt/my tools/seal", "/usr/bin", "/"));

    [Fact]
    public void Describe_FoundOnThePath_IsTheWord()
    {
        using var folder = new Support.TemporaryFolder();
        var program = folder.Write("seal", "");
        Assert.Equal("seal", Invocation.Describe(folder.Path, program, $"/usr/bin:{folder.Path}", "/"));
    }

    /// <summary>Advice is pasted: a sweep of plug-ins is gone on with under the same ones.</summary>
    [Theory]
    [InlineData("sweep resume x", "sweep resume x --plugin a.dll --plugin b.dll")]
    [InlineData("run x.toml --plugin c.dll", "run x.toml --plugin c.dll")]
    public void WithPlugins_WordsWithoutThem_HaveThemBehind(string words, string expected) =>
        Assert.Equal(expected.Split(' '), Invocation.WithPlugins(words.Split(' '), ["a.dll", "b.dll"]));

    [Fact]
    public void Quote_AnyWord_ReadsBackInAShell() =>
        Gen.String.Where(word => !word.Contains('\0', StringComparison.Ordinal)).Sample(word => ReadBack(Invocation.Quote(word)) == word);

    [Theory]
    [InlineData("inner.rank=[8,16]", "'inner.rank=[8,16]'")]
    [InlineData("sweeps/quickstart-paper.toml", "sweeps/quickstart-paper.toml")]
    [InlineData("it's", "'it'\\''s'")]
    public void Quote_Word_OnlyWhereNeeded(string word, string quoted) => Assert.Equal(quoted, Invocation.Quote(word));

    /// <summary>One word as a POSIX shell reads it: single quotes and backslashes; anything a shell would act on fails.</summary>
    private static string ReadBack(string text)
    {
        var word = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\'')
            {
                quoted = !quoted;
            }
            else if (!quoted && text[i] == '\\')
            {
                word.Append(text[++i]);
            }
            else if (!quoted && " \t\n$`\"*?[]{}()<>|&;#~!".Contains(text[i], StringComparison.Ordinal))
            {
                return "(acted on)";
            }
            else
            {
                word.Append(text[i]);
            }
        }

        return quoted ? "(open quote)" : word.ToString();
    }
}
