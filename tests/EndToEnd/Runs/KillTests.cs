using Seal.Core.Randomness;
using Seal.EndToEnd.Support;
using Xunit.Abstractions;

namespace Seal.EndToEnd.Runs;

/// <summary>kill -9 at any moment: the same command goes on, repeats nothing that was committed, and ends with the same bytes. The soak is the long
/// form.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    public async Task Run_KilledAndStartedAgain_RepeatsNothingCommittedAndGivesTheSameBytes(ulong seed, int kills)
    {
        using var folder = new TemporaryFolder();
        var random = new CounterRandom(new Seed(seed).Derive("kill-tests"));
        var jobs = await Reference.Jobs();
        // Never so late that the process could end by itself before the kill.
        int[] after = [.. Enumerable.Range(0, kills).Select(_ => random.NextInt(1, jobs * 3 / 4)).Order()];
        output.WriteLine($"seed {seed}: kill after attempt {string.Join(", ", after)} of {jobs}");

        var run = new SweepRun(Reference.File, folder.At("store")) { Workers = 2, FakeStep = TimeSpan.FromMilliseconds(3) };
        var killed = await KillPlan.Run(run, after, new Seed(seed));

        Assert.Equal(kills, killed.Kills);
        Assert.Empty(killed.Repeated);
        Assert.NotEqual(0, killed.Committed);
        Assert.Equal(await Reference.Undisturbed(), killed.Result);
    }

    [Fact]
    public async Task Run_KilledWhileItStarts_StartsAgain()
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Reference.File, folder.At("store")) { Workers = 2 };
        using (var process = run.Start())
        {
            Assert.True(await process.Until(() => Directory.Exists(run.Store)));
            process.Signal(Posix.Kill);
            Assert.Equal(128 + Posix.Kill, (await process.Exit()).Code);
        }

        Assert.Equal(await Reference.Undisturbed(), await run.ToEnd());
    }
}
