using System.Globalization;
using Seal.Core.Domains;
using Seal.Core.Gates;
using Seal.Core.Proposers;
using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>
/// A method with a gate between "trained" and "used" (<c>[gate]</c>): after each update the new version is looked at, and the next round begins with
/// the version that was promoted last. What the base model does on the same cases is measured once, before the first round.
/// </summary>
/// <param name="method">The method; it does not see the gate, only which policy stands.</param>
public sealed class Gated(IRunMethod method) : IRunMethod
{
    private static readonly Func<PhaseId, bool> Own = phase => phase.IsGate || phase.Kind == PhaseKind.RolledBack;

    /// <inheritdoc/>
    public Decision Next(RunHistory history, RunSettings settings)
    {
        if (settings.Gate is not { } gate)
        {
            return method.Next(history, settings);
        }

        var next = method.Next(history.Without(Own), settings);
        // No version is to be looked at before the first round, and none is where there are no rounds.
        if (history.Rounds == 0 && next is not RunTasks)
        {
            return next;
        }

        foreach (var look in Looks(gate, settings, new Theta(history.Rounds)))
        {
            if (history.HasRefused(look.Phase))
            {
                break;
            }

            if (!history.Has(look.Phase))
            {
                return look;
            }
        }

        return BackFrom(history, gate) ?? next;
    }

    /// <summary>The version before the one that stands, where too many versions that learned from it have been refused: it may be what spoils them.
    /// Null where they have not.</summary>
    private static RunTasks? BackFrom(RunHistory history, GateSettings gate)
    {
        var here = new PhaseId(PhaseKind.RolledBack, history.Rounds);
        var (stands, refused) = (history.Policy, history.Rounds - Math.Max(history.Policy.Rounds, history.MovedAfter));
        return gate.RollbackAfter is not { } most || refused < most || stands == Theta.Base || history.Has(here)
            ? null
            : RunTasks.ToMove(
                here,
                new PolicyMove(
                    history.Rounds,
                    history.ProposerOf(stands.Rounds).Rounds,
                    PolicyMove.Gate,
                    string.Create(CultureInfo.InvariantCulture, $"{refused} versions that learned from version {stands.Rounds} were not promoted")
                )
            );
    }

    /// <summary>What is looked at, what costs least first: where it settles the matter, the rest is left.</summary>
    private static IEnumerable<RunTasks> Looks(GateSettings gate, RunSettings settings, Theta version)
    {
        var grammar = settings.Proposal.Grammar;
        if (gate.OfEdits(grammar) is { Count: > 0 } rules)
        {
            // What the round's rewards were worth is read off its records: nothing is written for that.
            yield return rules is [GateRules.Rewards]
                ? Written(PhaseKind.GateEdits) with
                {
                    On = TaskSet.None,
                    Candidates = 0,
                }
                : Written(PhaseKind.GateEdits);
        }

        if (gate.OfFreeEdits(grammar).Count > 0)
        {
            yield return Written(PhaseKind.GateFree);
        }

        if (gate.AsksAnswers)
        {
            yield return new RunTasks(
                new PhaseId(PhaseKind.Gate, version.Rounds),
                TaskSet.Retention,
                Candidates: 1,
                Proposer: version,
                Base: version,
                gate.Judging,
                Given: NoneProposer.Payload
            );
        }

        RunTasks Written(PhaseKind kind) =>
            new(
                new PhaseId(kind, version.Rounds),
                TaskSet.Training,
                settings.Proposal.Candidates,
                Proposer: version,
                Base: version,
                EvaluationKind.None
            );
    }
}
