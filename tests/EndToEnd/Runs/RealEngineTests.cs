using System.Diagnostics;
using Seal.Core.Randomness;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Runs;

/// <summary>The same promises with tensors: kills and Ctrl-C while libtorch computes, one worker against two.</summary>
public sealed class RealEngineTests
{
    [Fact]
    public async Task Run_WithTensorsKilledTwice_RepeatsNothingCommittedAndGivesTheBytesOfOneWorker()
    {
        using var folder = new TemporaryFolder();
        var jobs = await RealEngine.Jobs();

        var killed = await KillPlan.Run(RealEngine.InStore(folder.At("store")), [jobs / 4, jobs / 2], new Seed(1));

        Assert.Equal(2, killed.Kills);
        Assert.Empty(killed.Repeated);
        Assert.NotEqual(0, killed.Committed);
        Assert.Equal(await RealEngine.Undisturbed(), killed.Result);
    }

    [Fact]
    public async Task Run_WithTensorsInterruptedAgainAndAgain_Exits130EachTimeAndGivesTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        var run = RealEngine.InStore(folder.At("store"));
        var jobs = await RealEngine.Jobs();
        foreach (var attempts in new[] { 1, jobs / 3, jobs * 2 / 3 })
        {
            using var process = run.Start();
            Assert.True(await process.Until(() => StoreFolder.Manifests(run.Store) >= attempts));
            var sent = Stopwatch.GetTimestamp();
            process.Signal(Posix.Interrupt);
            var exit = await process.Exit();
            Assert.True(exit.Code == 130, exit.ToString());
            await Promptness.Check(Stopwatch.GetElapsedTime(sent), TimeSpan.FromSeconds(2));
        }

        Assert.Equal(await RealEngine.Undisturbed(), await run.ToEnd());
    }

    [Fact]
    public async Task Run_WithTensors_TrainsAPolicyOfItsOwn()
    {
        var policies = (await RealEngine.Undisturbed()).Policies.Split('\n');

        // Before and after the round: another adapter, or nothing was learned and the tests above prove little.
        Assert.Equal(3, policies.Length);
        Assert.Equal(2, policies.Select(line => line.Split(": ")[1]).Distinct().Count());
    }
}
