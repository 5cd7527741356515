using CsCheck;
using Seal.Core.Domains;
using Seal.Core.Gates;
using Seal.Core.Runs;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Runs;

/// <summary>What a run does whose versions must pass a gate.</summary>
public sealed class GatedTests
{
    private static readonly Gated Method = new(new SealMethod());

    [Fact]
    public void Next_EveryVersionPasses_LooksAtEachAndGoesOnWithIt() =>
        Assert.Equal(
            "gate-edits-0 gate-0 train-1(0) gate-edits-1 gate-1 train-2(1) gate-edits-2 gate-2 train-3(2) gate-edits-3 gate-3",
            Walk(Settings(rounds: 3), _ => false)
        );

    /// <summary>A version that is refused is not used: the next round is proposed by the one before it, and what is left of the look is
    /// left.</summary>
    [Theory]
    [InlineData("gate-1", "gate-edits-0 gate-0 train-1(0) gate-edits-1 gate-1 train-2(0) gate-edits-2 gate-2 train-3(2) gate-edits-3 gate-3")]
    [InlineData("gate-edits-1", "gate-edits-0 gate-0 train-1(0) gate-edits-1 train-2(0) gate-edits-2 gate-2 train-3(2) gate-edits-3 gate-3")]
    [InlineData("gate-2", "gate-edits-0 gate-0 train-1(0) gate-edits-1 gate-1 train-2(1) gate-edits-2 gate-2 train-3(1) gate-edits-3 gate-3")]
    public void Next_AVersionIsRefused_GoesOnWithTheOneBeforeIt(string refused, string walk) =>
        Assert.Equal(walk, Walk(Settings(rounds: 3), phase => phase.ToString() == refused));

    [Fact]
    public void Next_AllAreRefused_StaysWithTheBaseModel() =>
        Assert.Equal(
            "gate-edits-0 gate-0 train-1(0) gate-edits-1 train-2(0) gate-edits-2",
            Walk(Settings(rounds: 2), phase => phase is { IsGate: true, Number: > 0 })
        );

    /// <summary>Valid without a grammar is asked apart where the run has one, and with the other questions where it has none.</summary>
    [Theory]
    [InlineData(true, "gate-free-0 gate-0 train-1(0) gate-free-1 gate-1")]
    [InlineData(false, "gate-edits-0 gate-0 train-1(0) gate-edits-1 gate-1")]
    public void Next_ValidityIsAsked_WritesWithoutAGrammar(bool grammar, string walk) =>
        Assert.Equal(
            walk,
            Walk(
                Settings(rounds: 1) with
                {
                    Gate = new GateSettings([GateRules.Retention, GateRules.Validity]),
                    Proposal = new ProposalSettings(Grammar: grammar),
                },
                _ => false
            )
        );

    [Fact]
    public void Next_WithoutAGate_IsTheMethods() => Assert.Equal("train-1(0) train-2(1)", Walk(Settings(rounds: 2) with { Gate = null }, _ => true));

    [Fact]
    public void Next_WithoutRounds_LooksAtNothing() => Assert.Equal("", Walk(Settings(rounds: 0), _ => false));

    /// <summary>The evaluation after a round comes after the gate, and measures the version that stands.</summary>
    [Fact]
    public void Evaluated_AfterARefusedRound_MeasuresTheVersionThatStands()
    {
        var method = new Evaluated(Method);
        var settings = Settings(rounds: 2) with { Evaluate = new EvaluateSettings(EvaluateWhen.Every) };
        Assert.Equal(
            "gate-edits-0 gate-0 evaluate-0(0) train-1(0) gate-edits-1 gate-1 evaluate-1(0) train-2(0) gate-edits-2 gate-2 evaluate-2(2)",
            Walk(settings, phase => phase.ToString() == "gate-1", method)
        );
    }

    /// <summary>Ten thousand random runs: whatever is refused, the policy that proposes is always the last one that was not.</summary>
    [Fact]
    public void Next_AnyVersionsRefused_ProposesByTheLastThatPassed() =>
        Gen.Select(Gen.Int[0, 12], Gen.ULong, Gen.Bool)
            .Sample(
                drawn =>
                {
                    var (rounds, refusals, cross) = drawn;
                    var settings = Settings(rounds) with { Evaluate = new EvaluateSettings(EvaluateWhen.Every, Cross: cross, Again: true) };
                    bool Refuses(PhaseId phase) =>
                        phase is { IsGate: true, Number: > 0 } && ((refusals >> (phase.Number * 2 + (int)phase.Kind)) & 1) == 1;
                    var method = new KeptOnceMore(new CrossChecked(new Evaluated(Method)));
                    var (history, stands, passed) = (RunHistory.Empty, new Theta(0), new List<Theta> { new(0) });
                    var proposers = new List<Theta>();
                    while (method.Next(history, settings) is { Step: { } step } decision)
                    {
                        switch (decision)
                        {
                            case RunTasks { Phase.Kind: PhaseKind.TrainAgain } again:
                                Assert.Equal(proposers[again.Phase.Number - 1], again.Base);
                                break;
                            case RunTasks { Phase.Kind: PhaseKind.NewOnNew }:
                                Assert.Fail("only where inner loops begin with the base model");
                                break;
                            case RunTasks { Phase.IsGate: true } look:
                                Assert.Equal(new Theta(history.Rounds), look.Base);
                                break;
                            case RunTasks { Phase.IsRound: true } round:
                                Assert.Equal(stands, round.Proposer);
                                proposers.Add(round.Proposer);
                                break;
                            case RunTasks { Phase.IsEvaluation: true } measured:
                                Assert.Equal(stands, measured.Proposer);
                                break;
                            case TrainPolicy update:
                                Assert.Equal(stands, update.Policy);
                                passed.Add(stands);
                                stands = new Theta(history.Rounds + 1);
                                break;
                        }

                        if (Refuses(step.Phase))
                        {
                            (step, stands) = (step with { Refused = true }, passed[^1]);
                        }

                        history = history.With(step);
                        Assert.Equal(stands, history.Policy);
                        Assert.Equal(stands, history.Without(phase => phase.IsGate).Policy);
                    }

                    Assert.Equal(rounds, history.Rounds);
                    // What was done is what would be done again: a run that is read back keeps all of it.
                    Assert.Equal(history.Count, new RunScript(method, settings).Kept(Steps(history, method, settings, Refuses)));
                },
                iter: 10_000
            );

    private static IEnumerable<RunStep> Steps(RunHistory whole, KeptOnceMore method, RunSettings settings, Func<PhaseId, bool> refuses)
    {
        for (var history = RunHistory.Empty; history.Count < whole.Count; )
        {
            var step = method.Next(history, settings).Step!.Value;
            step = step with { Refused = refuses(step.Phase) };
            yield return step;
            history = history.With(step);
        }
    }

    private static string Walk(RunSettings settings, Func<PhaseId, bool> refuses, IRunMethod? method = null)
    {
        var (history, words) = (RunHistory.Empty, new List<string>());
        while ((method ?? Method).Next(history, settings) is { Step: { } step } decision)
        {
            if (decision is RunTasks tasks)
            {
                words.Add(tasks.Phase.IsGate ? $"{tasks.Phase}" : $"{tasks.Phase}({tasks.Proposer.Rounds})");
                Assert.Equal(tasks.Phase.Kind is PhaseKind.GateEdits or PhaseKind.GateFree, tasks.Judging == EvaluationKind.None);
            }

            history = history.With(step with { Refused = refuses(step.Phase) });
        }

        return string.Join(' ', words);
    }

    private static RunSettings Settings(int rounds) =>
        new(
            "toy",
            new EngineSettings("fake"),
            new ProposalSettings(),
            new InnerSettings(),
            new RewardSettings(),
            new UpdateSettings(Rounds: rounds),
            new EvaluateSettings(EvaluateWhen.Never)
        )
        {
            Gate = new GateSettings(GateRules.Strict),
        };
}
