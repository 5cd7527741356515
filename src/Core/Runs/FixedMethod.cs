using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>Nothing is learned: the arm's self-edits are evaluated as they are.</summary>
public sealed class FixedMethod : IRunMethod
{
    /// <inheritdoc/>
    public Decision Next(RunHistory history, RunSettings settings) => new EndRun();
}
