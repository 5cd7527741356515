using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;

namespace Seal.Grains.Tasks;

/// <summary>The tasks of a phase while it is under way: starts so many at once, and remembers how far each one says it is. Not saved: tasks keep
/// their own progress and tell it again when asked.</summary>
/// <param name="run">The run.</param>
/// <param name="book">The run before the phase.</param>
/// <param name="tasks">The phase's tasks, in order.</param>
/// <param name="grains">Gives their grains.</param>
internal sealed class TasksUnderWay(RunRef run, RunBook book, IReadOnlyList<PhaseTask> tasks, IGrainFactory grains)
{
    // Each start reads from the store: enough at once to hide its latency, not so many that other grains wait.
    private const int StartedAtOnce = 8;

    private readonly Dictionary<string, TaskProgress> _known = new(StringComparer.Ordinal);

    /// <summary>Tasks that were started since everything was last asked after.</summary>
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public RunTasks Phase { get; } = book.Log.UnderWay!;

    public IReadOnlyList<PhaseTask> Tasks => tasks;

    /// <summary>What the tasks have said, by id.</summary>
    public IReadOnlyDictionary<string, TaskProgress> Known => _known;

    public bool AreIn => tasks.All(IsIn);

    /// <summary>What became of them, once all are in.</summary>
    public PhaseTasks Records => new([.. Ends.Select(task => task.Record!)]);

    /// <summary>Why the first of them that is incomplete is so, or null.</summary>
    public string? Problem => Ends.Select(task => task.Problem).FirstOrDefault(problem => problem is not null);

    /// <summary>What they have cost so far, as they have said.</summary>
    public Accounting Cost =>
        tasks
            .Select(task => _known.GetValueOrDefault(task.Task.Id))
            .OfType<TaskProgress>()
            .Aggregate(Accounting.Zero, (sum, task) => sum + task.Accounting);

    private IEnumerable<TaskProgress> Ends => tasks.Select(task => _known[task.Task.Id]);

    private IEnumerable<ITaskGrain> Open => tasks.Where(task => !IsIn(task)).Select(Grain);

    public void Told(string task, TaskProgress progress) => _known[task] = progress;

    /// <summary>Starts tasks in order, so that <paramref name="atOnce"/> are under way. What has ended already answers at once and makes room for
    /// more.</summary>
    /// <param name="atOnce">Tasks under way at most.</param>
    /// <param name="again">Whether those that were started are to be asked again how far they are.</param>
    /// <param name="trace">Where their spans belong, or null.</param>
    public async Task Start(int atOnce, bool again, string? trace)
    {
        if (again)
        {
            _asked.Clear();
        }

        while (
            tasks.Where(task => !IsIn(task)).Take(atOnce).Where(task => !_asked.Contains(task.Task.Id)).Take(StartedAtOnce).ToArray()
                is { Length: > 0 } some
        )
        {
            var started = await Task.WhenAll(some.Select(task => Start(task, trace)));
            foreach (var (task, progress) in some.Zip(started))
            {
                _known[task.Task.Id] = progress;
                _asked.Add(task.Task.Id);
            }
        }
    }

    /// <summary>Has every task try again what was given up.</summary>
    public async Task Retry()
    {
        await Task.WhenAll(tasks.Select(task => Grain(task).Retry()));
        _known.Clear();
        _asked.Clear();
    }

    /// <summary>Tells those that have not ended that nothing more is to start, and what runs is to stop; <see cref="Cost"/> is complete
    /// then.</summary>
    public Task Cancel() => Task.WhenAll(tasks.Where(task => !IsIn(task)).Select(Cancel));

    /// <summary>Tells those that have not ended that nothing more is to start.</summary>
    public Task Rest() => Task.WhenAll(Open.Select(task => task.Rest()));

    /// <summary>Jobs of those that have not ended which a worker has now.</summary>
    public async Task<int> Leased() => (await Task.WhenAll(Open.Select(task => task.Leased()))).Sum();

    private async Task Cancel(PhaseTask task)
    {
        if (await Grain(task).Cancel() is { } progress)
        {
            Told(task.Task.Id, progress);
        }
    }

    private Task<TaskProgress> Start(PhaseTask task, string? trace)
    {
        var (proposer, start) = (book.Policy(Phase.Proposer), book.Policy(Phase.Base));
        int? trials = Phase.Trials == 1 ? null : Phase.Trials;
        var work = new TaskWork(run, Phase.Phase, task.Task, proposer, start, task.Candidates, Phase.Judging, task.Given, trials, book.Past)
        {
            Trace = trace,
        };
        return Grain(task).Start(work);
    }

    private ITaskGrain Grain(PhaseTask task) => grains.GetGrain<ITaskGrain>(GridKeys.Task(run, Phase.Phase, task.Task.Id));

    private bool IsIn(PhaseTask task) => _known.TryGetValue(task.Task.Id, out var known) && known.Record is not null;
}
