using CsCheck;
using Seal.Core.Domains;
using Seal.Core.Json;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Sweeps.Reading;

namespace Seal.Core.Tests.Sweeps;

public sealed class SweepPlanTests
{
    private const string TwoArms = "[[arms]]\nname = \"seal\"\nproposer = \"policy\"\n[[arms]]\nname = \"random\"\nproposer = \"random\"\n";

    [Fact]
    public void Expand_CellsArmsSeeds_InFileOrder()
    {
        var spec = Toml.Read(TwoArms + "[inner]\nrank = [16, 8]", "seeds=[2, 1]");

        Assert.Equal(
            [
                "inner-rank-16-seal-s2",
                "inner-rank-16-seal-s1",
                "inner-rank-16-random-s2",
                "inner-rank-16-random-s1",
                "inner-rank-8-seal-s2",
                "inner-rank-8-seal-s1",
                "inner-rank-8-random-s2",
                "inner-rank-8-random-s1",
            ],
            spec.Runs.Select(run => run.Name)
        );
    }

    [Fact]
    public void Expand_LongNames_AreCutAndStayDifferent()
    {
        var arms = Enumerable.Range(0, 3).Select(i => $"[[arms]]\nname = \"{new string('a', 62)}{i}\"\nproposer = \"random\"\n");
        var names = Toml.Read(string.Concat(arms), "seeds=[1, 9223372036854775807]").Runs.Select(run => run.Name).ToArray();

        Assert.Equal(6, names.Distinct().Count());
        Assert.All(names, name => Assert.True(StoreName.IsGood(name), name));
    }

    [Fact]
    public void Expand_CellAndArmThatRunTogether_StayDifferent()
    {
        var settings = Toml.Read("").Runs[0].Settings;
        var values = new Dictionary<string, string>();
        GridCell[] cells = [new(new CellSpec("a", values), settings), new(new CellSpec("a-b", values), settings)];
        ReadArm[] arms = [new(new ArmSpec("b-c", "policy")), new(new ArmSpec("c", "random"))];

        Assert.Equal(4, SweepPlan.Expand(cells, arms, [1]).Select(run => run.Name).Distinct().Count());
    }

    [Fact]
    public void Cost_PolicyArm_CountsRoundsAndEvaluations()
    {
        var spec = Toml.Read(
            "[proposal]\ncandidates = 5\nevaluation_candidates = 4\n[inner]\nmax_steps = 10\n[update]\nrounds = 2\ntraining_epochs = 3\nbatch = 4"
        );

        // 2 tasks × 5 candidates × 2 rounds; 3 tasks × 4 candidates, before and after; 3 epochs of ⌈10 / 4⌉ steps, twice.
        Assert.Equal(new PlanCost(2, 20 + 24, 20, 24, 440, 18), PlanCost.Of(spec));
    }

    [Theory]
    [InlineData("ends", 2)]
    [InlineData("every", 4)]
    [InlineData("last", 1)]
    [InlineData("never", 0)]
    public void Cost_When_DecidesTheNumberOfEvaluations(string when, int evaluations) =>
        Assert.Equal(evaluations * 3 * 5, PlanCost.Of(Toml.Read($"[update]\nrounds = 3\n[evaluate]\nwhen = \"{when}\"")).EvaluationLoops);

    [Theory]
    [InlineData("random", "", 15, 15)]
    [InlineData("constant", "edit = \"{}\"", 15, 3)]
    [InlineData("none", "", 3, 0)]
    public void Cost_ArmThatDoesNotLearn_IsEvaluatedOnce(string proposer, string more, int proposals, int loops) =>
        Assert.Equal(
            new PlanCost(0, proposals, 0, loops, loops * 375, 0),
            PlanCost.Of(Toml.Read($"[[arms]]\nname = \"x\"\nproposer = \"{proposer}\"\n{more}"))
        );

    [Fact]
    public void Cost_OfSweep_IsTheSumOverRuns() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 3], Gen.Int[1, 9])
            .Sample(
                (seeds, rounds, candidates) =>
                {
                    var spec = Toml.Read(
                        TwoArms + $"[update]\nrounds = {rounds}\n[proposal]\ncandidates = [{candidates}, {candidates + 1}]",
                        $"seeds=[{string.Join(',', Enumerable.Range(1, seeds))}]"
                    );
                    var cost = PlanCost.Of(spec);
                    Assert.Equal(seeds * 2 * rounds, cost.Rounds);
                    Assert.Equal(seeds * rounds * 2 * (candidates + candidates + 1), cost.InnerLoops);
                    Assert.Equal((cost.InnerLoops + cost.EvaluationLoops) * 375, cost.MaxSteps);
                },
                iter: 50
            );

    [Fact]
    public void StoreName_AnyText_IsStoreSafeAndDifferentTextsDiffer() =>
        Gen.Select(Gen.String, Gen.String)
            .Sample(
                (a, b) =>
                {
                    Assert.True(StoreName.IsGood(StoreName.From(a)), StoreName.From(a));
                    Assert.Equal(a == b, StoreName.From(a) == StoreName.From(b));
                }
            );

    [Fact]
    public void Expand_ArmWithItsOwnSettingsAndSeeds_HasThemAlone()
    {
        var spec = Toml.Read(TwoArms + "seeds = [2]\nset = { reward.source = \"shuffled\", inner = { base = \"frozen\" } }\n", "seeds=[1, 2]");
        var runs = spec.Runs;

        Assert.Equal(["base-seal-s1", "base-seal-s2", "base-random-s2"], runs.Select(run => run.Name));
        Assert.Equal(("exact", "policy"), (runs[0].Settings.Reward.Source, runs[0].Settings.Inner.Base));
        Assert.Equal(("shuffled", "frozen"), (runs[2].Settings.Reward.Source, runs[2].Settings.Inner.Base));
    }

    [Theory]
    [InlineData("set = { reward.sauce = \"exact\" }", "did you mean reward.source?")]
    [InlineData("set = { inner.rank = 0 }", "0 is not in 1..1024")]
    [InlineData("set = { inner = 3 }", "expected a section and a key")]
    [InlineData("set = 3", "expected settings of this arm")]
    [InlineData("seeds = [7]", "which the sweep's seeds do not have")]
    public void Read_ArmWithBadSettings_IsRefused(string line, string part) =>
        Assert.Contains(part, Toml.Error(TwoArms + line + "\n"), StringComparison.Ordinal);

    [Fact]
    public void Read_TableArmWithoutInnerSeeds_SaysWhatItNeeds() =>
        Assert.Contains("inner.seeds = 2", Toml.Error("[[arms]]\nname = \"table\"\nproposer = \"table\"\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("", EvaluationKind.Plain)]
    [InlineData("[reward]\nsource = \"shuffled\"", EvaluationKind.Plain)]
    [InlineData("[reward]\nsource = \"vote-top-2\"", EvaluationKind.Vote)]
    [InlineData("[reward]\nsource = \"shuffled-vote-top-1\"", EvaluationKind.Vote)]
    [InlineData("[evaluate]\nscore = \"vote-top-2\"", EvaluationKind.Vote)]
    public void Judging_OfTrainingTasks_VotesWhereRewardOrScoreAskForIt(string more, EvaluationKind training)
    {
        var settings = Toml.Read(more).Runs[0].Settings;

        Assert.Equal(training, settings.Judging(TaskSet.Training));
        Assert.Equal(EvaluationKind.Vote, settings.Judging(TaskSet.Evaluation));
        Assert.Equal(EvaluationKind.Plain, (settings with { Evaluate = settings.Evaluate with { Views = 0 } }).Judging(TaskSet.Evaluation));
    }

    [Theory]
    [InlineData("[evaluate]\nscore = \"vote-top-2\"\nviews = 0", "evaluate.views: is 0, but evaluate.score: \"vote-top-2\" is a vote over views")]
    [InlineData(
        "[reward]\nsource = \"vote-top-1\"\n[evaluate]\nviews = 0",
        "evaluate.views: is 0, but reward.source: \"vote-top-1\" is a vote over views"
    )]
    [InlineData(
        "[[arms]]\nname = \"a\"\nproposer = \"policy\"\nset = { evaluate.score = \"vote-top-1\" }",
        "arm \"a\" would be judged by another score"
    )]
    [InlineData("[evaluate]\nscore = \"vote-top-3\"", "did you mean \"vote-top-")]
    public void Read_ScoreThatCannotBe_IsRefused(string more, string part) => Assert.Contains(part, Toml.Error(more), StringComparison.Ordinal);

    [Theory]
    [InlineData("policy", "cross-new-on-old-2")]
    [InlineData("frozen", "cross-new-on-new-2")]
    public void Phases_WithChecks_ComeAfterTheLastEvaluation(string inner, string other)
    {
        var run = Toml.Read($"[inner]\nbase = \"{inner}\"\n[evaluate]\ncross = true\nagain = true\nshow = true").Runs[0];

        Assert.Equal(
            [
                "evaluate-0",
                "train-1",
                "train-2",
                "evaluate-2",
                "cross-old-on-new-2",
                other,
                "again-train-1",
                "again-train-2",
                "show-evaluate-2",
                "show-train-2",
            ],
            run.Phases.Select(phase => phase.Phase.ToString())
        );
        Assert.Equal([PhaseId.Train(1), PhaseId.Train(2)], run.Phases.Where(phase => phase.Phase.IsRound).Select(phase => phase.Phase));
        Assert.Null(new PhaseId(PhaseKind.TrainAgain, 1).Replicate);
    }

    [Theory]
    [InlineData("[reward]\ntrials = 3\n[inner]\nseeds = 2", "reward.trials: 3 trials of a self-edit need as many inner seeds, but inner.seeds = 2")]
    [InlineData(
        "[update]\nrule = \"reward-weighted\"\nbatch = 1",
        "update.rule: \"reward-weighted\" weighs self-edits against the others of their step"
    )]
    [InlineData("[reward]\ntrials = 17", "17 is not in 1..16")]
    [InlineData("[update]\nbest = 3", "update.best: goes with update.rule = \"best-per-task\"")]
    [InlineData("[update]\nrule = \"best-per-task\"\nbest = 0", "0 is not in 1..1024")]
    [InlineData(
        "[reward]\nsource = \"demonstration-accuracy\"",
        "reward.source: \"demonstration-accuracy\" is observed on the demonstrations; set evaluate"
    )]
    [InlineData("[reward]\nsource = \"shuffled-demonstration-accuracy\"", "set evaluate.demonstrations = true")]
    public void Read_RuleOrRewardWithoutWhatItNeeds_IsRefused(string more, string part) =>
        Assert.Contains(part, Toml.Error(more), StringComparison.Ordinal);

    [Theory]
    [InlineData("[update]\nrule = \"best-per-task\"\nbest = 3", "best-per-task", 3)]
    // One is what there is without it: the same run.
    [InlineData("[update]\nrule = \"best-per-task\"\nbest = 1", "best-per-task", null)]
    [InlineData("[reward]\nsource = \"demonstration-accuracy\"\n[evaluate]\ndemonstrations = true", "rest-em", null)]
    public void Read_RuleAndRewardThatGoTogether_AreTaken(string more, string rule, int? best)
    {
        var update = Toml.Read(more).Runs[0].Settings.Update;

        Assert.Equal((rule, best), (update.Rule, update.Best));
    }

    /// <summary>Several trials are those of rounds alone, and one is what there is without the key.</summary>
    [Fact]
    public void Phases_WithSeveralTrials_HaveThemInRoundsAlone()
    {
        var spec = Toml.Read("[reward]\ntrials = 3\n[evaluate]\nagain = true\n[update]\nrounds = 1\n[proposal]\ncandidates = 5");

        Assert.Equal(
            "evaluate-0×1 train-1×3 evaluate-1×1 again-train-1×1",
            string.Join(' ', spec.Runs[0].Phases.Select(phase => $"{phase.Phase}×{phase.Trials}"))
        );
        // Two training tasks, five self-edits, three trials; kept ones are tried once more.
        Assert.Equal((2 * 5 * 3) + (2 * 5), PlanCost.Of(spec).InnerLoops);
        Assert.Equal(Toml.Read("").Runs[0].Settings, Toml.Read("[reward]\ntrials = 1").Runs[0].Settings);
    }

    [Fact]
    public void Read_CrossWithoutBothEvaluations_IsRefused() =>
        Assert.Contains("before and after training", Toml.Error("[evaluate]\ncross = true\nwhen = \"last\""), StringComparison.Ordinal);

    [Fact]
    public void Read_DefaultScoreSpelledOut_IsTheSameSpec() =>
        Assert.Equal(SealJson.Hash(Toml.Read("").Runs[0].Settings), SealJson.Hash(Toml.Read("[evaluate]\nscore = \"exact\"").Runs[0].Settings));

    [Fact]
    public void Phases_TableArm_GoesOverAllTasksOncePerInnerSeed()
    {
        var spec = Toml.Read("[[arms]]\nname = \"table\"\nproposer = \"table\"\n[inner]\nbase = \"frozen\"\nseeds = 2\n", "seeds=[4, 5]");
        var run = Assert.Single(spec.Runs);

        Assert.Equal(
            [
                new PhaseId(PhaseKind.TableTrain, 0),
                new PhaseId(PhaseKind.TableEvaluate, 0),
                new PhaseId(PhaseKind.TableTrain, 1),
                new PhaseId(PhaseKind.TableEvaluate, 1),
            ],
            run.Phases.Select(phase => phase.Phase)
        );
        Assert.DoesNotContain(run.Phases, phase => phase.Phase.IsRound);
        Assert.Equal(
            [(true, 0), (false, 0), (true, 1), (false, 1)],
            run.Phases.Select(phase => (phase.Phase.IsOnTrainingTasks, phase.Phase.Replicate!.Value))
        );
    }
}
