using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;
using Seal.Core.Updates;

namespace Seal.Core.Tests.Runs;

/// <summary>SEAL by hand: two rounds of Algorithm 1 with ReST-EM on two tasks, without silo, engine or files.</summary>
public sealed class SealMethodTests
{
    private static readonly TaskRef[] Tasks = [new("ta", "0a"), new("tb", "0b")];
    private static readonly RunContext Run = SmallRecords.Run(update: new UpdateSettings(Rounds: 2));

    [Fact]
    public void Next_OfTwoRounds_AlternatesBetweenTryingSelfEditsAndLearningFromThoseThatHelped()
    {
        var seal = new SealMethod();
        var history = RunHistory.Empty;

        // E-step of round 1: the base model proposes and is fine-tuned.
        var first = Assert.IsType<RunTasks>(seal.Next(history, Run.Settings));
        Assert.Equal((PhaseId.Train(1), TaskSet.Training, 15), (first.Phase, first.On, first.Candidates));
        Assert.Equal((new Theta(0), new Theta(0)), (first.Proposer, first.Base));

        // M-step: what solved its task is kept, what did not and what is no self-edit is not.
        history = history.With(first.Step!.Value);
        var learn = Assert.IsType<TrainPolicy>(seal.Next(history, Run.Settings));
        Assert.Equal((PhaseId.Train(1), new Theta(0)), (learn.Round, learn.Policy));
        TaskRecord[] round =
        [
            SmallRecords.Task("ta", SmallRecords.Scored(0, "helps a", 1), SmallRecords.Scored(1, "harms a", 0)),
            SmallRecords.Task(
                "tb",
                new CandidateRecord(0, null, "no self-edit", CandidateState.Invalid, null, null, 0),
                SmallRecords.Scored(1, "helps b", 1)
            ),
        ];
        Assert.Equal([new(Tasks[0], "helps a"), new UpdatePair(Tasks[1], "helps b")], KeptPairs.Of(learn, Run, Tasks, round));

        // Round 2: the policy that has learned once proposes, and is fine-tuned itself.
        history = history.With(learn.Step!.Value);
        var second = Assert.IsType<RunTasks>(seal.Next(history, Run.Settings));
        Assert.Equal((PhaseId.Train(2), new Theta(1), new Theta(1)), (second.Phase, second.Proposer, second.Base));
        history = history.With(second.Step!.Value);
        Assert.Equal(new TrainPolicy(PhaseId.Train(2), new Theta(1), "rest-em"), seal.Next(history, Run.Settings));

        Assert.Equal(new EndRun(), seal.Next(history.With(new RunStep(StepKind.Trained, PhaseId.Train(2))), Run.Settings));
    }

    [Fact]
    public void Next_WithAFrozenBase_FineTunesTheBaseModelInEveryRound()
    {
        var settings = Run.Settings with { Inner = new InnerSettings(Base: InnerSettings.Frozen) };
        var history = RunHistory.Empty.With(new(StepKind.Ran, PhaseId.Train(1))).With(new(StepKind.Trained, PhaseId.Train(1)));
        var second = Assert.IsType<RunTasks>(new SealMethod().Next(history, settings));

        Assert.Equal((new Theta(1), new Theta(0)), (second.Proposer, second.Base));
    }

    [Fact]
    public void Next_OfNoRounds_IsTheEnd() =>
        Assert.Equal(new EndRun(), new SealMethod().Next(RunHistory.Empty, SmallRecords.Run(update: new UpdateSettings(Rounds: 0)).Settings));
}
