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
using Seal.Silo.Storage;
using CandidateState = Seal.Grains.Candidates.CandidateState;

namespace Seal.Client.Sweeps;

/// <summary>What a store says of its sweeps while nobody hosts it. Reads only.</summary>
internal sealed class StoredSweeps(StorePlace place)
{
    private const string Folder = "grains/sweep/";
    private const string Extension = ".json";

    // Enough to hide a store's latency.
    private const int RunsAtOnce = 8;

    private readonly DocumentCache _documents = new();

    private IArtifactStore Store => place.Store;

    public StoredSweeps(string root)
        : this(StorePlace.Folder(root)) { }

    /// <exception cref="CommandException">There is no such folder.</exception>
    public static StoredSweeps Open(string root) => Open(StorePlace.Folder(root));

    /// <exception cref="CommandException">There is no such folder.</exception>
    public static StoredSweeps Open(StorePlace place)
    {
        place.Demand();
        return new StoredSweeps(place);
    }

    /// <summary>In ordinal order.</summary>
    /// <exception cref="CommandException">The store is another build's.</exception>
    public async Task<IReadOnlyList<string>> Names()
    {
        await place.DemandOwnFormat();
        return
        [
            .. (await Store.ListAsync(Folder))
                .Where(key => key.EndsWith(Extension, StringComparison.Ordinal))
                .Select(key => key[Folder.Length..^Extension.Length]),
        ];
    }

    /// <summary>The name that was meant: the one given, or the only one there is.</summary>
    /// <exception cref="CommandException">Unknown (4), or more than one to choose from (2).</exception>
    public async Task<string> Choose(string? name)
    {
        var names = await Names();
        return name switch
        {
            not null when names.Contains(name, StringComparer.Ordinal) => name,
            not null => throw new CommandException(ExitCode.NotFoundOrConflict, $"{place.Name} has no sweep '{name}'; {There(names)}"),
            null when names.Count == 1 => names[0],
            null when names.Count == 0 => throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"{place.Name} has no sweep yet. Start one with 'run'."
            ),
            _ => throw new CommandException(ExitCode.Usage, $"Name one of the sweeps of {place.Words[^1]}: {string.Join(", ", names)}."),
        };
    }

    public async Task<SweepGrainState> State(string name) =>
        await Read<SweepGrainState>($"{Folder}{name}{Extension}") is { Submission: not null } state
            ? state
            : throw new CommandException(ExitCode.NotFoundOrConflict, $"{place.Name} has no sweep '{name}'; {There(await Names())}");

    /// <summary>Where the sweep was left: what its runs, their tasks and candidates saved, counted as a host would count it.</summary>
    public async Task<SweepStatus> Status(string name)
    {
        var state = await State(name);
        var runs = state.Ended;
        if (state.State is not (SweepState.Completed or SweepState.Incomplete))
        {
            runs = [];
            foreach (var some in state.Submission!.Runs.Chunk(RunsAtOnce))
            {
                runs.AddRange(await Task.WhenAll(some.Select(run => Progress(run, state.Submission))));
            }
        }

        return new SweepStatus(name, state.State, runs, state.ReportSha256, runs.Aggregate(Accounting.Zero, (sum, run) => sum + run.Accounting));
    }

    /// <summary>The phases of a run that have ended, from a place on; empty where there are no more.</summary>
    public async Task<IReadOnlyList<PhaseRecord>> Phases(RunContext run, int from) =>
        await Read<PolicyState>(Key("policy", GridKeys.Policy(run))) is { } state && state.Phases.Count > from
            ? await new PhaseArchive(_documents, Store).Read(state.Phases, from)
            : [];

    private async Task<RunProgress> Progress(RunSubmission submitted, SweepSubmission sweep)
    {
        var (run, cell) = submitted;
        var left = await Read<PolicyState>(Key("policy", GridKeys.Policy(run))) ?? new PolicyState();
        var (log, asked) = await Readable(async () =>
        {
            var archive = new PhaseArchive(_documents, Store);
            var log = await archive.Log(run, left.Phases);
            var origin = log.UnderWay is { } phase ? await archive.Origin(log, phase) : null;
            return (log, log.UnderWay is null ? [] : PhaseWork.Of(log.UnderWay, run, new SweepTasks(sweep.Training, sweep.Evaluation), origin));
        });
        var tasks = new Dictionary<string, TaskProgress>(StringComparer.Ordinal);
        // Of a long phase few tasks have begun: what is not there is not asked for.
        foreach (var key in log.UnderWay is not { Phase: var phase } ? [] : await Store.ListAsync($"grains/task/{GridKeys.Policy(run)}/{phase}/"))
        {
            if (await Read<TaskState>(key) is { Work: { } work } task)
            {
                tasks[work.Task.Id] = SavedTask.Progress(run, task, await Outcomes(SavedTask.Packs(run, task)));
            }
        }

        return RunProgress.Of(run, cell, log, asked, left.Accounting, left.Update is not null, left.Problem, tasks);
    }

    private async Task<Dictionary<int, PackOutcome>> Outcomes(IReadOnlyList<string> candidates)
    {
        var outcomes = new Dictionary<int, PackOutcome>();
        foreach (var candidate in candidates)
        {
            if (await Read<CandidateState>(Key("candidate", candidate)) is { Outcome: { } outcome })
            {
                outcomes[outcome.First] = outcome;
            }
        }

        return outcomes;
    }

    private static string Key(string grain, string key) => $"grains/{grain}/{key}{Extension}";

    private Task<T?> Read<T>(string key)
        where T : class => Readable(async () => await Store.ReadAsync(key) is { } stored ? StoredDocument.Parse<T>(key, stored.Bytes) : null);

    private async Task<T> Readable<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Unreachable, $"{place.Name} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    private static string There(IReadOnlyList<string> names) =>
        names.Count == 0 ? "it has none yet. Start one with 'run'." : $"there is {string.Join(", ", names)}.";
}
