using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Runs;

/// <summary>Equal sweeps give equal bytes, whoever runs them.</summary>
public sealed class EqualBytesTests
{
    [Fact]
    public async Task Run_OnTwoWorkersInAnotherStore_GivesTheSameBytesAsOnOne()
    {
        using var folder = new TemporaryFolder();
        var expected = await Reference.Undisturbed();

        // Steps that take time make the two workers' jobs overlap and end in another order.
        var actual = await new SweepRun(Reference.File, folder.At("store")) { Workers = 2, FakeStep = TimeSpan.FromMilliseconds(2) }.ToEnd();

        Assert.Equal(expected, actual);
        Assert.Equal(actual.ReportSha256, actual.ResultsSha256);
    }

    [Fact]
    public async Task Run_OfAFinishedSweep_TellsItsResultAgainAndRunsNothing()
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Reference.File, folder.At("store")) { Set = ["update.rounds=1"] };
        var first = await run.ToEnd();
        var attempts = StoreFolder.Manifests(run.Store);

        Assert.Equal(first, await run.ToEnd());
        Assert.Equal(attempts, StoreFolder.Manifests(run.Store));
    }
}
