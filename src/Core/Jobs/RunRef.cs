using Seal.Core.Artifacts;

namespace Seal.Core.Jobs;

/// <summary>
/// A run as messages and grain states name it: where its records are, who may run its jobs, and the hash of its <see cref="RunContext"/>, which is
/// in the store once.
/// </summary>
/// <param name="Sweep">The sweep's name.</param>
/// <param name="Run">The run's name within the sweep.</param>
/// <param name="Fork">See <see cref="RunContext.Fork"/>.</param>
/// <param name="NumericClass">See <see cref="RunContext.NumericClass"/>.</param>
/// <param name="ContextSha256">Of the context's blob.</param>
public sealed record RunRef(string Sweep, string Run, int Fork, string NumericClass, string ContextSha256)
{
    /// <summary>Puts the run's context into the store, unless this process knows that it is there.</summary>
    public static async ValueTask<RunRef> Put(
        DocumentCache documents,
        IArtifactStore store,
        RunContext run,
        CancellationToken cancellation = default
    ) =>
        // A fork decides no result: all forks of a run have one document.
        new(run.Sweep, run.Run, run.Fork, run.NumericClass, await documents.Put(store, run with { Fork = 0 }, cancellation));
}
