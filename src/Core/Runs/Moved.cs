using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>A method whose policy a person has set to another version between two rounds (<c>seal policy rollback</c>, <c>promote</c>): after the
/// gate has looked, and before anything is done with the policy.</summary>
/// <param name="method">The method, with all that is done around it; it does not see the moves, only which policy stands.</param>
public sealed class Moved(IRunMethod method) : IRunMethod
{
    private static readonly Func<PhaseId, bool> Own = phase => phase.Kind == PhaseKind.Moved;

    /// <inheritdoc/>
    public Decision Next(RunHistory history, RunSettings settings)
    {
        var next = method.Next(history.Without(Own), settings);
        var here = new PhaseId(PhaseKind.Moved, history.Rounds);
        var move = settings.Moves?.FirstOrDefault(one => one.After == history.Rounds && one.Version >= 0 && one.Version <= one.After);
        return move is null || history.Has(here) || next is TrainPolicy or RunTasks { Phase: { IsGate: true } or { Kind: PhaseKind.RolledBack } }
            ? next
            : RunTasks.ToMove(here, move);
    }
}
