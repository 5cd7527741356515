using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Grains.Sweeps;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests.Policies;

/// <summary>Rewards with values between and rules beside ReST-EM, through the whole grid.</summary>
public sealed class RulesTests
{
    [Fact]
    public async Task Run_BestOfKOnValues_LearnsTheBestOfEachTaskAndTriesExactlyThoseAgain()
    {
        var run = await Run(new UpdateSettings("best-per-task", Rounds: 1, Best: 2), "token-accuracy");
        var round = run.Phases.Single(phase => phase.Phase == PhaseId.Train(1));
        var again = run.Phases.Single(phase => phase.Phase.Kind == PhaseKind.TrainAgain);
        var scored = round.Tasks.SelectMany(task => task.Candidates).Where(candidate => candidate.State == CandidateState.Scored).ToArray();

        Assert.Equal(("best-per-task", 2), (run.Rule, run.Best));
        Assert.All(scored, candidate => Assert.Equal(candidate.Trial![ObservationNames.TokenAccuracy], candidate.Reward));
        Assert.Contains(scored, candidate => candidate.Reward is > 0 and < 1);
        foreach (var task in round.Tasks)
        {
            var best = task
                .Candidates.Where(candidate => candidate is { Payload: not null, Reward: > 0 })
                .OrderByDescending(candidate => candidate.Reward)
                .Select(candidate => candidate.Payload)
                .Distinct()
                .Take(2)
                .ToHashSet();

            Assert.Equal(best, run.Filter.Kept(task).Select(candidate => candidate.Payload).ToHashSet());
            Assert.Equal(best, again.Tasks.Single(one => one.Task == task.Task).Candidates.Select(candidate => candidate.Payload).ToHashSet());
        }

        Assert.Equal(round.Kept, round.Tasks.Sum(task => run.Filter.Kept(task).Count));
    }

    /// <summary>The same pairs under other weights are another policy: weights reach the training.</summary>
    [Fact]
    public async Task Run_RewardWeighted_TrainsAnotherPolicyOnTheSamePairs()
    {
        var (equal, weighted) = (
            await Run(new UpdateSettings(Rounds: 1), "token-accuracy"),
            await Run(new UpdateSettings("reward-weighted", Rounds: 1), "token-accuracy")
        );
        var (one, other) = (equal.Phases.Single(phase => phase.Phase.IsRound), weighted.Phases.Single(phase => phase.Phase.IsRound));

        Assert.Equal(SealJson.ToText(one.Tasks), SealJson.ToText(other.Tasks));
        Assert.Equal(one.Kept, other.Kept);
        Assert.NotEqual(one.Update!.AdapterSha256, other.Update!.AdapterSha256);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Run_SeveralTrialsOfEachSelfEdit_RewardsTheirMeanWhateverThePackSize(int packSize)
    {
        var run = await Run(new UpdateSettings(Rounds: 1), "token-accuracy", trials: 3, packSize);
        var round = run.Phases.Single(phase => phase.Phase == PhaseId.Train(1));
        var scored = round.Tasks.SelectMany(task => task.Candidates).Where(candidate => candidate.State == CandidateState.Scored).ToArray();

        Assert.All(
            scored,
            candidate =>
                Assert.Equal(
                    candidate.More!.Prepend(candidate.Trial!).Average(trial => trial[ObservationNames.TokenAccuracy] ?? 0),
                    candidate.Reward!.Value,
                    12
                )
        );
        Assert.Contains(scored, candidate => candidate.Reward != candidate.Trial![ObservationNames.TokenAccuracy]);
        Assert.All(
            run.Phases.Where(phase => !phase.Phase.IsRound).SelectMany(phase => phase.Tasks).SelectMany(task => task.Candidates),
            candidate => Assert.Null(candidate.More)
        );
        Assert.Equal(await Text(1), await Text(packSize));

        async Task<string> Text(int size) => SealJson.ToText(await Run(new UpdateSettings(Rounds: 1), "token-accuracy", trials: 3, size));
    }

    private static async Task<RunRecord> Run(UpdateSettings update, string reward, int? trials = null, int packSize = 1)
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        var whole = await TestGrid.Submission(store, candidates: 12, packSize: packSize);
        var run = whole.Runs[0].Context;
        var settings = run.Settings with
        {
            Reward = new RewardSettings(reward, Trials: trials),
            Update = update,
            Evaluate = new EvaluateSettings(EvaluateWhen.Never, Again: true),
        };
        await TestGrid.RunToEnd(host, whole with { Runs = [whole.Runs[0] with { Context = run with { Settings = settings } }] });
        return Assert.Single(SealJson.Parse<SweepResults>((await store.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!.Bytes).Runs);
    }
}
