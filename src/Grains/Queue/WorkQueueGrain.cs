using Orleans.Concurrency;
using Seal.Core.Queues;
using Seal.Grains.Abstractions;
using Seal.Grains.Jobs;
using Seal.Grains.Telemetry;

namespace Seal.Grains.Queue;

/// <summary>
/// Fair between sweeps, first come first served within one, but for tickets whose single-flight twin is out. Reentrant, so that workers can wait
/// inside <see cref="Take"/>
/// while owners offer.
/// </summary>
[Reentrant]
[GrainType(GridNames.Queue)]
public sealed class WorkQueueGrain(GridServices grid) : Grain, IWorkQueueGrain
{
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(20);

    private readonly FairLine<WorkTicket> _waiting = new();
    private readonly HashSet<string> _waitingIds = new(StringComparer.Ordinal);

    /// <summary>A twin waits no longer than this; then it costs double work at worst.</summary>
    private static readonly TimeSpan LongestFlight = TimeSpan.FromMinutes(30);

    private readonly Dictionary<string, (WorkTicket Ticket, string Host, TimeSpan At)> _taken = new(StringComparer.Ordinal);

    /// <summary>Tickets that were offered while they were out.</summary>
    private readonly Dictionary<string, WorkTicket> _offeredAgain = new(StringComparer.Ordinal);

    /// <summary>Single flights that are out, with the job that is on each.</summary>
    private readonly Dictionary<string, string> _flying = new(StringComparer.Ordinal);
    private readonly LinkedList<TaskCompletionSource<bool>> _idle = new();

    public Task Offer(WorkTicket ticket)
    {
        if (_taken.TryGetValue(ticket.JobId, out var taken))
        {
            // An owner offers only what nobody has under a lease: a ticket that has been out for longer than a lease went down with its worker.
            // Else its worker has just lost the job, or handed it back, and is about to release the ticket: then it stands in line again.
            if (Now - taken.At < grid.Options.Lease.Lease)
            {
                _offeredAgain[ticket.JobId] = ticket;
                return Task.CompletedTask;
            }

            Forget(ticket.JobId);
        }

        if (_waitingIds.Add(ticket.JobId))
        {
            _waiting.Add(ticket.Sweep, ticket, ticket.Again);
            Measure();
            WakeOne();
        }

        return Task.CompletedTask;
    }

    public async Task<WorkTicket?> Take(WorkerRef worker, TimeSpan patience, CancellationToken cancellation)
    {
        if (Next(worker) is { } ready)
        {
            return ready;
        }

        var signal = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var place = _idle.AddLast(signal);
        await Task.WhenAny(signal.Task, Task.Delay(patience < LongestPatience ? patience : LongestPatience, grid.Time, cancellation));
        if (place.List is not null)
        {
            _idle.Remove(place);
        }

        return cancellation.IsCancellationRequested ? null : Next(worker);
    }

    public Task Release(string jobId)
    {
        Forget(jobId);
        return _offeredAgain.Remove(jobId, out var again) ? Offer(again) : Task.CompletedTask;
    }

    public Task<QueueLength> Length() => Task.FromResult(new QueueLength(_waiting.Count, _taken.Count));

    public Task SetWeight(string sweep, double weight)
    {
        _waiting.SetWeight(sweep, weight);
        return Task.CompletedTask;
    }

    private TimeSpan Now => grid.Time.GetElapsedTime(0);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        GridMeters.QueueGone(NumericClass);
        return Task.CompletedTask;
    }

    private string NumericClass => this.GetPrimaryKeyString();

    private void Measure() => GridMeters.Queue(NumericClass, _waiting.Count, _taken.Count);

    private void Forget(string jobId)
    {
        if (_taken.Remove(jobId, out var taken) && taken.Ticket.SingleFlight is { } flight && _flying.GetValueOrDefault(flight) == jobId)
        {
            _flying.Remove(flight);
            WakeOne();
        }

        Measure();
    }

    private WorkTicket? Next(WorkerRef worker)
    {
        if (!_waiting.TryTake(IsFree, out var next))
        {
            return null;
        }

        _waitingIds.Remove(next.JobId);
        _offeredAgain.Remove(next.JobId);
        _taken[next.JobId] = (next, worker.Host, Now);
        if (next.SingleFlight is { } flight)
        {
            _flying[flight] = next.JobId;
        }

        Measure();
        return next;
    }

    /// <summary>False while a twin is out with somebody who lives: a worker that went down brings nothing back.</summary>
    private bool IsFree(WorkTicket ticket) =>
        ticket.SingleFlight is not { } flight
        || !_flying.TryGetValue(flight, out var job)
        || !_taken.TryGetValue(job, out var taken)
        || grid.Holders.IsGone(taken.Host)
        || Now - taken.At > LongestFlight;

    private void WakeOne()
    {
        if (_idle.First is { } first)
        {
            _idle.RemoveFirst();
            first.Value.TrySetResult(true);
        }
    }
}
