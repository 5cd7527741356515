using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Runs;

/// <summary>One store, one host; one name, one sweep.</summary>
public sealed class SecondHostTests
{
    [Fact]
    public async Task Run_OnAStoreInUse_IsRefusedWithTheProcessThatHasIt()
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Reference.File, folder.At("store")) { FakeStep = TimeSpan.FromMilliseconds(50) };
        using var first = run.Start();
        Assert.True(await first.Until(() => StoreFolder.Manifests(run.Store) >= 1));

        var second = await run.ToExit();

        Assert.True(second.Code == 4, second.ToString());
        Assert.Contains($"process {first.Id}", second.Err, StringComparison.Ordinal);
        Assert.Contains("sweep watch", second.Err, StringComparison.Ordinal);
        Assert.Empty(second.Out);
        Assert.False(first.HasExited);
    }

    [Fact]
    public async Task Run_OfAnotherSweepUnderTheSameName_IsRefusedWithTheKeyThatDiffers()
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Reference.File, folder.At("store")) { Set = ["update.rounds=0"] };
        var first = await run.ToEnd();

        var other = await (run with { Set = ["update.rounds=0", "inner.max_steps=19"] }).ToExit();

        Assert.True(other.Code == 4, other.ToString());
        Assert.Contains("max_steps: 20 → 19", other.Err, StringComparison.Ordinal);
        Assert.Empty(other.Out);
        Assert.Equal(first, await run.ToEnd());
    }
}
