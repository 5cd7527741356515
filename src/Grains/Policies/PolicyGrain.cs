using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Jobs;
using Seal.Grains.Sweeps;
using Seal.Grains.Tasks;
using Seal.Grains.Telemetry;

namespace Seal.Grains.Policies;

/// <inheritdoc cref="IPolicyGrain"/>
[GrainType(GridNames.Policy)]
public sealed class PolicyGrain(
    [PersistentState("policy", GridOptions.Storage)] IPersistentState<PolicyState> state,
    GridServices grid,
    ILogger<PolicyGrain> logger
) : JobOwnerGrain<PolicyState>(state, grid, logger), IPolicyGrain
{
    // The run as the store has it, and what its method decides; null before there is work.
    private RunBook? _book;

    // The tasks of the phase under way, null at the end; the update that the state names; which adapters stay.
    private TasksUnderWay? _tasks;
    private UpdateJob? _update;
    private KeptAdapters? _kept;
    private readonly RoundSpan _round = new();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        if (State.Work is { } work)
        {
            _book = await Read(work, State.Phases);
            await Recall();
        }
    }

    public async Task<RunProgress> Start(PolicyWork work)
    {
        if (State.Work is null)
        {
            await Begin(work);
        }
        else if (work.Run != State.Work.Run && RunGrowth.IsLonger(Run, await Context(work)))
        {
            await Extend(work);
        }

        await Recall();
        Wake();
        return Now(State.Work!);
    }

    public async Task<bool> Retry()
    {
        if (State.Unsound is not null)
        {
            return false;
        }

        await Recall();
        if (Open is { } tasks)
        {
            await tasks.Retry();
        }
        else if (State.Ledger.State == JobState.Poisoned)
        {
            State.Ledger = State.Ledger.Retried();
            await Save();
        }

        return true;
    }

    public async Task<RunProgress?> Progress()
    {
        await Recall();
        return State.Work is { } work ? Now(work) : null;
    }

    public async Task Cancel()
    {
        Halt();
        await Recall();
        await (Open?.Cancel() ?? Task.CompletedTask);
    }

    public override async Task Rest()
    {
        await base.Rest();
        await Recall();
        await (Open?.Rest() ?? Task.CompletedTask);
    }

    public async Task<int> Leased()
    {
        await Recall();
        return (Open is { } tasks ? await tasks.Leased() : 0) + (await IsLeased() ? 1 : 0);
    }

    public Task TaskChanged(PhaseId phase, string task, TaskProgress progress)
    {
        if (_tasks is { } tasks && tasks.Phase.Phase == phase)
        {
            tasks.Told(task, progress);
            if (progress.Record is not null)
            {
                Kick();
            }
        }

        return Task.CompletedTask;
    }

    public async Task<SoundPhases> Sound()
    {
        // Once more, as what tasks have told is not saved: whoever asks begins anew with what they have cost.
        await Cancel();
        var (phases, adapters) = _book is { } book ? await book.Prefix(State.Unsound ?? State.Phases.Count) : (ListRef.Empty, ListRef.Empty);
        return new SoundPhases(phases, adapters, State.Accounting + (Open?.Cost ?? Accounting.Zero), State.Work);
    }

    public Task<RunEnd?> Result() =>
        Task.FromResult(_book?.Log is { UnderWay: null } ? new RunEnd(State.Phases, State.Adapters, State.Problem is null) : null);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _round.End("left by its silo");
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    protected override RunRef? Named => State.Work?.Run;

    protected override JobAssignment? Describe() =>
        State is { Work: { } work, Update: not null } && _book?.Log.UnderWay is { } phase
            ? new JobAssignment($"{Key}/{phase.Phase}/update", 0, default, work.Run, Update: _update) { Trace = _round.Of(work, phase.Phase).Trace }
            : null;

    /// <summary>Carries out what the run's method has decided on.</summary>
    protected override async Task Drive()
    {
        if (State.Work is not { } work || Paused)
        {
            return;
        }

        await Recall();
        _kept ??= new KeptAdapters(Grid.Options.KeepAdapters, (phase, task, index) => GridKeys.Candidate(work.Run, phase, task, index));
        await _kept.Prune(Grid.Documents, Grid.Store, _book!, GridKeys.Policy(work.Run));
        if (_book!.Log.UnderWay is not { } phase)
        {
            Settle();
            await GrainFactory.GetGrain<ISweepGrain>(work.Run.Sweep).RunChanged(Now(work));
        }
        else if (State.Update is not { } update)
        {
            await _tasks!.Start(Grid.Options.TasksAtOnce, again: IsTimeToAsk(), _round.Of(work, phase.Phase).Trace);
            await (_tasks.AreIn ? EndTasks(work, _tasks) : Task.CompletedTask);
        }
        else if (State.Ledger.State == JobState.Poisoned)
        {
            State.Problem ??= $"{phase.Phase}: the policy update was given up: {State.Ledger.LastLoss}";
            await Close(work, update, null);
            await Save();
            Kick();
        }
        else
        {
            await OfferJob();
        }
    }

    protected override async Task Accept(JobResult result)
    {
        await Close(State.Work!, State.Update!, result.Update);
        State.Accounting += new Accounting(1, State.Ledger.Epoch, 0, result.Seconds, result.Update!.Steps, 0);
    }

    /// <summary>All tasks of the phase are in: the policy learns from them where the method wants it to, and then the phase has ended.</summary>
    private async Task EndTasks(PolicyWork work, TasksUnderWay tasks)
    {
        State.Problem ??= tasks.Problem;
        var (ended, update) = await _book!.End(tasks.Records);
        if (update is not null)
        {
            (State.Update, State.Ledger, _update) = (ended, JobLedger.New, update);
        }
        else
        {
            await Close(work, ended, null);
        }

        State.Accounting += tasks.Cost;
        await Save();
        Kick();
    }

    /// <summary>Ends the phase. Its blobs are written before anything of the state changes.</summary>
    private async Task Close(PolicyWork work, EndedTasks ended, UpdateResult? update)
    {
        var book = await _book!.Close(ended, update);
        _round.Of(work, book.Log.Latest!.Phase);
        _round.End(State.Problem, ("seal.kept", ended.Kept));
        State.Unsound ??= ended.Sound && !book.Log.Latest!.IsUpdateLost ? null : State.Phases.Count;
        (State.Phases, State.Adapters, State.Update) = (book.Phases, book.Adapters, null);
        (_book, _tasks, _update) = (book, null, null);
    }

    /// <summary>A fork begins where its origin was sound, with fewer rounds perhaps; what was tried in the origin is in the cache.</summary>
    private async Task Begin(PolicyWork work)
    {
        await Know(work.Run);
        (State.Accounting, State.Phases) = await RunForks.BeginningOf(work, Run, Context, GrainFactory);
        _book = await (await Read(work, State.Phases)).Under(Run);
        (State.Work, State.Phases, State.Adapters) = (work, _book.Phases, _book.Adapters);
        await Save();
    }

    /// <summary>The run goes on under other settings: phases that its method would have run under these too stay.</summary>
    private async Task Extend(PolicyWork work)
    {
        var (before, after) = (_book!, await _book!.Under(await Context(work)));
        if (before.Log.UnderWay is { } phase && phase.Phase != after.Log.UnderWay?.Phase)
        {
            await (Open?.Cancel() ?? Task.CompletedTask);
            State.Accounting += Open?.Cost ?? Accounting.Zero;
            (State.Update, State.Ledger, _update) = (null, JobLedger.New, null);
        }

        await Know(work.Run);
        (_book, _tasks, _kept) = (after, null, null);
        (State.Work, State.Phases, State.Adapters) = (work, after.Phases, after.Adapters);
        State.Unsound = State.Unsound < after.Log.Ended ? State.Unsound : null;
        await Save();
    }

    /// <summary>Reads what the work names by its hash.</summary>
    private async Task<RunBook> Read(PolicyWork work, ListRef phases)
    {
        await Know(work.Run);
        return await RunBook.Open(Grid.Documents, Grid.Store, Run, work.BaseSha256, work.TasksSha256, phases);
    }

    /// <summary>Reads what the phase under way needs of the past, if it is not there: before anybody asks for its tasks.</summary>
    private async Task Recall()
    {
        while (State.Work is { } work && _book is { Log.UnderWay: { } phase } book && _tasks?.Phase != phase)
        {
            var tasks = await book.TasksOf(phase);
            if (book == _book && _tasks?.Phase != phase)
            {
                _tasks = new TasksUnderWay(work.Run, book, tasks, GrainFactory);
            }
        }

        if (State.Update is { } pending)
        {
            _update ??= await _book!.UpdateOf(pending);
        }
    }

    private async Task<RunContext> Context(PolicyWork work) => await Grid.Documents.Get<RunContext>(Grid.Store, work.Run.ContextSha256);

    /// <summary>The tasks of the phase under way, while they are not all in.</summary>
    private TasksUnderWay? Open => State.Update is null ? _tasks : null;

    private RunProgress Now(PolicyWork work) =>
        RunProgress.Of(Run, work.Cell, _book!.Log, _tasks?.Tasks ?? [], State.Accounting, State.Update is not null, State.Problem, _tasks?.Known);
}
