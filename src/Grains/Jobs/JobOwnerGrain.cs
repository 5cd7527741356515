using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Seal.Core.Domains;
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
public sealed record GridServices(GridOptions Options, TimeProvider Time, Seal.Core.Artifacts.IArtifactStore Store)
{
    /// <summary>Contexts of runs and other documents that work names by their hash.</summary>
    public Seal.Core.Artifacts.DocumentCache Documents { get; init; } = new();

    /// <summary>The domains that runs may name: they say what a trial is.</summary>
    public required IReadOnlyList<IDomain> Domains { get; init; }

    /// <summary>Knows which hosts of leases are gone; nobody by default.</summary>
    public IHolderWatch Holders { get; init; } = new NobodyKnows();

    public GridPulse Pulse { get; } = new();

    private sealed class NobodyKnows : IHolderWatch
    {
        public bool IsGone(string host) => false;
    }
}

/// <summary>Whether a process that holds leases is known to have gone down: sooner than its leases would expire.</summary>
public interface IHolderWatch
{
    /// <param name="host">The host of a <see cref="WorkerRef"/>.</param>
    bool IsGone(string host);
}

/// <summary>
/// The half of a job's life that all owners share: lease, heartbeat, commit, expiry, and a level-triggered <see cref="Drive"/> that
/// may run at any time, any number of times. What the ledger decides is saved before anybody acts on it; a state that could not be saved is
/// forgotten with the activation.
/// </summary>
public abstract partial class JobOwnerGrain<TState>(IPersistentState<TState> state, GridServices grid, ILogger logger) : Grain, IJobOwnerGrain
    where TState : class, IJobOwnerState, new()
{
    private IGrainTimer? _timer;
    private TimeSpan? _askedAt;
    private JobProgress? _progress;

    // A grain that was just read back leases nothing until its parent wakes it: the sweep may be paused or cancelled by now.
    private bool _awake;

    /// <summary>The epoch that this activation has leased or heard of; older leases were given out by one that went down.</summary>
    private int _witnessed;

    protected TState State => state.State;

    protected GridServices Grid => grid;

    protected ILogger Log => logger;

    protected string Key => this.GetPrimaryKeyString();

    /// <summary>The run that the state's work belongs to; null while there is no work.</summary>
    protected abstract RunRef? Named { get; }

    /// <summary>The context of that run.</summary>
    protected RunContext Run { get; private set; } = null!;

    /// <summary>Progress of the running attempt, if there is one.</summary>
    protected JobProgress? JobProgress => State.Ledger.State == JobState.Leased ? _progress : null;

    /// <summary>True while running work is to stop too: the sweep was cancelled.</summary>
    private bool _cancelled;

    /// <summary>True while no work may start.</summary>
    protected bool Paused => !_awake;

    /// <summary>The job that waits, or null if there is none now. The epoch is filled in by the caller.</summary>
    protected abstract JobAssignment? Describe();

    /// <summary>Takes a committed result into the state; it is saved right after.</summary>
    protected abstract Task Accept(JobResult result);

    /// <summary>Brings the grain's work one step further. Called by a timer and after every change.</summary>
    protected abstract Task Drive();

    /// <summary>The job was given up; saved already.</summary>
    protected virtual Task GivenUp() => Task.CompletedTask;

    /// <summary>A lease was lost; what the loss means for the job may depend on the job.</summary>
    protected virtual JobLedger Weigh(JobLedger lost) => lost;

    /// <summary>A last look before a lease, e.g. into the cache. True: the job is still wanted.</summary>
    protected virtual Task<bool> StillWanted() => Task.FromResult(true);

    /// <summary>Tickets with equal values are not out at once.</summary>
    protected virtual string? SingleFlight => null;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (Named is { } run)
        {
            await Know(run);
        }

        var ledger = State.Ledger;
        var gone =
            grid.Options.ExclusiveHost
            && ledger.Holder is { } holder
            && !holder.StartsWith(grid.Options.HostIncarnation + "/", StringComparison.Ordinal);
        State.Ledger = gone ? ledger.HolderGone() : ledger.Reactivated(Now, grid.Options.Lease);
    }

    /// <summary>Reads the run's context: before work of that run is taken into the state.</summary>
    protected async Task Know(RunRef run) => Run = await grid.Documents.Get<RunContext>(grid.Store, run.ContextSha256);

    public async Task<JobAssignment?> BeginJob(WorkerRef worker)
    {
        try
        {
            return await Lease(worker);
        }
        catch (Exception failure)
        {
            await TellStuck(failure);
            throw;
        }
    }

    private async Task<JobAssignment?> Lease(WorkerRef worker)
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
        _witnessed = leased.Epoch;
        await Save();
        LogLeased(logger, Key, leased.Epoch, leased.Holder!);
        return Describe()! with { Epoch = leased.Epoch, LeaseDuration = grid.Options.Lease.Lease };
    }

    public Task<bool> Heartbeat(int epoch, JobProgress progress)
    {
        if (_cancelled || State.Ledger.Heartbeat(epoch, Now, grid.Options.Lease) is not { } alive)
        {
            return Task.FromResult(false);
        }

        State.Ledger = alive;
        _progress = progress;
        _witnessed = epoch;
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

    public async Task LoseJob(int epoch, string reason, bool transient)
    {
        // A single host ends when its store refuses to be written: there is nothing to wait for.
        var lost =
            transient && !grid.Options.ExclusiveHost
                ? State.Ledger.Trouble(epoch, reason, Now, grid.Options.Lease)
                : State.Ledger.Lose(epoch, reason, Now, grid.Options.Lease);
        if (lost is not null)
        {
            await SaveLoss(lost);
        }
    }

    public virtual Task Rest()
    {
        _awake = false;
        return Task.CompletedTask;
    }

    public async Task<bool> IsLeased()
    {
        await ExpireLease();
        return State.Ledger.State == JobState.Leased;
    }

    /// <summary>Lets work start again and drives it.</summary>
    protected void Wake()
    {
        _awake = true;
        _cancelled = false;
        _askedAt = null;
        Kick();
    }

    /// <summary>As <see cref="Wake"/> for whoever sleeps; one that is awake looks again in its own time, however often it is told.</summary>
    protected void Rouse()
    {
        if (!_awake || _cancelled || _timer is null)
        {
            Wake();
        }
    }

    /// <summary>
    /// True when everything that was started is to be asked after: at first, when a while has passed, when somebody went down. In between a grain
    /// starts only what is new, or each end of one would ask after all the others.
    /// </summary>
    protected bool IsTimeToAsk()
    {
        if (_askedAt is { } at && Now - at < grid.Options.Redrive * 0.75)
        {
            return false;
        }

        _askedAt = Now;
        return true;
    }

    /// <summary>Leases nothing more and has the running worker stop at its next beat.</summary>
    protected void Halt() => (_awake, _cancelled) = (false, true);

    /// <summary>Has <see cref="Drive"/> called soon, and every so often after.</summary>
    protected void Kick()
    {
        if (_timer is null)
        {
            // The timer keeps the grain in memory: a grain with work under way must see leases expire.
            _timer = this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(TimeSpan.Zero, grid.Options.Redrive) { KeepAlive = true });
            grid.Pulse.Join(this, Again);
        }
        else
        {
            _timer.Change(TimeSpan.Zero, grid.Options.Redrive);
        }
    }

    /// <summary>Stops the timer: nothing is left to do.</summary>
    protected void Settle()
    {
        grid.Pulse.Leave(this);
        _timer?.Dispose();
        _timer = null;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        grid.Pulse.Leave(this);
        return Task.CompletedTask;
    }

    private void Again()
    {
        _askedAt = null;
        _timer?.Change(TimeSpan.Zero, grid.Options.Redrive);
    }

    /// <summary>Puts the job in the queue if it waits.</summary>
    protected async Task OfferJob()
    {
        await ExpireLease();
        if (!Paused && State.Ledger.State == JobState.Pending && Describe() is { } job)
        {
            var queue = GrainFactory.GetGrain<IWorkQueueGrain>(job.Run.NumericClass);
            await queue.Offer(new WorkTicket(job.JobId, this.GetGrainId().ToString(), job.Run.Sweep, SingleFlight, Again: State.Ledger.Epoch > 0));
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
        if (State.Ledger is { State: JobState.Leased, Holder: { } holder } held && grid.Holders.IsGone(holder[..holder.LastIndexOf('/')]))
        {
            await SaveLoss(Witnessed ? held.WorkerDied(grid.Options.Lease) : held.Orphaned(grid.Options.Lease));
            return;
        }

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

        await SaveLoss(Witnessed ? ledger : State.Ledger.Orphaned(grid.Options.Lease));
    }

    private bool Witnessed => _witnessed == State.Ledger.Epoch;

    private async Task SaveLoss(JobLedger ledger)
    {
        State.Ledger = Weigh(ledger);
        ledger = State.Ledger;
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
            await ExpireLease();
            await Drive();
            if (Paused && State.Ledger.State != JobState.Leased)
            {
                // Whoever wakes it drives it again; till then it need not stay in memory.
                Settle();
            }
        }
        catch (Exception failure)
        {
            // The next tick tries again; a store that is full or away must not end the grain's life.
            LogDriveFailed(logger, failure, Key);
            await TellStuck(failure);
        }
    }

    /// <summary>Has the sweep know what its user would otherwise find in logs alone.</summary>
    private Task TellStuck(Exception failure) => GrainFactory.GetGrain<ISweepGrain>(GridKeys.SweepOf(Key)).Stuck(StuckReason.Of(Key, failure));

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Job}: leased under epoch {Epoch} to {Worker}")]
    private static partial void LogLeased(ILogger logger, string job, int epoch, string worker);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job}: refused a commit of epoch {Epoch}, the epoch is {Current}")]
    private static partial void LogStale(ILogger logger, string job, int epoch, int current);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job}: lost under epoch {Epoch}: {Reason} (loss {Losses})")]
    private static partial void LogLost(ILogger logger, string job, int epoch, string reason, int losses);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job}: could not go on, will try again")]
    private static partial void LogDriveFailed(ILogger logger, Exception failure, string job);
}
