using Seal.Core.Artifacts;
using Seal.Core.Versions;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests.Sweeps;

/// <summary>A sweep that nobody computes for says so, in its status and among its events, and takes it back.</summary>
public sealed class SlotShortageTests
{
    private const string Expected = "no slot of class fake-1 takes work (0 of 2); see sweep silos";

    [Fact]
    public async Task Drive_NoSlotOfTheClassTakesWork_IsToldUntilOneDoes()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        var options = new GridOptions
        {
            HostIncarnation = "cluster",
            ExclusiveHost = false,
            SlotPatience = TimeSpan.Zero,
            Redrive = TimeSpan.FromMilliseconds(50),
        };
        await using var host = await TestGrid.Start(store, workers: 0, grid: options);
        var (slots, sweep) = (host.Grains.GetGrain<ISlotsGrain>(0), host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep));
        await slots.Announce(Report("drained", "fake-1", slots: 2, open: 0));
        await slots.Announce(Report("of another class", "cpu-1", slots: 8, open: 8));

        await sweep.Submit(await TestGrid.SmallSubmission(store));

        var begun = await TestGrid.ToldOfWaiting(sweep, after: 0);
        Assert.Equal(Expected, begun.Text);
        Assert.Equal(Expected, (await sweep.Status())!.Waiting);

        await slots.Announce(Report("sound", "fake-1", slots: 1, open: 1));
        var over = await TestGrid.ToldOfWaiting(sweep, begun.Sequence);
        Assert.Equal("over: the sweep goes on", over.Text);
        Assert.Null((await sweep.Status())!.Waiting);
    }

    private static SiloReport Report(string name, string numericClass, int slots, int open) =>
        new(name, name, "trainer", [numericClass], slots, open, 0, open > 0 ? "working" : "drained", null, SealBuild.Id, GridContract.Id);
}
