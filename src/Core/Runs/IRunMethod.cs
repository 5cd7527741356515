using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>
/// An algorithm of the outer loop. Pure: the same history gives the same decision, so a run can be stopped anywhere and continued, and a run with
/// other settings keeps of an earlier one's steps those that it would have decided on itself (<see cref="RunScript.Kept"/>).
/// </summary>
/// <remarks>
/// Two laws, held by <see cref="RunScript.Phases"/>: no phase is run twice, and a phase is a round (<see cref="PhaseId.IsRound"/>) exactly if the
/// next decision trains the policy on it.
/// </remarks>
public interface IRunMethod
{
    /// <summary>What comes next.</summary>
    /// <param name="history">What was done so far.</param>
    /// <param name="settings">The run's.</param>
    Decision Next(RunHistory history, RunSettings settings);
}
