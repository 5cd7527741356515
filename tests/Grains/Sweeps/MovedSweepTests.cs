using Seal.Core.Artifacts;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Steering;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests.Sweeps;

/// <summary>A person sets a run's policy to another version.</summary>
public sealed class MovedSweepTests
{
    private const string Run = "base-seal-s1";

    private static readonly SteeringCommand Back = new(
        1,
        "op",
        SweepMode.Run,
        Move: new RunMove(Run, new PolicyMove(2, 1, "ann", "forgets tall grids"))
    );

    /// <summary>Whenever the word is given, before the round or after the end, the bytes are the same: what came after it is begun anew.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Steer_ToAnEarlierVersion_GivesTheSameBytesWheneverItIsGiven(bool gated)
    {
        var (early, late) = (new DirectoryArtifactStore(new MemoryFiles()), new DirectoryArtifactStore(new MemoryFiles()));
        var first = await End(early, gated, before: true);
        var second = await End(late, gated, before: false);
        Assert.Equal(first, second);

        var results = await Results(late);
        var run = results.Runs.Single(one => one.Run == Run);
        var moved = Assert.Single(run.Phases, phase => phase.Move is not null);
        Assert.Equal(("moved-2", "ann", "forgets tall grids"), (moved.Phase.ToString(), moved.Move!.By, moved.Move.Why));
        Assert.Empty(moved.Tasks);
        // Version 1 is what round 3 was trained on.
        var versions = PolicyVersion.Of(run);
        string? Sha(int version) => versions.Single(one => one.Phase == (version == 0 ? null : $"train-{version}")).Sha256;
        Assert.Equal(Sha(1), moved.PolicySha256);
        Assert.Equal(Sha(1), versions.Single(one => one.Phase == "train-3").Parent);
        // Other runs are as they would have been.
        Assert.All(results.Runs.Where(one => one.Run != Run), one => Assert.DoesNotContain(one.Phases, phase => phase.Move is not null));
    }

    /// <summary>The file that the sweep was begun with is still its own, and does nothing more.</summary>
    [Fact]
    public async Task Submit_AfterAMove_IsTheSameSweep()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        var ended = await End(store, gated: false, before: false);
        await using var host = await TestGrid.Start(store);
        var reply = await host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep).Submit(await Sweep(store, gated: false));
        Assert.Empty(reply.Differences);
        Assert.Equal(ended, reply.Status!.ReportSha256);
        // A second word after the same round takes the place of the first.
        var other = Back with
        {
            Revision = 9,
            Move = new RunMove(Run, new PolicyMove(2, 0, "bob", "further back")),
        };
        var sweep = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
        await sweep.Steer(other);
        await Wait(sweep);
        var run = (await Results(store)).Runs.Single(one => one.Run == Run);
        Assert.Equal("bob", Assert.Single(run.Phases, phase => phase.Move is not null).Move!.By);
        Assert.Equal(run.Policies[0], PolicyVersion.Of(run).Single(one => one.Phase == "train-3").Parent);
    }

    /// <summary>A word about a version that is made anew is not obeyed on the one that takes its number: the bytes are those of the later word alone.
    /// What was said stays in the sweep's events.</summary>
    [Fact]
    public async Task Steer_AfterAnEarlierRound_ReplacesWhatWasSaidOfLaterOnes()
    {
        var later = new SteeringCommand(1, "later", SweepMode.Run, Move: new RunMove(Run, new PolicyMove(3, 1, "cid", "looked at it")));
        var back = Back with { Revision = 9 };
        var (told, once) = (new DirectoryArtifactStore(new MemoryFiles()), new DirectoryArtifactStore(new MemoryFiles()));
        await End(told, gated: true, before: false, command: later);
        await using var host = await TestGrid.Start(told);
        var sweep = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
        await sweep.Steer(back);
        Assert.Equal(await End(once, gated: true, before: true, command: Back), await Wait(sweep));

        Assert.Equal(
            "ann",
            Assert.Single((await Results(told)).Runs.SelectMany(run => run.Phases), phase => phase.Move is { IsByGate: false }).Move!.By
        );
        var events = (await sweep.Events(0, TimeSpan.Zero))!;
        Assert.Equal(
            [
                "after round 3: version 1 is used from here on, by cid: looked at it",
                "after round 2: version 1 is used from here on, by ann: forgets tall grids",
            ],
            events.Where(one => one is { Kind: "policy-set", Run: Run }).Select(one => one.Text)
        );
    }

    /// <summary>The same version in other words is another sweep: who and why are what was said last, whenever that was.</summary>
    [Fact]
    public async Task Steer_TheSameVersionInOtherWords_EqualsASweepThatWasToldTheseAlone()
    {
        var other = Back with { Revision = 9, Move = new RunMove(Run, new PolicyMove(2, 1, "bob", "in other words")) };
        var (told, once) = (new DirectoryArtifactStore(new MemoryFiles()), new DirectoryArtifactStore(new MemoryFiles()));
        await End(told, gated: false, before: false);
        string twice;
        await using (var host = await TestGrid.Start(told))
        {
            var sweep = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
            await sweep.Steer(other);
            twice = await Wait(sweep);
        }

        Assert.Equal(await End(once, gated: false, before: true, command: other), twice);
        Assert.Equal("bob", (await Results(told)).Runs.Single(one => one.Run == Run).Phases.Single(phase => phase.Move is not null).Move!.By);
    }

    /// <summary>What is said of one run's policy is not said of seeds that join later, in whatever order both are wished.</summary>
    [Fact]
    public async Task Steer_SeedsAndAMove_GiveTheSameBytesInEitherOrder()
    {
        var seeds = new SteeringCommand(2, "seeds", SweepMode.Run, Seeds: [2]);
        var ends = new List<string>();
        foreach (
            var commands in (SteeringCommand[][])
                [
                    [Back, seeds],
                    [seeds, Back],
                ]
        )
        {
            var store = new DirectoryArtifactStore(new MemoryFiles());
            await using var host = await TestGrid.Start(store);
            var sweep = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
            await sweep.Submit(await Sweep(store, gated: false));
            await Wait(sweep);
            foreach (var command in commands)
            {
                await sweep.Steer(command);
            }

            ends.Add(await Wait(sweep));
            Assert.Empty((await sweep.Submit(await Sweep(store, gated: false))).Differences);
            Assert.Single((await Results(store)).Runs.SelectMany(run => run.Phases), phase => phase.Move is not null);
        }

        Assert.Equal(ends[0], ends[1]);
    }

    /// <summary>The power goes at any change of the disk after the word was given: it is obeyed all the same, and to the same bytes.</summary>
    [Fact]
    public async Task Steer_ThenAPowerCutAnywhere_EndsWithTheSameBytes()
    {
        var disk = new MemoryFiles { NotesCuts = true };
        var expected = await End(new DirectoryArtifactStore(disk), gated: true, before: false, small: true);
        Assert.True(disk.Cuts.Count > 50, $"{disk.Cuts.Count}");
        // The later half: the word is given after the sweep has ended once.
        await Parallel.ForEachAsync(
            disk.Cuts.Skip(disk.Cuts.Count / 2),
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (left, _) => Assert.Equal(expected, await End(new DirectoryArtifactStore(left), gated: true, before: true, small: true))
        );
    }

    private static async Task<string> End(DirectoryArtifactStore store, bool gated, bool before, bool small = false, SteeringCommand? command = null)
    {
        await using var host = await TestGrid.Start(store);
        var sweep = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
        var submission = await Sweep(store, gated, small);
        command ??= small ? Back with { Move = new RunMove(Run, new PolicyMove(1, 0, "ann", "back to the base model")) } : Back;
        Assert.Empty((await sweep.Submit(submission)).Differences);
        if (!before)
        {
            await Wait(sweep);
        }

        await sweep.Steer(command);
        // Told twice, it counts once.
        await sweep.Steer(command);
        return await Wait(sweep);
    }

    private static async Task<string> Wait(ISweepGrain sweep)
    {
        SweepStatus status;
        do
        {
            status = (await sweep.WaitForEnd(TimeSpan.FromSeconds(20)))!;
        } while (status.State is SweepState.Running);
        Assert.Equal(SweepState.Completed, status.State);
        return status.ReportSha256!;
    }

    private static async Task<SweepSubmission> Sweep(DirectoryArtifactStore store, bool gated, bool small = false)
    {
        var sweep = small ? await TestGrid.SmallSubmission(store) : await TestGrid.Submission(store, rounds: 3);
        return gated ? await TestGrid.Gated(store, sweep, tasks: small ? 2 : 20) : sweep;
    }

    private static async Task<SweepResults> Results(DirectoryArtifactStore store) =>
        SealJson.Parse<SweepResults>((await store.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!.Bytes);
}
