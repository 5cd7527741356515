using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Randomness;
using Seal.Core.Results;
using Seal.Core.Steering;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests;

/// <summary>Pause, stop, extend, retry: whatever is wished of a sweep on its way, it ends with the bytes of an undisturbed one.</summary>
public sealed class SteeringTests
{
    [Theory]
    [InlineData(SweepMode.Pause, SweepState.Paused)]
    [InlineData(SweepMode.Stop, SweepState.Stopped)]
    [InlineData(SweepMode.Cancel, SweepState.Cancelled)]
    public async Task Steer_ThenResume_StandsAndEndsWithTheSameBytes(SweepMode mode, SweepState expected)
    {
        var undisturbed = await Undisturbed(rounds: 1);
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store, engine: () => new FakeEngine(new CharacterTokenizer(), TimeSpan.FromMilliseconds(2)));
        var grain = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
        await grain.Submit(await TestGrid.Submission(store, rounds: 1));

        var command = new SteeringCommand(1, "a", mode);
        await grain.Steer(command);
        await grain.Steer(command);
        var status = await TestGrid.ToRest(host);
        Assert.Equal(expected, status.State);
        Assert.Null(status.ReportSha256);

        await grain.Steer(new SteeringCommand(2, "b", SweepMode.Run));
        // A command that comes late changes nothing.
        await grain.Steer(command);
        Assert.Equal(undisturbed, (await TestGrid.ToRest(host)).ReportSha256);
    }

    [Fact]
    public async Task Steer_MoreRoundsAndSeeds_EqualsASweepThatHadAskedForThemAtOnce()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        await TestGrid.RunToEnd(host, await TestGrid.Submission(store, rounds: 2));

        var grain = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
        var command = new SteeringCommand(0, "", Rounds: 4, Seeds: [2]);
        await grain.Steer(command);
        await grain.Steer(command);
        var extended = await TestGrid.ToRest(host);

        var other = new DirectoryArtifactStore(new MemoryFiles());
        await using var fresh = await TestGrid.Start(other);
        var (first, second) = (await TestGrid.Submission(other, rounds: 4), await TestGrid.Submission(other, rounds: 4, seed: 2));
        var both = first with { Runs = [.. first.Runs.Zip(second.Runs).SelectMany(pair => new[] { pair.First, pair.Second })] };
        Assert.Equal((await TestGrid.RunToEnd(fresh, both)).ReportSha256, extended.ReportSha256);
        // And it is that sweep now: submitting it goes on with it.
        Assert.Empty((await grain.Submit(both)).Differences);
    }

    [Fact]
    public async Task Submit_TheFileItWasBegunWithAfterTwoExtensions_IsStillItsOwn()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        var begun = await TestGrid.Submission(store, rounds: 1);
        await TestGrid.RunToEnd(host, begun);
        var grain = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
        await grain.Steer(new SteeringCommand(0, "", Rounds: 2, Seeds: [4]));
        await TestGrid.ToRest(host);
        // The later seed is the smaller one: it stands behind the other all the same.
        await grain.Steer(new SteeringCommand(0, "", Seeds: [3]));
        await TestGrid.ToRest(host);
        Assert.Empty((await grain.Submit(begun)).Differences);
        Assert.NotEmpty((await grain.Submit(await TestGrid.Submission(store, rounds: 1, candidates: 3))).Differences);
    }

    /// <summary>While it runs: in the first phase, in a round, and in the evaluation that is the last one no more.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("evaluate-0")]
    [InlineData("train-1")]
    [InlineData("train-2")]
    public async Task Steer_MoreRoundsWhileAPhaseIsUnderWay_EqualsASweepThatHadAskedForThemAtOnce(string? ended)
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store, engine: () => new FakeEngine(new CharacterTokenizer(), TimeSpan.FromMilliseconds(1)));
        var grain = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
        var whole = await TestGrid.Submission(store, rounds: 2);
        await grain.Submit(whole with { Runs = [whole.Runs[0]] });
        for (var seen = 0L; ended is not null; )
        {
            var events = (await grain.Events(seen, TimeSpan.FromSeconds(10)))!;
            if (events.Any(one => one is { Kind: "phase-ended" } && one.Text == ended))
            {
                break;
            }

            seen = events.Count > 0 ? events[^1].Sequence : seen;
        }

        await grain.Steer(new SteeringCommand(0, "", Rounds: 3));
        var extended = await TestGrid.ToRest(host);

        var other = new DirectoryArtifactStore(new MemoryFiles());
        await using var fresh = await TestGrid.Start(other);
        var longer = await TestGrid.Submission(other, rounds: 3);
        Assert.Equal((await TestGrid.RunToEnd(fresh, longer with { Runs = [longer.Runs[0]] })).ReportSha256, extended.ReportSha256);
    }

    [Fact]
    public async Task Retry_OfAnUpdateThatWasGivenUp_ForksTheRunAndEndsWithTheUndisturbedBytes()
    {
        var undisturbed = await Undisturbed(rounds: 2);
        var store = new DirectoryArtifactStore(new MemoryFiles());
        // How an update's training is known: the round's seed, and of it the one of the initial values.
        var update = new Seed(1).Derive("update", "train-1").Derive("initial");
        await using (var host = await TestGrid.Start(store, engine: Broken(update.Value)))
        {
            var status = await TestGrid.RunToEnd(host, await TestGrid.Submission(store));
            Assert.Equal(SweepState.Incomplete, status.State);
            Assert.StartsWith("train-1: the policy update was given up: ", status.Runs[0].Problem, StringComparison.Ordinal);
            var results = SealJson.Parse<SweepResults>((await store.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!.Bytes);
            // The policy stayed as it was, and the run went on with it.
            Assert.Equal(2, results.Runs[0].Policies.Count);
        }

        await using var mended = await TestGrid.Start(store);
        await mended.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep).Steer(new SteeringCommand(0, "", Retry: 1));
        var after = await TestGrid.ToRest(mended);

        Assert.Equal((SweepState.Completed, undisturbed), (after.State, after.ReportSha256));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Retry_OfACandidateThatWasGivenUp_ForksTheRunAndEndsWithTheUndisturbedBytes(int packSize)
    {
        var undisturbed = await Undisturbed(rounds: 2, packSize);
        var store = new DirectoryArtifactStore(new MemoryFiles());
        var poison = await Poison(packSize);
        await using (var host = await TestGrid.Start(store, engine: Broken(poison.Seed)))
        {
            var status = await TestGrid.RunToEnd(host, await TestGrid.Submission(store, packSize: packSize));
            Assert.Equal(SweepState.Incomplete, status.State);
            Assert.Contains("given up after 3 losses", status.Runs[0].Problem, StringComparison.Ordinal);
            var results = SealJson.Parse<SweepResults>((await store.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!.Bytes);
            // Nobody else in its pack came to harm.
            var harmed = results
                .Runs[0]
                .Phases.First(phase => phase.Phase == PhaseId.Train(1))
                .Tasks.SelectMany(task => task.Candidates)
                .Where(candidate => candidate.State == CandidateState.Poisoned);
            Assert.All(harmed, candidate => Assert.Equal(poison.Payload, candidate.Payload));
            Assert.NotEmpty(harmed);
        }

        await using var mended = await TestGrid.Start(store);
        var grain = mended.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
        await grain.Steer(new SteeringCommand(0, "", Retry: 1));
        await grain.Steer(new SteeringCommand(0, "", Retry: 1));
        var after = await TestGrid.ToRest(mended);

        Assert.Equal((SweepState.Completed, undisturbed), (after.State, after.ReportSha256));
        var events = (await grain.Events(0, TimeSpan.Zero))!;
        Assert.Contains(events, one => one is { Kind: "run-forked", Run: "base-seal-s1" });
    }

    [Fact]
    public async Task Events_ReadFromAnyNumber_HaveNoGapAndNoRepetitionOverRestarts()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        List<SweepEvent> seen = [];
        await using (var host = await TestGrid.Start(store))
        {
            var grain = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
            await grain.Submit(await TestGrid.Submission(store, rounds: 1));
            while (seen.Count < 3)
            {
                seen.AddRange((await grain.Events(seen.Count, TimeSpan.FromSeconds(10)))!);
            }
        }

        await using (var host = await TestGrid.Start(store))
        {
            var grain = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
            await grain.Resume();
            await TestGrid.ToRest(host);
            seen.AddRange((await grain.Events(seen.Count, TimeSpan.Zero))!);
            Assert.Equal(seen, await grain.Events(0, TimeSpan.Zero));
        }

        Assert.Equal(Enumerable.Range(1, seen.Count).Select(n => (long)n), seen.Select(one => one.Sequence));
        var phases = seen.Where(one => one.Kind == "phase-ended").Select(one => (one.Run, one.Text)).ToArray();
        Assert.Equal(phases.Distinct(), phases);
        Assert.Equal(4, seen.Count(one => one.Kind == "run-ended"));
        Assert.StartsWith("completed", seen[^1].Text, StringComparison.Ordinal);
    }

    private static Func<IEngine> Broken(ulong seed) => () => new FakeEngine(new CharacterTokenizer(), faults: new FakeFaults($"throw:{seed}"));

    private static async Task<string> Undisturbed(int rounds, int packSize = 1) => (await Run(rounds, packSize)).Sha256;

    private static async Task<(string Sha256, SweepResults Results)> Run(int rounds, int packSize)
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        var status = await TestGrid.RunToEnd(host, await TestGrid.Submission(store, rounds: rounds, packSize: packSize));
        return (status.ReportSha256!, SealJson.Parse<SweepResults>((await store.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!.Bytes));
    }

    /// <summary>A candidate of the first training round that trains, and the seed by which the engine knows it.</summary>
    private static async Task<(string Payload, ulong Seed)> Poison(int packSize)
    {
        var (_, results) = await Run(2, packSize);
        var task = results.Runs[0].Phases.First(phase => phase.Phase == PhaseId.Train(1)).Tasks[0];
        var payload = task.Candidates.First(candidate => candidate.State == CandidateState.Scored).Payload!;
        return (payload, InnerSeeds.For(1, task.Task, payload).Value);
    }
}
