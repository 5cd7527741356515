using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Jobs;
using Seal.Grains.Telemetry;

namespace Seal.Grains.Policies;

[StoredDocument("policy")]
public sealed class PolicyState : IJobOwnerState
{
    public PolicyWork? Work { get; set; }

    /// <summary>Ledger of the update job under way, if <see cref="Update"/> is set.</summary>
    public JobLedger Ledger { get; set; } = JobLedger.New;

    /// <summary>Phases that have ended.</summary>
    public List<PhaseRecord> Phases { get; set; } = [];

    /// <summary>Adapters of the policy, oldest first.</summary>
    public List<string> Adapters { get; set; } = [];

    /// <summary>The update under way, with the tasks' records it closes the phase with.</summary>
    public PendingUpdate? Update { get; set; }

    public Accounting Accounting { get; set; } = Accounting.Zero;

    /// <summary>Why the run is incomplete, or null.</summary>
    public string? Problem { get; set; }
}

public sealed record PendingUpdate(UpdateJob Job, IReadOnlyList<TaskRecord> Tasks);

/// <inheritdoc cref="IPolicyGrain"/>
[GrainType(GridNames.Policy)]
public sealed class PolicyGrain(
    [PersistentState("policy", GridOptions.Storage)] IPersistentState<PolicyState> state, GridServices grid, ILogger<PolicyGrain> logger)
    : JobOwnerGrain<PolicyState>(state, grid, logger), IPolicyGrain
{
    // Each start reads from the store: enough at once to hide its latency, not so many that other grains wait.
    private const int StartedAtOnce = 8;

    // Not saved: tasks keep their own progress and tell it again when asked.
    private readonly Dictionary<string, TaskProgress> _tasks = new(StringComparer.Ordinal);

    /// <summary>Tasks that were started since everything was last asked after.</summary>
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private (string Phase, GridSpan Span)? _round;

    /// <summary>Phases after whose end old adapters were deleted.</summary>
    private int _pruned;

    // Of the work, as its blobs have them.
    private SweepTasks _all = new([], []);
    private IReadOnlyList<RunPhase> _plan = [];

    public async Task<RunProgress> Start(PolicyWork work)
    {
        if (State.Work is null)
        {
            await Begin(work);
        }
        else if (work.Run != State.Work.Run && (await Context(work)).Settings.Update.Rounds > Run.Settings.Update.Rounds)
        {
            await Extend(work);
        }

        Wake();
        return Now(State.Work!);
    }

    public async Task<bool> Retry()
    {
        if (State.Phases.Count > PhaseHistory.Sound(State.Phases).Count)
        {
            return false;
        }

        if (State.Work is { } work && Phase() is { } phase && State.Update is null)
        {
            await Task.WhenAll(TasksOf(work, phase).Select(task => TaskGrain(work, phase, task).Retry()));
            _tasks.Clear();
            _asked.Clear();
        }
        else if (State.Ledger.State == JobState.Poisoned)
        {
            State.Ledger = State.Ledger.Retried();
            await Save();
        }

        return true;
    }

    public Task<RunHistory> Sound() => Task.FromResult(new RunHistory(PhaseHistory.Sound(State.Phases), State.Accounting));

    public Task<RunProgress?> Progress() => Task.FromResult(State.Work is { } work ? Now(work) : null);

    public Task<RunRecord?> Result()
    {
        if (State.Work is not { } work || Phase() is not null)
        {
            return Task.FromResult<RunRecord?>(null);
        }

        return Task.FromResult<RunRecord?>(new RunRecord(
            Run.Run, work.Cell, Run.Arm.Name, Run.Seed, [work.Model.BaseSha256, .. State.Adapters], State.Phases, State.Problem is null, Run.Settings.Evaluate.Score,
            Run.Settings.Reward.Threshold is var threshold && threshold != 0 ? threshold : null));
    }

    public async Task Cancel()
    {
        Halt();
        await Task.WhenAll(Tasks().Select(task => task.Cancel()));
    }

    public override async Task Rest()
    {
        await base.Rest();
        await Task.WhenAll(Tasks().Select(task => task.Rest()));
    }

    public async Task<int> Leased()
    {
        var tasks = await Task.WhenAll(Tasks().Select(task => task.Leased()));
        return tasks.Sum() + (await IsLeased() ? 1 : 0);
    }

    public Task TaskChanged(string phase, string task, TaskProgress progress)
    {
        if (State.Work is { } work && Phase()?.Name == phase)
        {
            _tasks[task] = progress;
            if (progress.Record is not null)
            {
                Kick();
            }
        }

        return Task.CompletedTask;
    }

    protected override RunRef? Named => State.Work?.Run;

    protected override JobAssignment? Describe() => State is { Work: { } work, Update: { } update }
        ? new JobAssignment($"{Key}/{Phase()!.Name}/update", 0, default, work.Run, Update: update.Job) { Trace = Span(work, Phase()!).Trace }
        : null;

    protected override async Task Drive()
    {
        if (State.Work is not { } work || Paused)
        {
            return;
        }

        await Prune(work);
        if (Phase() is not { } phase)
        {
            Settle();
            await GrainFactory.GetGrain<ISweepGrain>(work.Run.Sweep).RunChanged(Now(work));
        }
        else if (State.Update is not { } update)
        {
            await DriveTasks(work, phase);
        }
        else if (State.Ledger.State == JobState.Poisoned)
        {
            State.Problem ??= $"{phase.Name}: the policy update was given up: {State.Ledger.LastLoss}";
            Close(phase, update.Tasks, update.Job.Pairs.Count, null);
            await Save();
            Kick();
        }
        else
        {
            await OfferJob();
        }
    }

    protected override Task Accept(JobResult result)
    {
        var update = State.Update!;
        State.Accounting += new Accounting(1, State.Ledger.Epoch, 0, result.Seconds, result.Update!.Steps, 0);
        Close(Phase()!, update.Tasks, update.Job.Pairs.Count, result.Update);
        return Task.CompletedTask;
    }

    private async Task Prune(PolicyWork work)
    {
        if (Grid.Options.KeepAdapters > 0 && State.Phases.Count > _pruned)
        {
            var kept = KeptAdapters.Of(work.Run, State.Phases, Grid.Options.KeepAdapters);
            await AdapterArchive.Prune(Grid.Store, GridKeys.Policy(work.Run), State.Phases.Select(phase => phase.Phase).ToHashSet(), kept);
            _pruned = State.Phases.Count;
        }
    }

    /// <summary>A fork begins where its origin was sound; everything that was tried there is in the cache.</summary>
    private async Task Begin(PolicyWork work)
    {
        await Know(work);
        if (work.Run.Fork > 0)
        {
            var origin = work.Run with { Fork = work.Run.Fork - 1 };
            var history = await GrainFactory.GetGrain<IPolicyGrain>(GridKeys.Policy(origin)).Sound();
            (State.Phases, State.Accounting) = ([.. history.Phases], history.Accounting);
            State.Adapters = PhaseHistory.Adapters(State.Phases);
        }

        State.Work = work;
        await Save();
    }

    /// <summary>More rounds: phases that the longer plan has too stay; an evaluation that came at the shorter one's end is dropped.</summary>
    private async Task Extend(PolicyWork work)
    {
        var before = Phase();
        var longer = await Context(work);
        var plan = RunPhase.Of(longer.Settings, longer.Arm);
        var kept = PhaseHistory.Kept(State.Phases, plan);
        var after = plan.ElementAtOrDefault(kept.Count);
        if (before is not null && before.Name != after?.Name)
        {
            await Task.WhenAll(Tasks().Select(task => task.Cancel()));
            (State.Update, State.Ledger) = (null, JobLedger.New);
            _tasks.Clear();
            _asked.Clear();
        }

        State.Phases = kept;
        State.Adapters = PhaseHistory.Adapters(kept);
        await Know(work);
        State.Work = work;
        await Save();
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        if (State.Work is { } work)
        {
            await Know(work);
        }
    }

    /// <summary>Reads what the work names by its hash.</summary>
    private async Task Know(PolicyWork work)
    {
        _all = await Grid.Documents.Get<SweepTasks>(Grid.Store, work.TasksSha256);
        await Know(work.Run);
        _plan = RunPhase.Of(Run.Settings, Run.Arm);
    }

    private async Task<RunContext> Context(PolicyWork work) => await Grid.Documents.Get<RunContext>(Grid.Store, work.Run.ContextSha256);

    private async Task DriveTasks(PolicyWork work, RunPhase phase)
    {
        var tasks = TasksOf(work, phase);
        var policy = Policy(work);
        if (IsTimeToAsk())
        {
            _asked.Clear();
        }

        // What has ended already answers at once and makes room for more.
        while (tasks.Where(task => !IsIn(task)).Take(Grid.Options.TasksAtOnce).Where(task => !_asked.Contains(task.Id)).Take(StartedAtOnce).ToArray() is { Length: > 0 } some)
        {
            var started = await Task.WhenAll(some.Select(task => StartTask(work, phase, task, policy)));
            foreach (var (task, progress) in some.Zip(started))
            {
                _tasks[task.Id] = progress;
                _asked.Add(task.Id);
            }
        }

        if (tasks.All(IsIn))
        {
            await EndTasks(work, phase, [.. tasks.Select(task => _tasks[task.Id])]);
        }
    }

    private bool IsIn(TaskRef task) => _tasks.TryGetValue(task.Id, out var known) && known.Record is not null;

    private Task<TaskProgress> StartTask(PolicyWork work, RunPhase phase, TaskRef task, ModelRef policy)
    {
        var given = Given(work, phase, task.Id);
        return TaskGrain(work, phase, task).Start(new TaskWork(
            work.Run,
            phase.Name,
            task,
            policy,
            InnerBase(work, phase),
            given?.Count ?? PhaseWork.Candidates(phase, Run.Settings),
            phase.Judging(Run.Settings),
            given)
        {
            Trace = Span(work, phase).Trace,
        });
    }

    /// <summary>All tasks of the phase are in: filter and update, or go on with the next phase.</summary>
    private async Task EndTasks(PolicyWork work, RunPhase phase, IReadOnlyList<TaskProgress> tasks)
    {
        var records = tasks.Select(task => task.Record!).ToArray();
        State.Accounting = tasks.Aggregate(State.Accounting, (sum, task) => sum + task.Accounting);
        State.Problem ??= tasks.Select(task => task.Problem).FirstOrDefault(problem => problem is not null);
        var pairs = phase.Updates ? KeptPairs.Of(Run.Settings, _all.Training, records) : [];
        if (pairs.Count > 0)
        {
            State.Update = new PendingUpdate(new UpdateJob(Policy(work), pairs, KeptPairs.Seed(Run, phase).Value), records);
            State.Ledger = JobLedger.New;
        }
        else
        {
            Close(phase, records, 0, null);
        }

        await Save();
        Kick();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _round?.Span.End("left by its silo");
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    /// <summary>The span of the round under way.</summary>
    private GridSpan Span(PolicyWork work, RunPhase phase)
    {
        if (_round?.Phase != phase.Name)
        {
            _round?.Span.End();
            _round = (phase.Name, GridSpan.Begin("round", work.Trace, ("seal.sweep", work.Run.Sweep), ("seal.run", work.Run.Run), ("seal.phase", phase.Name)));
        }

        return _round.Value.Span;
    }

    private void Close(RunPhase phase, IReadOnlyList<TaskRecord> tasks, int kept, UpdateResult? update)
    {
        Span(State.Work!, phase).End(State.Problem, ("seal.kept", kept));
        _round = null;
        if (update?.AdapterSha256 is { } adapter)
        {
            State.Adapters.Add(adapter);
        }

        var policy = State.Adapters.Count > 0 ? State.Adapters[^1] : State.Work!.Model.BaseSha256;
        State.Phases.Add(new PhaseRecord(phase.Name, phase.Round, policy, kept, update, tasks));
        State.Update = null;
        _tasks.Clear();
        _asked.Clear();
    }

    /// <summary>The phase that is under way, or null at the end.</summary>
    private RunPhase? Phase() => State.Phases.Count < _plan.Count ? _plan[State.Phases.Count] : null;

    /// <summary>The tasks of the phase that is under way and have not ended.</summary>
    private IEnumerable<ITaskGrain> Tasks() => State.Work is { } work && Phase() is { } phase && State.Update is null
        ? TasksOf(work, phase).Where(task => !IsIn(task)).Select(task => TaskGrain(work, phase, task))
        : [];

    /// <summary>A check leaves out the tasks that it has no self-edits for.</summary>
    private IReadOnlyList<TaskRef> TasksOf(PolicyWork work, RunPhase phase)
    {
        var all = phase.Trains ? _all.Training : _all.Evaluation;
        return phase.Check == PhaseCheck.None ? all : [.. all.Where(task => Given(work, phase, task.Id)!.Count > 0)];
    }

    /// <summary>The self-edits of an earlier phase that a check tries once more; null where the arm proposes.</summary>
    private IReadOnlyList<string>? Given(PolicyWork work, RunPhase phase, string task) =>
        phase.Check == PhaseCheck.None ? null : PhaseWork.Given(phase, Run.Settings, task, State.Phases);

    private ModelRef InnerBase(PolicyWork work, RunPhase phase) => phase.Check switch
    {
        PhaseCheck.OldOnNew or PhaseCheck.NewOnNew => Policy(work),
        PhaseCheck.NewOnOld => work.Model,
        _ when Run.Settings.Inner.Base == "frozen" => work.Model,
        // As it was when the round gave its rewards.
        PhaseCheck.Again => work.Model with { Adapters = PhaseHistory.Adapters([.. State.Phases.TakeWhile(done => done.Phase != new RunPhase(phase.Round, true).Name)]) },
        _ => Policy(work),
    };

    private ModelRef Policy(PolicyWork work) => work.Model with { Adapters = [.. State.Adapters] };

    private ITaskGrain TaskGrain(PolicyWork work, RunPhase phase, TaskRef task) =>
        GrainFactory.GetGrain<ITaskGrain>(GridKeys.Task(work.Run, phase.Name, task.Id));

    private RunProgress Now(PolicyWork work) => PolicyProgress.Of(
        Run, work.Cell, _all.Training, _all.Evaluation, new RunHistory(State.Phases, State.Accounting), State.Update is not null, State.Problem, _tasks);
}
