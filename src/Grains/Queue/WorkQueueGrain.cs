using Orleans.Concurrency;
using Seal.Grains.Abstractions;
using Seal.Grains.Jobs;

namespace Seal.Grains.Queue;

/// <summary>
/// First come, first served, but for tickets whose single-flight twin is out. Reentrant, so that workers can wait inside <see cref="Take"/>
/// while owners offer.
/// </summary>
[Reentrant]
public sealed class WorkQueueGrain(GridServices grid) : Grain, IWorkQueueGrain
{
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(20);

    private readonly LinkedList<WorkTicket> _waiting = new();
    private readonly HashSet<string> _waitingIds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (WorkTicket Ticket, TimeSpan At)> _taken = new(StringComparer.Ordinal);
    private readonly HashSet<string> _flying = new(StringComparer.Ordinal);
    private readonly LinkedList<TaskCompletionSource<bool>> _idle = new();

    public Task Offer(WorkTicket ticket)
    {
        if (_taken.TryGetValue(ticket.JobId, out var taken))
        {
            // An owner offers only what nobody has under a lease: a ticket that has been out for longer than a lease went down with its worker.
            if (Now - taken.At < grid.Options.Lease.Lease)
            {
                return Task.CompletedTask;
            }

            Forget(ticket.JobId);
        }

        if (_waitingIds.Add(ticket.JobId))
        {
            _waiting.AddLast(ticket);
            WakeOne();
        }

        return Task.CompletedTask;
    }

    public async Task<WorkTicket?> Take(WorkerRef worker, TimeSpan patience, CancellationToken cancellation)
    {
        if (Next() is { } ready)
        {
            return ready;
        }

        var signal = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var place = _idle.AddLast(signal);
        await Task.WhenAny(signal.Task, Task.Delay(patience < LongestPatience ? patience : LongestPatience, cancellation));
        if (place.List is not null)
        {
            _idle.Remove(place);
        }

        return cancellation.IsCancellationRequested ? null : Next();
    }

    public Task Release(string jobId)
    {
        Forget(jobId);
        return Task.CompletedTask;
    }

    public Task<QueueLength> Length() => Task.FromResult(new QueueLength(_waiting.Count, _taken.Count));

    private TimeSpan Now => grid.Time.GetElapsedTime(0);

    private void Forget(string jobId)
    {
        if (_taken.Remove(jobId, out var taken) && taken.Ticket.SingleFlight is { } flight)
        {
            _flying.Remove(flight);
            WakeOne();
        }
    }

    private WorkTicket? Next()
    {
        for (var place = _waiting.First; place is not null; place = place.Next)
        {
            var ticket = place.Value;
            if (ticket.SingleFlight is null || _flying.Add(ticket.SingleFlight))
            {
                _waiting.Remove(place);
                _waitingIds.Remove(ticket.JobId);
                _taken[ticket.JobId] = (ticket, Now);
                return ticket;
            }
        }

        return null;
    }

    private void WakeOne()
    {
        if (_idle.First is { } first)
        {
            _idle.RemoveFirst();
            first.Value.TrySetResult(true);
        }
    }
}
