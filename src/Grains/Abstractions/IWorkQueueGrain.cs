namespace Seal.Grains.Abstractions;

/// <summary>
/// An index of owners that have work, in memory only: whatever it forgets, the owners offer again. Its key is the
/// numeric class whose workers may take from it.
/// </summary>
[GrainInterfaceType(GridNames.Queue)]
public interface IWorkQueueGrain : IGrainWithStringKey
{
    /// <summary>Puts a ticket in the line. Offering one that is waiting changes nothing; one that is taken stands in line again when it is
    /// released.</summary>
    Task Offer(WorkTicket ticket);

    /// <summary>The next ticket: fair between sweeps, first come first served within one (lost jobs keep their place); waits up to
    /// <paramref name="patience"/> for one. Null: nothing came.</summary>
    /// <param name="worker">Who asks.</param>
    /// <param name="patience">At most 20 s.</param>
    /// <param name="cancellation">Ends the wait; a silo that stops waits for calls that are under way.</param>
    Task<WorkTicket?> Take(WorkerRef worker, TimeSpan patience, CancellationToken cancellation);

    /// <summary>A taken ticket is dealt with, one way or the other; its owner may offer the job again.</summary>
    Task Release(string jobId);

    Task<QueueLength> Length();

    /// <summary>A sweep's share of the slots against other sweeps; 1 unless told.</summary>
    Task SetWeight(string sweep, double weight);
}

/// <param name="JobId">The job.</param>
/// <param name="Owner">Grain id of its owner.</param>
/// <param name="Sweep">Slots are shared fairly between sweeps.</param>
/// <param name="SingleFlight">
/// Tickets with the same value are not out at the same time: the second then finds the first one's cached result. Null for no such rule.
/// </param>
/// <param name="Again">The job was leased before and was lost: it goes to the head of its sweep's line.</param>
public sealed record WorkTicket(string JobId, string Owner, string Sweep, string? SingleFlight, bool Again = false);

public sealed record QueueLength(int Waiting, int Taken);
