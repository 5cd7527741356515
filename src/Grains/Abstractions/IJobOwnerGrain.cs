using Orleans.Concurrency;
using Seal.Core.Jobs;

namespace Seal.Grains.Abstractions;

/// <summary>
/// A grain that owns one job at a time and keeps its ledger. Workers talk to owners; the queue only says who has work. Every
/// call is idempotent, and one that carries an old epoch changes nothing.
/// </summary>
[GrainInterfaceType(GridNames.Owner)]
public interface IJobOwnerGrain : IGrainWithStringKey
{
    /// <summary>Leases the job. The raised epoch is on disk when this returns. Null: there is nothing to do (any more).</summary>
    Task<JobAssignment?> BeginJob(WorkerRef worker);

    /// <summary>Prolongs the lease. False: the lease is lost, stop and commit nothing.</summary>
    [ResponseTimeout("00:00:10")]
    Task<bool> Heartbeat(int epoch, JobProgress progress);

    /// <summary>Commits. True if this result is now (or already was) the job's; false if the epoch is old.</summary>
    Task<bool> CompleteJob(int epoch, JobResult result);

    /// <summary>Hands the job back because the worker shuts down.</summary>
    Task ReturnJob(int epoch);

    /// <summary>Reports that the worker could not do the job for a reason outside its definition.</summary>
    /// <param name="epoch">The lease's.</param>
    /// <param name="reason">For people.</param>
    /// <param name="transient">It will pass (the store or a grain is away): try again after a while and count nothing.</param>
    Task LoseJob(int epoch, string reason, bool transient);

    /// <summary>Leases nothing more; what runs may end and commit. Whoever started the grain wakes it again.</summary>
    Task Rest();

    /// <summary>True while a worker has the job.</summary>
    Task<bool> IsLeased();
}

/// <param name="Name">The device slot, e.g. <c>cpu-0</c>.</param>
/// <param name="Host">The incarnation of its host process.</param>
public sealed record WorkerRef(string Name, string Host)
{
    public override string ToString() => $"{Host}/{Name}";
}

/// <param name="Step">Steps done.</param>
/// <param name="Total">Steps in all.</param>
/// <param name="Loss">The latest loss, if there is one.</param>
public sealed record JobProgress(int Step, int Total, double? Loss);
