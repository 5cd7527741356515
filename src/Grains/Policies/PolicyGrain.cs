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

    /// <summary>Phases that have ended: a list of <see cref="PhaseEntry"/>s in the store.</summary>
    public ListRef Phases { get; set; } = ListRef.Empty;

    /// <summary>SHA-256 of the policy's adapters: a list in the store.</summary>
    public ListRef Adapters { get; set; } = ListRef.Empty;

    /// <summary>Place of the first phase in which work was given up, or null.</summary>
    public int? Unsound { get; set; }

    /// <summary>The update under way.</summary>
    public PendingUpdate? Update { get; set; }

    public Accounting Accounting { get; set; } = Accounting.Zero;

    /// <summary>Why the run is incomplete, or null.</summary>
    public string? Problem { get; set; }
}

/// <summary>A phase whose tasks have ended, before the policy has learned from them.</summary>
/// <param name="TasksSha256">Of the blob with its <see cref="PhaseTasks"/>; what the policy learns follows from them.</param>
/// <param name="Kept">Pairs that the filter kept.</param>
/// <param name="Sound">False if work was given up in its tasks.</param>
public sealed record PendingUpdate(string TasksSha256, int Kept, bool Sound);

/// <inheritdoc cref="IPolicyGrain"/>
[GrainType(GridNames.Policy)]
public sealed partial class PolicyGrain(
    [PersistentState("policy", GridOptions.Storage)] IPersistentState<PolicyState> state,
    GridServices grid,
    ILogger<PolicyGrain> logger
) : JobOwnerGrain<PolicyState>(state, grid, logger), IPolicyGrain
{
    // Each start reads from the store: enough at once to hide its latency, not so many that other grains wait.
    private const int StartedAtOnce = 8;

    // Not saved: tasks keep their own progress and tell it again when asked.
    private readonly Dictionary<string, TaskProgress> _tasks = new(StringComparer.Ordinal);

    /// <summary>Tasks that were started since everything was last asked after.</summary>
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private (PhaseId Phase, GridSpan Span)? _round;

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

    public async Task<RunProgress?> Progress()
    {
        await Recall();
        return State.Work is { } work ? Now(work) : null;
    }

    public async Task Cancel()
    {
        Halt();
        await Recall();
        await Task.WhenAll(Tasks().Select(task => task.Cancel()));
    }

    public override async Task Rest()
    {
        await base.Rest();
        await Recall();
        await Task.WhenAll(Tasks().Select(task => task.Rest()));
    }

    public async Task<int> Leased()
    {
        await Recall();
        var tasks = await Task.WhenAll(Tasks().Select(task => task.Leased()));
        return tasks.Sum() + (await IsLeased() ? 1 : 0);
    }

    public Task TaskChanged(PhaseId phase, string task, TaskProgress progress)
    {
        if (State.Work is { } work && Phase()?.Id == phase)
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

    protected override JobAssignment? Describe() =>
        State is { Work: { } work, Update: not null }
            ? new JobAssignment($"{Key}/{Phase()!.Id}/update", 0, default, work.Run, Update: _update) { Trace = Span(work, Phase()!).Trace }
            : null;

    protected override async Task Drive()
    {
        if (State.Work is not { } work || Paused)
        {
            return;
        }

        await Recall();
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
            State.Problem ??= $"{phase.Id}: the policy update was given up: {State.Ledger.LastLoss}";
            await Close(work, phase, update, null);
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
        await Close(State.Work!, Phase()!, State.Update!, result.Update);
        State.Accounting += new Accounting(1, State.Ledger.Epoch, 0, result.Seconds, result.Update!.Steps, 0);
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
        while (
            tasks.Where(task => !IsIn(task)).Take(Grid.Options.TasksAtOnce).Where(task => !_asked.Contains(task.Id)).Take(StartedAtOnce).ToArray()
                is { Length: > 0 } some
        )
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

    private Task<TaskProgress> StartTask(PolicyWork work, RunPhase phase, TaskRef task, PolicyRef policy)
    {
        var given = Given(work, phase, task.Id);
        return TaskGrain(work, phase, task)
            .Start(
                new TaskWork(
                    work.Run,
                    phase.Id,
                    task,
                    policy,
                    InnerBase(work, phase),
                    given?.Count ?? PhaseWork.Candidates(phase, Run.Settings),
                    phase.Judging(Run.Settings),
                    given
                )
                {
                    Trace = Span(work, phase).Trace,
                }
            );
    }

    /// <summary>All tasks of the phase are in: filter and update, or go on with the next phase.</summary>
    private async Task EndTasks(PolicyWork work, RunPhase phase, IReadOnlyList<TaskProgress> tasks)
    {
        var records = tasks.Select(task => task.Record!).ToArray();
        State.Problem ??= tasks.Select(task => task.Problem).FirstOrDefault(problem => problem is not null);
        var pairs = phase.Updates ? KeptPairs.Of(Run.Settings, _all.Training, records) : [];
        var ended = new PendingUpdate(await Grid.Documents.Put(Grid.Store, new PhaseTasks(records)), pairs.Count, PhaseHistory.IsSound(records));
        if (pairs.Count > 0)
        {
            (State.Update, State.Ledger, _update) = (ended, JobLedger.New, UpdateOf(work, phase, pairs));
        }
        else
        {
            await Close(work, phase, ended, null);
        }

        State.Accounting = tasks.Aggregate(State.Accounting, (sum, task) => sum + task.Accounting);
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
        if (_round?.Phase != phase.Id)
        {
            _round?.Span.End();
            _round = (
                phase.Id,
                GridSpan.Begin("round", work.Trace, ("seal.sweep", work.Run.Sweep), ("seal.run", work.Run.Run), ("seal.phase", phase.Id.ToString()))
            );
        }

        return _round.Value.Span;
    }

    /// <summary>The phase that is under way, or null at the end.</summary>
    private RunPhase? Phase() => State.Phases.Count < _plan.Count ? _plan[State.Phases.Count] : null;

    /// <summary>The tasks of the phase that is under way and have not ended.</summary>
    private IEnumerable<ITaskGrain> Tasks() =>
        State.Work is { } work && Phase() is { } phase && State.Update is null
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
        phase.Check == PhaseCheck.None ? null : PhaseWork.Given(phase, Run.Settings, task, Recalled);

    private PolicyRef InnerBase(PolicyWork work, RunPhase phase) =>
        phase.Check switch
        {
            PhaseCheck.OldOnNew or PhaseCheck.NewOnNew => Policy(work),
            PhaseCheck.NewOnOld => PolicyRef.Of(work.BaseSha256),
            _ when Run.Settings.Inner.Base == "frozen" => PolicyRef.Of(work.BaseSha256),
            // As it was when the round gave its rewards.
            PhaseCheck.Again => _check!.Value.Before,
            _ => Policy(work),
        };

    private PolicyRef Policy(PolicyWork work) => new(work.BaseSha256, State.Adapters);

    private ITaskGrain TaskGrain(PolicyWork work, RunPhase phase, TaskRef task) =>
        GrainFactory.GetGrain<ITaskGrain>(GridKeys.Task(work.Run, phase.Id, task.Id));

    private RunProgress Now(PolicyWork work) =>
        PolicyProgress.Of(
            Run,
            work.Cell,
            _all.Training,
            _all.Evaluation,
            State.Phases.Count,
            Recalled,
            State.Accounting,
            State.Update is not null,
            State.Problem,
            _tasks
        );
}
