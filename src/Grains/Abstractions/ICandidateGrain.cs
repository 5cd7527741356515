using System.Text.Json.Serialization;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;

namespace Seal.Grains.Abstractions;

/// <summary>
/// A pack of edit candidates that are tried side by side; its key is <c>sweep/run/phase/task/index</c> of the first. With the
/// default pack size of one that is simply the candidate. It owns the fine-tune job.
/// </summary>
[GrainInterfaceType(GridNames.Candidate)]
public interface ICandidateGrain : IJobOwnerGrain
{
    /// <summary>Starts the pack or goes on with it. The outcome if it has ended, else null.</summary>
    Task<PackOutcome?> Start(PackWork work);

    /// <summary>Starts no attempt any more; one that runs stops at its next beat. The outcome if it has ended, else null.</summary>
    Task<PackOutcome?> Cancel();

    /// <summary>Forgets that members were given up, so that <see cref="Start"/> tries them again. Changes nothing else.</summary>
    Task Retry();
}

/// <param name="Run">The run.</param>
/// <param name="Phase">Phase name.</param>
/// <param name="Job">The pack.</param>
/// <param name="Trials">Trials of each candidate; null for one.</param>
public sealed record PackWork(
    RunRef Run,
    PhaseId Phase,
    FineTuneJob Job,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Trials = null
)
{
    /// <summary>Where its spans belong (W3C traceparent), or null. Decides no result.</summary>
    public string? Trace { get; init; }
}

/// <param name="First">Index of the pack's first candidate.</param>
/// <param name="Trials">One per member in slot order; null for members that were given up, null altogether if all were.</param>
/// <param name="Problem">Why something was given up, or null.</param>
/// <param name="Attempts">Leases given out.</param>
/// <param name="CacheHits">Members answered by an earlier result.</param>
/// <param name="Seconds">Device seconds of the committed attempt.</param>
public sealed record PackOutcome(int First, IReadOnlyList<TrialResult?>? Trials, string? Problem, int Attempts, int CacheHits, double Seconds);
