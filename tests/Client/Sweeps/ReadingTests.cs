using Seal.Client.Tests.Support;
using Seal.Silo.Hosting;

namespace Seal.Client.Tests.Sweeps;

/// <summary>Verbs that only look make and change no file, whatever folder they are given.</summary>
public sealed class ReadingTests(FinishedStore store) : IClassFixture<FinishedStore>
{
    [Theory]
    [InlineData("sweep list", ExitCode.Ok)]
    [InlineData("sweep status tiny-fake", ExitCode.Ok)]
    [InlineData("sweep watch tiny-fake", ExitCode.Ok)]
    [InlineData("sweep cancel tiny-fake", ExitCode.Ok)]
    [InlineData("compare tiny-fake tiny-fake", ExitCode.Ok)]
    [InlineData("compare tiny-fake/seal/2 tiny-fake/seal/0", ExitCode.Ok)]
    [InlineData("table show tiny-fake", ExitCode.Usage)]
    [InlineData("artifacts verify", ExitCode.Ok)]
    [InlineData("doctor", ExitCode.Ok)]
    public async Task Verb_OnAFinishedStore_MakesNothing(string line, int code)
    {
        // As a store that a run by an older console, or with no room for the page, has left behind.
        File.Delete(Path.Combine(store.Root, "store.lock"));
        File.Delete(Path.Combine(store.Root, "sweeps/tiny-fake/report.html"));
        var before = Files(store.Root);
        var said = await Shell.Run([.. line.Split(' '), "--store", store.Root]);
        Assert.True(said.Code == code, $"{said}");
        Assert.Equal(before, Files(store.Root));
    }

    [Theory]
    [InlineData("sweep list", ExitCode.Ok)]
    [InlineData("sweep status", ExitCode.NotFoundOrConflict)]
    [InlineData("sweep watch", ExitCode.NotFoundOrConflict)]
    [InlineData("sweep cancel", ExitCode.NotFoundOrConflict)]
    [InlineData("sweep resume", ExitCode.NotFoundOrConflict)]
    [InlineData("report", ExitCode.NotFoundOrConflict)]
    [InlineData("compare a b", ExitCode.NotFoundOrConflict)]
    [InlineData("artifacts verify", ExitCode.Ok)]
    [InlineData("doctor", ExitCode.Ok)]
    public async Task Verb_OnAnEmptyFolder_LeavesItEmpty(string line, int code)
    {
        using var folder = new TemporaryFolder();
        var said = await Shell.Run([.. line.Split(' '), "--store", folder.Path]);
        Assert.True(said.Code == code, $"{said}");
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("sweep list")]
    [InlineData("report")]
    [InlineData("compare a b")]
    [InlineData("artifacts verify")]
    [InlineData("doctor")]
    public async Task Verb_OnNoFolder_MakesNone(string line)
    {
        using var folder = new TemporaryFolder();
        await Shell.Run([.. line.Split(' '), "--store", Path.Combine(folder.Path, "none")]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Watch_OfASweepWithoutItsPage_SaysThatItIsNotThereAndHowToWriteIt()
    {
        var page = Path.Combine(store.Root, "sweeps/tiny-fake/report.html");
        File.Delete(page);
        var watch = await Shell.Run("sweep", "watch", "tiny-fake", "--store", store.Root);
        Assert.Equal(ExitCode.Ok, watch.Code);
        Assert.Contains($"{page} is not there. Write it with:", watch.Output, StringComparison.Ordinal);
        Assert.Contains($"report tiny-fake --store {store.Root}", watch.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(page));
    }

    [Fact]
    public async Task Watch_OfASweepWithoutItsAccounting_DoesNotNameItAsIfItWereThere()
    {
        var accounting = Path.Combine(store.Root, "sweeps/tiny-fake/accounting.json");
        var bytes = File.ReadAllBytes(accounting);
        File.Delete(accounting);
        var watch = await Shell.Run("sweep", "watch", "tiny-fake", "--store", store.Root);
        File.WriteAllBytes(accounting, bytes);
        Assert.Contains($"{accounting} is not there", watch.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void IsHeld_WhileHeldAndWhileTwoLook_DisturbsNobody()
    {
        using var folder = new TemporaryFolder();
        Assert.False(StoreLock.IsHeld(folder.Path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        using (StoreLock.TryTake(folder.Path))
        {
            Assert.True(StoreLock.IsHeld(folder.Path));
            Assert.True(StoreLock.IsHeld(folder.Path));
        }

        Assert.False(StoreLock.IsHeld(folder.Path));
        using (new FileStream(Path.Combine(folder.Path, "store.lock"), FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            Assert.False(StoreLock.IsHeld(folder.Path));
        }
    }

    private static SortedDictionary<string, DateTime> Files(string folder) =>
        new(
            Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.GetLastWriteTimeUtc),
            StringComparer.Ordinal
        );
}
