using CsCheck;
using Seal.Core.Domains;
using Seal.Core.Gates;
using Seal.Core.Runs;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Runs;

/// <summary>What a run does whose policy is set to another version, by a person or by its gate.</summary>
public sealed class MovedTests
{
    private static readonly Moved Method = new(new KeptOnceMore(new CrossChecked(new Evaluated(new Gated(new SealMethod())))));

    /// <summary>Each round with the version that proposed, each move with the version that is used from there on.</summary>
    [Theory]
    [InlineData("1→0", "train-1(0) moved-1(0) train-2(0) train-3(2)")]
    [InlineData("2→1", "train-1(0) train-2(1) moved-2(1) train-3(1)")]
    [InlineData("3→1", "train-1(0) train-2(1) train-3(2) moved-3(1)")]
    [InlineData("1→0 2→1", "train-1(0) moved-1(0) train-2(0) moved-2(1) train-3(1)")]
    // What there is not cannot be used.
    [InlineData("1→2", "train-1(0) train-2(1) train-3(2)")]
    [InlineData("4→1", "train-1(0) train-2(1) train-3(2)")]
    public void Next_AfterAMove_GoesOnWithThatVersion(string moves, string walk) => Assert.Equal(walk, Walk(Settings(3, moves), _ => false));

    /// <summary>The evaluation after the round measures what is used, and so does what comes after the end.</summary>
    [Fact]
    public void Next_WithEvaluations_MeasuresWhatIsUsed()
    {
        var settings = Settings(2, "1→0 2→1") with { Evaluate = new EvaluateSettings(EvaluateWhen.Every) };
        Assert.Equal("evaluate-0(0) train-1(0) moved-1(0) evaluate-1(0) train-2(0) moved-2(1) evaluate-2(1)", Walk(settings, _ => false));
    }

    /// <summary>A person's word comes after the gate's: what it has refused can be used all the same.</summary>
    [Fact]
    public void Next_ARefusedVersionIsPromotedByHand_IsUsed()
    {
        var settings = Settings(2, "1→1") with { Gate = new GateSettings([GateRules.Retention]) };
        Assert.Equal("gate-0 train-1(0) gate-1 moved-1(1) train-2(1) gate-2", Walk(settings, phase => phase.ToString() == "gate-1"));
    }

    /// <summary>After so many refused versions in a row, the one that they learned from goes too; the base model is the end of it.</summary>
    [Theory]
    [InlineData(2, "", "train-1(0) train-2(1) train-3(2) train-4(3) train-5(4)")]
    [InlineData(2, "3 4", "train-1(0) train-2(1) train-3(2) train-4(2) rollback-4(1) train-5(1)")]
    [InlineData(1, "3", "train-1(0) train-2(1) train-3(2) rollback-3(1) train-4(1) train-5(4)")]
    [InlineData(1, "2 3 4 5", "train-1(0) train-2(1) rollback-2(0) train-3(0) train-4(0) train-5(0)")]
    [InlineData(2, "2 3 4 5", "train-1(0) train-2(1) train-3(1) rollback-3(0) train-4(0) train-5(0)")]
    // Counted from the last time it went back.
    [InlineData(2, "4 5", "train-1(0) train-2(1) train-3(2) train-4(3) train-5(3) rollback-5(2)")]
    public void Next_ManyVersionsAreRefused_GoesBackByOne(int after, string refused, string walk)
    {
        var settings = Settings(5, "") with { Gate = new GateSettings([GateRules.Retention]) { RollbackAfter = after } };
        var numbers = refused.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var walked = Walk(settings, phase => phase.IsGate && numbers.Contains($"{phase.Number}"));
        Assert.Equal(walk, string.Join(' ', walked.Split(' ').Where(word => !word.StartsWith("gate-", StringComparison.Ordinal))));
    }

    /// <summary>Ten thousand random runs: the policy that proposes is the one that the last round, refusal, rollback or move has left, and whoever
    /// reads the run back keeps all of it.</summary>
    [Fact]
    public void Next_AnyMovesAndRefusals_GoesOnWithWhatWasLeft() =>
        Gen.Select(Gen.Int[0, 8], Gen.ULong, Gen.Int[0, 3], Gen.Int[0, 8].Array[0, 4], Gen.Int[0, 8].Array[4])
            .Sample(
                (rounds, refusals, after, places, versions) =>
                {
                    var moves = places.Distinct().Order().Zip(versions).Select(one => $"{one.First}→{one.Second}");
                    var settings = Settings(rounds, string.Join(' ', moves)) with
                    {
                        Gate = new GateSettings([GateRules.Retention, GateRules.Collapse]) { RollbackAfter = after == 0 ? null : after },
                        Evaluate = new EvaluateSettings(EvaluateWhen.Every, Cross: true, Again: true),
                    };
                    var (history, stands, before, steps) = (RunHistory.Empty, Theta.Base, Theta.Base, new List<RunStep>());
                    while (Method.Next(history, settings) is { Step: { } step } decision)
                    {
                        switch (decision)
                        {
                            case RunTasks { Move: { } move }:
                                Assert.InRange(move.Version, 0, history.Rounds);
                                Assert.False(move.By == PolicyMove.Gate && move.Version >= stands.Rounds);
                                stands = new Theta(move.Version);
                                break;
                            case RunTasks { Phase: { IsRound: true } or { IsEvaluation: true } } asked:
                                Assert.Equal(stands, asked.Proposer);
                                break;
                            case TrainPolicy:
                                (before, stands) = (stands, new Theta(history.Rounds + 1));
                                break;
                        }

                        if (step.Phase is { IsGate: true, Number: > 0 } && ((refusals >> (step.Phase.Number * 2 + (int)step.Phase.Kind)) & 1) == 1)
                        {
                            (step, stands) = (step with { Refused = true }, before);
                        }

                        steps.Add(step);
                        history = history.With(step);
                        Assert.Equal(stands, history.Policy);
                    }

                    Assert.Equal(rounds, history.Rounds);
                    Assert.Equal(steps.Count, new RunScript(Method, settings).Kept(steps));
                    // Another word after the first round leaves what came before it, and nothing else.
                    var other = settings with
                    {
                        Moves = [new PolicyMove(1, 0, "b", "w"), .. (settings.Moves ?? []).Where(move => move.After != 1)],
                    };
                    var kept = new RunScript(Method, other).Kept(steps);
                    Assert.All(
                        steps.Take(kept),
                        step => Assert.True(step.Phase.Number <= 1 || settings.Moves!.Any(move => move is { After: 1, Version: 0 }))
                    );
                },
                iter: 10_000
            );

    private static string Walk(RunSettings settings, Func<PhaseId, bool> refuses)
    {
        var (history, words) = (RunHistory.Empty, new List<string>());
        while (Method.Next(history, settings) is { Step: { } step } decision)
        {
            if (decision is RunTasks tasks)
            {
                words.Add(tasks.Phase.IsGate ? $"{tasks.Phase}" : $"{tasks.Phase}({tasks.Proposer.Rounds})");
            }

            history = history.With(step with { Refused = refuses(step.Phase) });
        }

        return string.Join(' ', words);
    }

    /// <param name="rounds">Rounds.</param>
    /// <param name="moves">E.g. <c>2→1</c>: after round 2 to version 1.</param>
    private static RunSettings Settings(int rounds, string moves) =>
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
            Moves =
            [
                .. moves
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(move => move.Split('→').Select(int.Parse).ToArray())
                    .Select(move => new PolicyMove(move[0], move[1], "ann", "why")),
            ],
        };
}
