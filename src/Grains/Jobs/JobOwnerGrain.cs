using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Seal.Core.Jobs;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;

namespace Seal.Grains.Jobs;

/// <summary>State of a grain that owns a job.</summary>
public interface IJobOwnerState
{
    JobLedger Ledger { get; set; }
}

/// <summary>What every grain of the grid is given.</summary>
public sealed record GridServices(GridOptions Options, TimeProvider Time, Seal.Core.Artifacts.IArtifactStore Store);

/// <summary>
/// The half of a job's life that all owners share: lease, heartbeat, commit, expiry, and a level-triggered <see cref="Drive"/> that
/// may run at any time, any number of times. What the ledger decides is saved before anybody acts on it; a state that could not be saved is
/// forgotten with the activation.
/// </summary>
public abstract partial class JobOwnerGrain<TState>(IPersistentState<TState> state, GridServices grid, ILogger logger) : Grain, IJobOwnerGrain
    where TState : class, IJobOwnerState, new()
{
    private IGrainTimer? _timer;
    private JobProgress? _progress;

    protected TState State => state.State;

    protected GridServices Grid => grid;

    protected ILogger Log => logger;

    protected string Key => this.GetPrimaryKeyString();

    /// <summary>Progress of the running attempt, if there is one.</summary>
    protected JobProgress? JobProgress => State.Ledger.State == JobState.Leased ? _progress : null;

    /// <summary>True while no work may start: the sweep was cancelled.</summary>
    protected bool Paused { get; private set; }

    /// <summary>The job that waits, or null if there is none now. The epoch is filled in by the caller.</summary>
    protected abstract JobAssignment? Describe();

    /// <summary>Takes a committed result into the state; it is saved right after.</summary>
    protected abstract Task Accept(JobResult result);

    /// <summary>Brings the grain's work one step further. Called by a timer and after every change.</summary>
    protected abstract Task Drive();

    /// <summary>The job was given up; saved already.</summary>
    protected virtual Task GivenUp() => Task.CompletedTask;

    /// <summary>A last look before a lease, e.g. into the cache. True: the job is still wanted.</summary>
    protected virtual Task<bool> StillWanted() => Task.FromResult(true);

    /// <summary>Tickets with equal values are not out at once.</summary>
    protected virtual string? SingleFlight => null;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var ledger = State.Ledger;
        var gone = grid.Options.ExclusiveHost && ledger.Holder is { } holder
            && !holder.StartsWith(grid.Options.HostIncarnation + "/", StringComparison.Ordinal);
        State.Ledger = gone ? ledger.HolderGone() : ledger.Reactivated(Now, grid.Options.Lease);
        return Task.CompletedTask;
    }

    public async Task<JobAssignment?> BeginJob(WorkerRef worker)
    {
        await ExpireLease();
        if (Paused || State.Ledger.State != JobState.Pending || Describe() is null || !await StillWanted())
        {
            return null;
        }

        if (State.Ledger.Begin(worker.ToString(), Now, grid.Options.Lease) is not { } leased)
        {
            return null;
        }

        State.Ledger = leased;
        _progress = null;
        await Save();
        LogLeased(logger, Key, leased.Epoch, leased.Holder!);
        return Describe()! with { Epoch = leased.Epoch, LeaseDuration = grid.Options.Lease.Lease };
    }

    public Task<bool> Heartbeat(int epoch, JobProgress progress)
    {
        if (Paused || State.Ledger.Heartbeat(epoch, Now, grid.Options.Lease) is not { } alive)
        {
            return Task.FromResult(false);
        }

        State.Ledger = alive;
        _progress = progress;
        return Task.FromResult(true);
    }

    public async Task<bool> CompleteJob(int epoch, JobResult result)
    {
        if (State.Ledger.State == JobState.Done && State.Ledger.Epoch == epoch)
        {
            return true;
        }

        if (State.Ledger.Complete(epoch) is not { } done)
        {
            LogStale(logger, Key, epoch, State.Ledger.Epoch);
            return false;
        }

        State.Ledger = done;
        await AcceptAndSave(result);
        Kick();
        return true;
    }

    public async Task ReturnJob(int epoch)
    {
        if (State.Ledger.Return(epoch) is { } returned)
        {
            State.Ledger = returned;
            await Save();
            Kick();
        }
    }

    public async Task LoseJob(int epoch, string reason)
    {
        if (State.Ledger.Lose(epoch, reason, grid.Options.Lease) is { } lost)
        {
            await SaveLoss(lost);
        }
    }

    /// <summary>Lets work start again and drives it.</summary>
    protected void Wake()
    {
        Paused = false;
        Kick();
    }

    protected void Pause() => Paused = true;

    /// <summary>Has <see cref="Drive"/> called soon, and every so often after.</summary>
    protected void Kick()
    {
        if (_timer is null)
        {
            // The timer keeps the grain in memory: a grain with work under way must see leases expire.
            _timer = this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(TimeSpan.Zero, grid.Options.Redrive) { KeepAlive = true });
        }
        else
        {
            _timer.Change(TimeSpan.Zero, grid.Options.Redrive);
        }
    }

    /// <summary>Stops the timer: nothing is left to do.</summary>
    protected void Rest()
    {
        _timer?.Dispose();
        _timer = null;
    }

    /// <summary>Puts the job in the queue if it waits.</summary>
    protected async Task OfferJob()
    {
        await ExpireLease();
        if (!Paused && State.Ledger.State == JobState.Pending && Describe() is { } job)
        {
            var queue = GrainFactory.GetGrain<IWorkQueueGrain>(job.Run.NumericClass);
            await queue.Offer(new WorkTicket(job.JobId, this.GetGrainId().ToString(), SingleFlight));
        }
    }

    protected async Task Save()
    {
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // Memory is ahead of the store now: start again from what the store says.
            DeactivateOnIdle();
            throw;
        }
    }

    private TimeSpan Now => grid.Time.GetElapsedTime(0);

    private async Task AcceptAndSave(JobResult result)
    {
        try
        {
            await Accept(result);
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }

        await Save();
    }

    private async Task ExpireLease()
    {
        var ledger = State.Ledger.Expire(Now, grid.Options.Lease);
        if (ReferenceEquals(ledger, State.Ledger))
        {
            return;
        }

        if (grid.Options.ExclusiveHost)
        {
            // Owner and worker share the process: a silence means that the process stood still (suspended, laptop closed), not that the job did harm.
            State.Ledger = State.Ledger.HolderGone();
            await Save();
            Kick();
            return;
        }

        await SaveLoss(ledger);
    }

    private async Task SaveLoss(JobLedger ledger)
    {
        State.Ledger = ledger;
        await Save();
        LogLost(logger, Key, ledger.Epoch, ledger.LastLoss ?? "unknown", ledger.Losses);
        if (ledger.State == JobState.Poisoned)
        {
            await GivenUp();
        }

        Kick();
    }

    private async Task Tick()
    {
        try
        {
            await Drive();
        }
        catch (Exception failure)
        {
            // The next tick tries again; a store that is full or away must not end the grain's life.
            LogDriveFailed(logger, failure, Key);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Job}: leased under epoch {Epoch} to {Worker}")]
    private static partial void LogLeased(ILogger logger, string job, int epoch, string worker);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job}: refused a commit of epoch {Epoch}, the epoch is {Current}")]
    private static partial void LogStale(ILogger logger, string job, int epoch, int current);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job}: lost under epoch {Epoch}: {Reason} (loss {Losses})")]
    private static partial void LogLost(ILogger logger, string job, int epoch, string reason, int losses);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job}: could not go on, will try again")]
    private static partial void LogDriveFailed(ILogger logger, Exception failure, string job);
}
