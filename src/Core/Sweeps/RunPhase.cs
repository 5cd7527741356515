using Seal.Core.Domains;

namespace Seal.Core.Sweeps;

/// <summary>One step of a run: a training round, an evaluation of the policy as it stands, a part of the reward table, answers to look at, or a
/// check of earlier steps.</summary>
/// <param name="Round">The training round, from 1; for an evaluation the rounds done before it; 0 for the reward table.</param>
/// <param name="Trains">True on the training tasks: a round of propose → try → filter → update, or the table's part over these tasks.</param>
/// <param name="Replicate">The inner seed of a part of the reward table; null for rounds and evaluations.</param>
/// <param name="Shows">One self-edit per task is tried and its answer decoded, for people; counts in no row.</param>
/// <param name="Check">Self-edits of an earlier step are tried in another way.</param>
public sealed record RunPhase(int Round, bool Trains, int? Replicate = null, bool Shows = false, PhaseCheck Check = PhaseCheck.None)
{
    /// <summary>Its name.</summary>
    public PhaseId Id =>
        Check switch
        {
            PhaseCheck.None => new PhaseId(
                (Shows, Replicate, Trains) switch
                {
                    (true, _, true) => PhaseKind.ShowTrain,
                    (true, _, false) => PhaseKind.ShowEvaluate,
                    (_, null, true) => PhaseKind.Train,
                    (_, null, false) => PhaseKind.Evaluate,
                    (_, _, true) => PhaseKind.TableTrain,
                    (_, _, false) => PhaseKind.TableEvaluate,
                },
                Replicate ?? Round
            ),
            PhaseCheck.Again => new PhaseId(PhaseKind.TrainAgain, Round),
            PhaseCheck.OldOnNew => new PhaseId(PhaseKind.OldOnNew, Round),
            PhaseCheck.NewOnOld => new PhaseId(PhaseKind.NewOnOld, Round),
            _ => new PhaseId(PhaseKind.NewOnNew, Round),
        };

    /// <summary>Whether the policy learns from it.</summary>
    public bool Updates => Trains && Replicate is null && !Shows && Check == PhaseCheck.None;

    /// <summary>How adapted models are judged in this phase.</summary>
    public EvaluationKind Judging(RunSettings settings) =>
        Shows ? EvaluationKind.Shown
        : settings.Evaluate.Views > 0 && (!Trains || settings.VotesInTraining()) ? EvaluationKind.Vote
        : EvaluationKind.Plain;

    /// <summary>Whether inner loops of the phase start from the base model, and not from a policy that has learned.</summary>
    public bool StartsFromTheBase(RunSettings settings) =>
        Check switch
        {
            PhaseCheck.OldOnNew or PhaseCheck.NewOnNew => false,
            PhaseCheck.NewOnOld => true,
            _ when settings.Inner.Base == "frozen" => true,
            PhaseCheck.Again => Round == 1,
            // Before its first update a policy is the base model.
            _ => Trains ? Round <= 1 : Round == 0,
        };

    /// <summary>The phases of a run in order. Arms that do not learn are only evaluated.</summary>
    public static IReadOnlyList<RunPhase> Of(RunSettings settings, ArmSpec arm)
    {
        if (arm.Proposer == Proposers.TableProposer.Name)
        {
            return
            [
                .. Enumerable
                    .Range(0, settings.Inner.Seeds)
                    .SelectMany(replicate => new[] { new RunPhase(0, true, replicate), new RunPhase(0, false, replicate) }),
            ];
        }

        if (arm.Proposer != "policy")
        {
            return settings.Evaluate.When == "never" ? [] : [new RunPhase(0, false)];
        }

        var rounds = settings.Update.Rounds;
        var phases = new List<RunPhase>();
        for (var round = 0; round <= rounds; round++)
        {
            if (round > 0)
            {
                phases.Add(new RunPhase(round, true));
            }

            if (
                settings.Evaluate.When switch
                {
                    "every" => true,
                    "ends" => round == 0 || round == rounds,
                    "last" => round == rounds,
                    _ => false,
                }
            )
            {
                phases.Add(new RunPhase(round, false));
            }
        }

        if (settings.Evaluate is { Cross: true, When: "ends" or "every" } && rounds > 0)
        {
            // The fourth of the four is the last evaluation itself: under the policy's weights where they are fine-tuned, under the base model's
            // where those are.
            var other = settings.Inner.Base == "frozen" ? PhaseCheck.NewOnNew : PhaseCheck.NewOnOld;
            phases.AddRange([new RunPhase(rounds, false, Check: PhaseCheck.OldOnNew), new RunPhase(rounds, false, Check: other)]);
        }

        if (settings.Evaluate.Again)
        {
            phases.AddRange(Enumerable.Range(1, rounds).Select(round => new RunPhase(round, true, Check: PhaseCheck.Again)));
        }

        if (settings.Evaluate.Show)
        {
            phases.AddRange([new RunPhase(rounds, false, Shows: true), new RunPhase(rounds, true, Shows: true)]);
        }

        return phases;
    }
}

/// <summary>How self-edits of an earlier step are tried once more.</summary>
public enum PhaseCheck
{
    None,

    /// <summary>Those that a training round kept, under an inner seed that they were not chosen by.</summary>
    Again,

    /// <summary>Those of the first evaluation, with the trained policy's weights as the base of the inner loop.</summary>
    OldOnNew,

    /// <summary>Those of the last evaluation, with the base model's weights as the base of the inner loop.</summary>
    NewOnOld,

    /// <summary>Those of the last evaluation, with the trained policy's weights as the base of the inner loop.</summary>
    NewOnNew,
}
