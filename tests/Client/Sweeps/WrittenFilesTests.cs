using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Sweeps;

/// <summary>A file is named as written only where it is there.</summary>
public sealed class WrittenFilesTests(FinishedStore store) : IClassFixture<FinishedStore>
{
    [Theory]
    [InlineData("run {tiny}")]
    [InlineData("sweep resume tiny-fake")]
    public async Task Verb_ThatCannotWriteThePage_SaysWhyAndExitsWithFive(string line)
    {
        var page = Path.Combine(store.Root, "sweeps/tiny-fake/report.html");
        File.Delete(page);
        // A folder in its place, with something in it: no user, root either, can write the file.
        Directory.CreateDirectory(Path.Combine(page, "in the way"));
        try
        {
            string[] words = [.. line.Replace("{tiny}", Places.TinySweep, StringComparison.Ordinal).Split(' '), "--store", store.Root];
            var said = await Shell.Run(words);
            Assert.Equal(ExitCode.Unreachable, said.Code);
            Assert.Contains($"{page} was not written: ", said.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("open it in a browser", said.Output + said.Error, StringComparison.Ordinal);

            var documented = await Shell.Run([.. words, "--json"]);
            Assert.Equal(ExitCode.Unreachable, documented.Code);
            var refused = Assert.Single(documented.Document.GetProperty("notWritten").EnumerateArray());
            Assert.Equal(page, refused.GetProperty("file").GetString());
            Assert.NotEqual("", refused.GetProperty("why").GetString());
        }
        finally
        {
            Directory.Delete(page, recursive: true);
        }
    }

    [Theory]
    [InlineData("report tiny-fake --out {full}")]
    [InlineData("report tiny-fake --out {file}/page.html")]
    public async Task Verb_ThatCannotWriteItsFile_NamesItAsNotWritten(string line)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("file", "");
        // /dev/full is a disk without room.
        var words = line.Replace("{full}", "/dev/full", StringComparison.Ordinal).Replace("{file}", file, StringComparison.Ordinal).Split(' ');
        var said = await Shell.Run([.. words, "--store", store.Root, "--json"]);
        Assert.Equal((ExitCode.Unreachable, ""), (said.Code, said.Output));
        Assert.Contains($"{words[^1]} was not written: ", said.Error, StringComparison.Ordinal);
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Report_OverALink_WritesWhereItLeads()
    {
        using var folder = new TemporaryFolder();
        var target = folder.Write("target.html", "");
        var link = File.CreateSymbolicLink(Path.Combine(folder.Path, "link.html"), target);
        Assert.Equal(ExitCode.Ok, (await Shell.Run("report", "tiny-fake", "--store", store.Root, "--out", link.FullName)).Code);
        Assert.NotEqual(0, new FileInfo(target).Length);
        Assert.NotNull(new FileInfo(link.FullName).LinkTarget);
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(folder.Path).Count());
    }
}
