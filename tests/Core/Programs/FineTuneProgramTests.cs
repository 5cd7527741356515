using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Judges;
using Seal.Core.Programs;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Programs;

/// <summary>The inner loop of a pack: who is trained, who is judged, and what is left behind.</summary>
public sealed class FineTuneProgramTests
{
    [Fact]
    public void Run_PackOfEveryKind_GivesEachMemberItsOwnOutcomeInSlotOrder()
    {
        // The word of five letters diverges at its second step.
        var environment = Environment(request => request.Batches.Count == 5 ? [1, double.NaN] : [.. request.Batches.Select((_, step) => 3.0 - step)]);
        var members = Run(environment, "over", "bb", "crash", "none", "ccc");

        // Trained are the second, third and fifth, side by side, under their own seeds.
        var pack = Assert.Single(environment.Engine.Packs);
        Assert.Equal([new(101UL), new(102UL), new Seed(104UL)], pack.Select(request => request.InitialSeed));

        Assert.Equal(["over the step cap", null, "loss is not finite", null, null], members.Select(member => member.Failure));
        Assert.Equal([0, 2, 2, 0, 3], members.Select(member => member.Steps));
        Assert.Equal([0, 20, 0, 0, 30], members.Select(member => member.Tokens));
        Assert.Equal([null, 3.0, null, null, 3.0], members.Select(member => member.FirstLoss));
        Assert.Equal([null, 2.0, null, null, 1.0], members.Select(member => member.LastLoss));
        Assert.Equal([null, 1.0, null, 0.0, 0.0], members.Select(member => member[ObservationNames.Exact]));
        Assert.All(members, member => Assert.Equal(member.Failure is null, member.Details is not null));
    }

    [Fact]
    public void Run_OfAPack_JudgesEachMemberByItsOwnDeltaSelfEditAndSeed()
    {
        var environment = new ScriptedEnvironment();
        Run(environment, "bb", "none", "ccc");

        var deltas = environment.Engine.Deltas;
        Assert.Equal(2, deltas.Count);
        Assert.Equal(
            [("bb", deltas[0], 100UL), ("none", null, 101UL), ("ccc", deltas[1], 102UL)],
            environment.Words.Evaluated.Select(seen => (seen.Payload, (ScriptedDelta?)seen.Delta, seen.Seed.Value))
        );
        Assert.All(
            environment.Words.Evaluated,
            seen => Assert.Equal((new TaskDocument("task", "\"task\""), EvaluationKind.Vote), (seen.Task, seen.Kind))
        );
        Assert.Equal([SmallRun.Base], environment.Engine.Opened);
    }

    [Fact]
    public void Run_OfAPack_KeepsDetailsAndAdaptersUnderTheCandidatesOwnNumbers()
    {
        var environment = new ScriptedEnvironment();
        var members = Run(environment, "bb", "over", "ccc");

        Assert.Equal(["details-007.json", "details-009.json"], environment.Kept.Select(kept => kept.Name));
        Assert.Equal([(7, "00"), (9, "01")], environment.Adapters.Select(adapter => (adapter.Candidate, Convert.ToHexString(adapter.Bytes))));
        Assert.Equal([members[0].Details, members[2].Details], environment.Kept.Select(kept => ArtifactKey.Sha256(kept.Bytes)));
        var details = SealJson.Parse<TrialDetails>(environment.Kept[1].Bytes);
        Assert.Equal(("ccc", "\"ccc\""), (details.Payload, details.Predictions));
        Assert.Equal([2.0, 1.0, 0.0], details.Losses);
    }

    [Fact]
    public void Run_NobodyToJudge_TrainsNothing()
    {
        var environment = new ScriptedEnvironment { Words = new ScriptedDomain { JudgedBy = "gpt-4.1" } };

        var none = Assert.Throws<JudgeException>(() => Run(environment, "bb"));

        Assert.Contains("judged by gpt-4.1. Set SEAL_JUDGE_URL", none.Message, StringComparison.Ordinal);
        Assert.Empty(environment.Engine.Packs);
    }

    [Fact]
    public void Run_LossesOfManyDigits_AreKeptAsTheFloatsTheyWere()
    {
        var environment = Environment(_ => [1.0000000001, 0.1]);
        var member = Assert.Single(Run(environment, "bb"));

        Assert.Equal((1.0, (double)0.1f), (member.FirstLoss, member.LastLoss));
        Assert.Equal([1.0, 0.1f], SealJson.Parse<TrialDetails>(environment.Kept[0].Bytes).Losses);
    }

    [Fact]
    public void Run_NothingToTrain_TrainsNothingAndJudgesTheModelAsItIs()
    {
        var environment = new ScriptedEnvironment();
        var member = Assert.Single(Run(environment, "none"));

        Assert.Empty(environment.Engine.Packs);
        Assert.Empty(environment.Adapters);
        Assert.Null(Assert.Single(environment.Words.Evaluated).Delta);
        Assert.Equal((null, 0, null, null), (member.Failure, member.Steps, member.FirstLoss, member.LastLoss));
    }

    [Fact]
    public void Run_ToItsEnd_LetsGoOfEveryDeltaOnce()
    {
        var environment = new ScriptedEnvironment();
        Run(environment, "bb", "ccc");

        Assert.Equal([1, 1], environment.Engine.Deltas.Select(delta => delta.Disposals));
    }

    [Fact]
    public void Run_ThatIsStoppedWhileItJudges_LetsGoOfEveryDeltaToo()
    {
        var environment = new ScriptedEnvironment();
        environment.Words.OnEvaluate = () => throw new OperationCanceledException();

        Assert.Throws<OperationCanceledException>(() => Run(environment, "bb", "ccc"));
        Assert.Equal([1, 1], environment.Engine.Deltas.Select(delta => delta.Disposals));
    }

    [Fact]
    public void Run_OfAPack_ReportsEachStepWithTheFirstLossThatIsANumber()
    {
        var environment = new ScriptedEnvironment();
        Run(environment, "bb", "ccc");

        // Three steps of training, then one report before each of the two is judged, with its own number of steps.
        Assert.Equal([(1, 3, 2.0), (2, 3, 1.0), (3, 3, 0.0), (2, 2, null), (3, 3, null)], environment.Steps);
    }

    [Fact]
    public void Run_MembersThatHaveAllEnded_ReportsALossThatIsNoNumber()
    {
        var environment = Environment(_ => [double.NaN]);
        Run(environment, "bb");

        Assert.Equal((1, 1, double.NaN), Assert.Single(environment.Steps));
    }

    private static ScriptedEnvironment Environment(Func<TrainRequest, double[]> losses) => new() { Engine = new ScriptedEngine { Losses = losses } };

    private static IReadOnlyList<TrialResult> Run(ScriptedEnvironment environment, params string[] payloads)
    {
        // Numbers of candidates from 7, seeds from 100.
        var job = new FineTuneJob(
            environment.Task("task"),
            SmallRun.Policy,
            EvaluationKind.Vote,
            [.. payloads.Select((payload, i) => new FineTuneMember(7 + i, payload, 100 + (ulong)i))]
        );
        var assignment = new JobAssignment("job", 1, default, environment.Run(SmallRun.Of(new ArmSpec("seal", "policy"))), FineTune: job);
        return new JobRunner(environment).Run(assignment, CancellationToken.None).FineTune!.Members;
    }
}
