using System.Collections.Concurrent;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Policies;
using Seal.Grains.Sweeps;
using Seal.Grains.Tasks;
using CandidateState = Seal.Grains.Candidates.CandidateState;

namespace Seal.Silo.Reading;

/// <summary>
/// What a store says of its sweeps, whether or not a process hosts it: stored documents and the event log alone. It activates no grain and writes
/// nothing. For many threads.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="documents">Parsed blobs; a host's own may be shared.</param>
public sealed class SweepReader(IArtifactStore store, DocumentCache documents)
{
    private const string Folder = "grains/sweep/";
    private const string Extension = ".json";

    // Enough to hide a store's latency.
    private const int RunsAtOnce = 8,
        DocumentsAtOnce = 8;

    /// <summary>Tasks and candidates that have ended well never change again: of the phase that a run is in they are read once.</summary>
    private readonly ConcurrentDictionary<string, Settled> _settled = new(StringComparer.Ordinal);

    private readonly BlobLists _lists = new(documents, store);

    /// <summary>Names of the sweeps, in ordinal order.</summary>
    public async Task<IReadOnlyList<string>> Names(CancellationToken cancellation = default) =>
        [
            .. (await store.ListAsync(Folder, cancellation))
                .Where(key => key.EndsWith(Extension, StringComparison.Ordinal))
                .Select(key => key[Folder.Length..^Extension.Length]),
        ];

    /// <summary>A sweep as it was saved last; null if there is none of this name.</summary>
    /// <exception cref="InvalidDataException">The document is damaged, or another build's.</exception>
    public async Task<SweepGrainState?> State(string name, CancellationToken cancellation = default) =>
        StoreName.IsGood(name) && await Read<SweepGrainState>($"{Folder}{name}{Extension}", cancellation) is { Submission: not null } state
            ? state
            : null;

    /// <summary>Where a sweep was left: what its runs, their tasks and candidates saved, counted as a host would count it.</summary>
    public async Task<SweepStatus> Status(string name, SweepGrainState state, CancellationToken cancellation = default)
    {
        var runs = IsEnded(state) ? state.Ended : [.. (await Runs(state, cancellation)).Select(run => run.Progress)];
        return new SweepStatus(name, state.State, runs, state.ReportSha256, runs.Aggregate(Accounting.Zero, (sum, run) => sum + run.Accounting));
    }

    /// <summary>Its runs as they were saved, in plan order.</summary>
    public async Task<IReadOnlyList<RunReading>> Runs(SweepGrainState state, CancellationToken cancellation = default)
    {
        var runs = new List<RunReading>();
        foreach (var some in state.Submission!.Runs.Chunk(RunsAtOnce))
        {
            runs.AddRange(await Task.WhenAll(some.Select(run => Run(run, state.Submission, cancellation))));
        }

        return runs;
    }

    /// <summary>One run as it was saved.</summary>
    private async Task<RunReading> Run(RunSubmission submitted, SweepSubmission sweep, CancellationToken cancellation)
    {
        var (run, cell) = submitted;
        var left = await Policy(run, cancellation);
        var archive = new PhaseArchive(documents, store);
        var log = await archive.Log(run, left.Phases, cancellation);
        if (log.UnderWay is not { } phase)
        {
            _settled.TryRemove(GridKeys.Policy(run), out _);
            return new RunReading(submitted, left, log, [], new Dictionary<string, TaskReading>(), Progress([], []));
        }

        var asked = PhaseWork.Of(phase, run, sweep.Sets, await archive.Origin(log, phase, cancellation));
        var tasks = await UnderWay(run, phase.Phase, cancellation);
        return new RunReading(submitted, left, log, asked, tasks, Progress(asked, tasks));

        RunProgress Progress(IReadOnlyList<PhaseTask> asked, Dictionary<string, TaskReading> tasks) =>
            RunProgress.Of(
                run,
                cell,
                log,
                asked,
                left.Accounting,
                left.Update is not null,
                left.Problem,
                tasks.ToDictionary(task => task.Key, task => task.Value.Progress, StringComparer.Ordinal)
            );
    }

    /// <summary>The phases of a run that have ended, from a place on; empty where there are no more.</summary>
    public async Task<IReadOnlyList<PhaseRecord>> Phases(RunContext run, int from = 0, CancellationToken cancellation = default) =>
        await Policy(run, cancellation) is { } state && state.Phases.Count > from
            ? await new PhaseArchive(documents, store).Read(state.Phases, from, cancellation)
            : [];

    /// <summary>The same without what became of their tasks: a blob each.</summary>
    public async Task<IReadOnlyList<PhaseEntry>> Entries(PolicyState state, CancellationToken cancellation = default) =>
        await _lists.Read<PhaseEntry>(state.Phases, cancellation: cancellation);

    /// <summary>The phases of a run that have ended, in order, without what became of their tasks.</summary>
    public async Task<IReadOnlyList<PhaseEntry>> Entries(RunContext run, CancellationToken cancellation = default) =>
        await Policy(run, cancellation) is { Phases.Count: > 0 } state ? await Entries(state, cancellation) : [];

    /// <summary>What the tasks of a phase that has ended have cost. The policy's update is not in it: runs count that in their total alone.</summary>
    public async Task<Accounting> CostOf(RunContext run, PhaseId phase, IEnumerable<string> tasks, CancellationToken cancellation = default)
    {
        var cost = Accounting.Zero;
        foreach (var some in tasks.Chunk(DocumentsAtOnce))
        {
            foreach (var task in await Task.WhenAll(some.Select(task => Left(run, phase, task, cancellation))))
            {
                cost += task?.State.Ended?.Accounting ?? Accounting.Zero;
            }
        }

        return cost;
    }

    /// <summary>What became of a phase's tasks.</summary>
    public async Task<PhaseTasks> TasksOf(PhaseEntry entry, CancellationToken cancellation = default) =>
        await documents.Get<PhaseTasks>(store, entry.TasksSha256, cancellation);

    /// <summary>A run as it was saved last; a new one if it has not begun.</summary>
    private async Task<PolicyState> Policy(RunContext run, CancellationToken cancellation) =>
        await Read<PolicyState>(Key("policy", GridKeys.Policy(run)), cancellation) ?? new PolicyState();

    /// <summary>One task of a phase, ended or not, with those of its packs that have begun; null if it has not begun.</summary>
    public async Task<TaskReading?> TaskOf(RunContext run, PhaseId phase, string task, CancellationToken cancellation = default) =>
        await Left(run, phase, task, cancellation) is var (origin, state) ? await Reading(origin, state, whole: true, null, cancellation) : null;

    /// <summary>What a task saved last, and the fork of the run that did; null if it has not begun.</summary>
    private async Task<(RunContext Run, TaskState State)?> Left(RunContext run, PhaseId phase, string task, CancellationToken cancellation)
    {
        // A fork may have the phases that it began with from its origin, and their tasks' documents lie there; so do all while it has not begun. Then
        // one that it has not ended is its own.
        var shares =
            run.Fork > 0
            && (
                await Read<PolicyState>(Key("policy", GridKeys.Policy(run)), cancellation) is not { } left
                || (await Entries(left, cancellation)).Any(entry => entry.Phase == phase)
            );
        for (var fork = run.Fork; fork >= (shares ? 0 : run.Fork); fork--)
        {
            var origin = run with { Fork = fork };
            if (await Read<TaskState>(Key("task", GridKeys.Task(origin, phase, task)), cancellation) is { Work: not null } state)
            {
                return (origin, state);
            }
        }

        return null;
    }

    /// <summary>How many events a sweep has had, and which state they have told last; an empty log where there are none.</summary>
    public async Task<SweepEventLog> EventLog(string name, CancellationToken cancellation = default) =>
        await Read<SweepEventLog>(Key("sweep-events", name), cancellation) ?? new SweepEventLog();

    /// <summary>The events of a log after the one with this number, oldest first.</summary>
    public async Task<IReadOnlyList<SweepEvent>> Events(SweepEventLog log, long after, CancellationToken cancellation = default)
    {
        if (log.Count <= after)
        {
            return [];
        }

        // A look has at least one event, so the last looks hold the last events.
        var from = (int)Math.Max(0, log.Looks.Count - (log.Count - after));
        var looks = await _lists.Read<IReadOnlyList<SweepEvent>>(log.Looks, from, cancellation);
        return [.. looks.SelectMany(look => look).Where(one => one.Sequence > after)];
    }

    /// <summary>A blob of the store; null where it is gone.</summary>
    public async Task<byte[]?> Blob(string sha256, CancellationToken cancellation = default)
    {
        try
        {
            return await Blobs.Get(store, sha256, cancellation);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Nothing of it runs any more, and its results are written.</summary>
    public static bool IsEnded(SweepGrainState state) => state.State is SweepState.Completed or SweepState.Incomplete;

    private async Task<Dictionary<string, TaskReading>> UnderWay(RunContext run, PhaseId phase, CancellationToken cancellation)
    {
        var settled = _settled.AddOrUpdate(
            GridKeys.Policy(run),
            _ => new Settled(phase),
            (_, known) => known.Phase == phase ? known : new Settled(phase)
        );
        var tasks = new Dictionary<string, TaskReading>(StringComparer.Ordinal);
        // Of a long phase few tasks have begun: what is not there is not asked for.
        foreach (var some in (await store.ListAsync($"grains/task/{GridKeys.Policy(run)}/{phase}/", cancellation)).Chunk(DocumentsAtOnce))
        {
            foreach (var task in await Task.WhenAll(some.Select(key => UnderWay(run, key, settled, cancellation))))
            {
                if (task is not null)
                {
                    tasks[task.State.Work!.Task.Id] = task;
                }
            }
        }

        return tasks;
    }

    private async Task<TaskReading?> UnderWay(RunContext run, string key, Settled settled, CancellationToken cancellation)
    {
        if (settled.Tasks.TryGetValue(key, out var known))
        {
            return known;
        }

        if (await Read<TaskState>(key, cancellation) is not { Work: not null } state)
        {
            return null;
        }

        var task = await Reading(run, state, whole: false, settled, cancellation);
        if (state.Ended is { Problem: null })
        {
            settled.Tasks[key] = task;
        }

        return task;
    }

    /// <param name="whole">Also the packs of a task that has ended, whose outcomes its record has already.</param>
    private async Task<TaskReading> Reading(RunContext run, TaskState state, bool whole, Settled? settled, CancellationToken cancellation)
    {
        var packs = new Dictionary<int, CandidateState>();
        foreach (var some in SavedTask.Packs(run, state, whole).Chunk(DocumentsAtOnce))
        {
            foreach (var pack in await Task.WhenAll(some.Select(candidate => Pack(Key("candidate", candidate), settled, cancellation))))
            {
                if (pack?.Work is { } work)
                {
                    packs[work.Job.Members[0].Index] = pack;
                }
            }
        }

        var outcomes = packs.Where(pack => pack.Value.Outcome is not null).ToDictionary(pack => pack.Key, pack => pack.Value.Outcome!);
        return new TaskReading(state, packs, SavedTask.Progress(run, state, outcomes));
    }

    private async Task<CandidateState?> Pack(string key, Settled? settled, CancellationToken cancellation)
    {
        if (settled is not null && settled.Packs.TryGetValue(key, out var known))
        {
            return known;
        }

        var pack = await Read<CandidateState>(key, cancellation);
        if (pack is { Outcome: { Problem: null } })
        {
            settled?.Packs.TryAdd(key, pack);
        }

        return pack;
    }

    private static string Key(string grain, string key) => $"grains/{grain}/{key}{Extension}";

    private async Task<T?> Read<T>(string key, CancellationToken cancellation)
        where T : class => await store.ReadAsync(key, cancellation) is { } stored ? StoredDocument.Parse<T>(key, stored.Bytes) : null;

    private sealed class Settled(PhaseId phase)
    {
        public PhaseId Phase { get; } = phase;

        public ConcurrentDictionary<string, TaskReading> Tasks { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, CandidateState> Packs { get; } = new(StringComparer.Ordinal);
    }
}

/// <summary>A run as its documents say.</summary>
/// <param name="Submitted">The run and its grid cell.</param>
/// <param name="State">What it saved last.</param>
/// <param name="Log">Its phases.</param>
/// <param name="Asked">Tasks of the phase under way; empty at the end.</param>
/// <param name="Tasks">Those that have begun, by id.</param>
/// <param name="Progress">How far it is.</param>
public sealed record RunReading(
    RunSubmission Submitted,
    PolicyState State,
    RunLog Log,
    IReadOnlyList<PhaseTask> Asked,
    IReadOnlyDictionary<string, TaskReading> Tasks,
    RunProgress Progress
);

/// <summary>A task as its documents say.</summary>
/// <param name="State">What it saved last.</param>
/// <param name="Packs">Its packs that have begun, by the index of their first member; none of a task that has ended, unless they were asked
/// for.</param>
/// <param name="Progress">How far it is.</param>
public sealed record TaskReading(TaskState State, IReadOnlyDictionary<int, CandidateState> Packs, TaskProgress Progress);
