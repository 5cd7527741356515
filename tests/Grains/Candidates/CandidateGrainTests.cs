using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests.Candidates;

/// <summary>The life of a pack, played by hand: a grid without workers, and a test that leases, loses and commits.</summary>
public sealed class CandidateGrainTests
{
    private static readonly WorkerRef Worker = new("cpu-0", "here");

    [Fact]
    public async Task LoseJob_InCompany_LeavesEachMemberThreeTriesAlone()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store, workers: 0);
        var pack = await Started(store, host.Grains);
        await Lose(pack, 1, "a", "b");

        // What was lost in company is nobody's fault: alone each has the three losses of every job.
        await Lose(pack, 2, "a");
        await Lose(pack, 3, "a");
        await Lose(pack, 4, "a");
        await Lose(pack, 5, "b");
        await Lose(pack, 6, "b");
        await Lose(pack, 7, "b");

        Assert.Null(await pack.BeginJob(Worker));
        var outcome = (await pack.Start(Work()))!;
        Assert.Equal([null, null], outcome.Trials!);
        Assert.Equal((0, 7, "candidate 000 was given up after 3 losses, the last: broken"), (outcome.First, outcome.Attempts, outcome.Problem));
    }

    [Fact]
    public async Task CompleteJob_OfAMemberAlone_KeepsItsTrialAndGoesOnWithTheNext()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store, workers: 0);
        var pack = await Started(store, host.Grains);
        await Lose(pack, 1, "a", "b");

        await Complete(pack, 2, SmallRecords.Trial(true), "a");
        await Complete(pack, 3, SmallRecords.Trial(false), "b");

        var outcome = (await pack.Start(Work()))!;
        Assert.Equal([1.0, 0.0], outcome.Trials!.Select(trial => trial!["exact"]));
        Assert.Equal((null, 3, 2.0), (outcome.Problem, outcome.Attempts, outcome.Seconds));
    }

    [Fact]
    public async Task Retry_OfAPack_GoesOnWithItsEpochsSoThatNoZombieCommits()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store, workers: 0);
        var pack = await Started(store, host.Grains);
        await Lose(pack, 1, "a", "b");
        await Lose(pack, 2, "a");
        await Lose(pack, 3, "a");
        await Lose(pack, 4, "a");
        await Complete(pack, 5, SmallRecords.Trial(true), "b");
        Assert.NotNull((await pack.Start(Work()))!.Problem);

        await pack.Retry();
        Assert.Null(await pack.Start(Work()));
        var leased = (await pack.BeginJob(Worker))!;

        Assert.Equal((6, "a"), (leased.Epoch, Assert.Single(leased.FineTune!.Members).Payload));
        // A worker that was taken for dead comes back with a result of long ago.
        foreach (var old in Enumerable.Range(1, 5))
        {
            Assert.False(await pack.Heartbeat(old, new JobProgress(1, 1, null)));
            Assert.False(await pack.CompleteJob(old, Result(SmallRecords.Trial(true))));
        }

        Assert.True(await pack.CompleteJob(6, Result(SmallRecords.Trial(false))));
        // The member that had a verdict keeps it.
        var outcome = (await pack.Start(Work()))!;
        Assert.Equal([0.0, 1.0], outcome.Trials!.Select(trial => trial!["exact"]));
        Assert.Null(outcome.Problem);
    }

    private static readonly RunContext Run = SmallRecords.Run(packSize: 2);

    private static PackWork Work() => new(SmallRecords.Named(Run), PhaseId.Train(1), Job);

    private static readonly FineTuneJob Job = new(
        new TaskRef("ta", new string('0', 64)),
        SmallRecords.Model,
        EvaluationKind.Plain,
        [new FineTuneMember(0, "a", 1), new FineTuneMember(1, "b", 2)]
    );

    private static async Task<ICandidateGrain> Started(DirectoryArtifactStore store, IGrainFactory grains)
    {
        var named = await RunRef.Put(new DocumentCache(), store, Run);
        var pack = grains.GetGrain<ICandidateGrain>(GridKeys.Candidate(named, PhaseId.Train(1), "ta", 0));
        Assert.Null(await pack.Start(Work()));
        return pack;
    }

    private static async Task Lose(ICandidateGrain pack, int epoch, params string[] members)
    {
        await Begin(pack, epoch, members);
        await pack.LoseJob(epoch, "broken", transient: false);
    }

    private static async Task Complete(ICandidateGrain pack, int epoch, TrialResult trial, string member)
    {
        await Begin(pack, epoch, member);
        Assert.True(await pack.CompleteJob(epoch, Result(trial)));
    }

    private static async Task Begin(ICandidateGrain pack, int epoch, params string[] members)
    {
        var leased = (await pack.BeginJob(Worker))!;
        Assert.Equal(epoch, leased.Epoch);
        Assert.Equal(members, leased.FineTune!.Members.Select(member => member.Payload));
    }

    private static JobResult Result(TrialResult trial) => new(1, Worker.ToString(), [], FineTune: new FineTuneResult([trial]));
}
