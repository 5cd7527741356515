using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>
/// An algorithm of the outer loop. Pure: the same history gives the same decision, so a run can be stopped anywhere and gone on with, and a run with
/// other settings keeps of an earlier one's steps those that it would have decided on itself (<see cref="RunScript.Kept"/>).
/// </summary>
public interface IRunMethod
{
    /// <summary>What comes next.</summary>
    /// <param name="history">What was done so far.</param>
    /// <param name="settings">The run's.</param>
    Decision Next(RunHistory history, RunSettings settings);
}
