using Orleans.Concurrency;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Grains.Abstractions;

/// <summary>
/// One run: a policy that goes through its rounds. Its key is <c>sweep/run</c>. It starts the tasks of a phase, filters what they
/// bring (ReST-EM) and owns the update job that makes the next policy version.
/// </summary>
[GrainInterfaceType(GridNames.Policy)]
public interface IPolicyGrain : IJobOwnerGrain
{
    /// <summary>Starts the run or goes on with it; returns at once.</summary>
    Task<RunProgress> Start(PolicyWork work);

    /// <summary>How far the run is. Waits for nothing that the run is doing.</summary>
    [AlwaysInterleave]
    Task<RunProgress?> Progress();

    /// <summary>What the run ended with; null before.</summary>
    Task<RunEnd?> Result();

    /// <summary>Starts no more work; running jobs lose their leases.</summary>
    Task Cancel();

    /// <summary>Jobs below and of this grain that a worker has now.</summary>
    Task<int> Leased();

    /// <summary>Tries again what was given up in the phase that is under way.</summary>
    /// <returns>False if something was given up in a phase that has closed: then only a fork can try it again.</returns>
    Task<bool> Retry();

    /// <summary>What a fork of this run begins with: the phases before the first one in which work was given up. Starts no more work, as
    /// <see cref="Cancel"/>: what the fork is told to have cost must not grow.</summary>
    Task<SoundPhases> Sound();

    /// <summary>A task of the current phase has moved; told by its <see cref="ITaskGrain"/>.</summary>
    [OneWay]
    Task TaskChanged(PhaseId phase, string task, TaskProgress progress);
}

/// <param name="Phases">Phases that have ended well: a list of the store.</param>
/// <param name="Adapters">Adapters of the policy after them.</param>
/// <param name="Accounting">What the run has cost, all phases counted.</param>
/// <param name="Work">What it was asked for; null where it never began.</param>
public sealed record SoundPhases(ListRef Phases, ListRef Adapters, Accounting Accounting, PolicyWork? Work);

/// <param name="Phases">All its phases: a list of the store.</param>
/// <param name="Adapters">Adapters of the last policy.</param>
/// <param name="Complete">False if work was given up.</param>
public sealed record RunEnd(ListRef Phases, ListRef Adapters, bool Complete);

/// <param name="Run">The run.</param>
/// <param name="Cell">The grid cell it belongs to.</param>
/// <param name="BaseSha256">Content hash of the base model.</param>
/// <param name="TasksSha256">The sweep's <see cref="Core.Runs.SweepTasks"/>, a blob of the store.</param>
public sealed record PolicyWork(RunRef Run, string Cell, string BaseSha256, string TasksSha256)
{
    /// <summary>Where its spans belong (W3C traceparent), or null. Decides no result.</summary>
    public string? Trace { get; init; }
}
