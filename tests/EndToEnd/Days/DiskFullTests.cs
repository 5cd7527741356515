using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Days;

public sealed class DiskFullTests
{
    [SkippableFact]
    public async Task Run_OnAFullDisk_SaysSoAndGoesOnWhenThereIsRoom()
    {
        using var folder = new TemporaryFolder();
        using var disk = SmallDisk.TryMount(folder.At("disk"), kilobytes: 600);
        Skip.If(disk is null, "This system lets the test mount no small disk (it takes root).");
        var run = new SweepRun(Reference.File, Path.Combine(disk.Path, "store"));

        var full = await run.ToExit();

        Assert.True(full.Code == 5, full.ToString());
        Assert.Contains("cannot be written", full.Err, StringComparison.Ordinal);
        Assert.Contains("No space left", full.Err, StringComparison.Ordinal);
        Assert.Contains("go on with", full.Err, StringComparison.Ordinal);
        var committed = StoreFolder.Committed(run.Store);
        Assert.NotEmpty(committed);

        disk.Resize(kilobytes: 64 * 1024);

        Assert.Equal(await Reference.Undisturbed(), await run.ToEnd());
        var after = StoreFolder.Committed(run.Store);
        Assert.All(committed, before => Assert.Equal(before.Value, after[before.Key]));
    }
}
