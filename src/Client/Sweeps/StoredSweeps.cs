using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Policies;
using Seal.Grains.Sweeps;
using Seal.Silo.Storage;

namespace Seal.Client.Sweeps;

/// <summary>What a store says of its sweeps while nobody hosts it. Reads only.</summary>
internal sealed class StoredSweeps(StorePlace place)
{
    private const string Folder = "grains/sweep/";
    private const string Extension = ".json";

    private IArtifactStore Store => place.Store;

    public StoredSweeps(string root)
        : this(StorePlace.Folder(root))
    {
    }

    /// <exception cref="CommandException">There is no such folder.</exception>
    public static StoredSweeps Open(string root) => Open(StorePlace.Folder(root));

    /// <exception cref="CommandException">There is no such folder.</exception>
    public static StoredSweeps Open(StorePlace place)
    {
        place.Demand();
        return new StoredSweeps(place);
    }

    /// <summary>In ordinal order.</summary>
    public async Task<IReadOnlyList<string>> Names() =>
        [.. (await Store.ListAsync(Folder)).Where(key => key.EndsWith(Extension, StringComparison.Ordinal)).Select(key => key[Folder.Length..^Extension.Length])];

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
            null when names.Count == 0 => throw new CommandException(ExitCode.NotFoundOrConflict, $"{place.Name} has no sweep yet. Start one with 'run'."),
            _ => throw new CommandException(ExitCode.Usage, $"Name one of the sweeps of {place.Words[^1]}: {string.Join(", ", names)}."),
        };
    }

    public async Task<SweepGrainState> State(string name) => await Read<SweepGrainState>($"{Folder}{name}{Extension}") is { Submission: not null } state
        ? state
        : throw new CommandException(ExitCode.NotFoundOrConflict, $"{place.Name} has no sweep '{name}'; {There(await Names())}");

    /// <summary>Where the sweep was left. Work of a phase that was under way is not counted: its tasks know, and tell when it goes on.</summary>
    public async Task<SweepStatus> Status(string name)
    {
        var state = await State(name);
        var runs = state.Ended;
        if (state.State is not (SweepState.Completed or SweepState.Incomplete))
        {
            runs = [];
            foreach (var run in state.Submission!.Runs)
            {
                runs.Add(Progress(run, state.Submission, await Read<PolicyState>($"grains/policy/{GridKeys.Policy(run.Context)}{Extension}")));
            }
        }

        return new SweepStatus(name, state.State, runs, state.ReportSha256, runs.Aggregate(Accounting.Zero, (sum, run) => sum + run.Accounting));
    }

    private static RunProgress Progress(RunSubmission run, SweepSubmission sweep, PolicyState? left)
    {
        var (context, cell) = run;
        var phases = RunPhase.Of(context.Settings, context.Arm);
        var done = left?.Phases.Count ?? 0;
        var phase = done < phases.Count ? phases[done] : null;
        var tasks = phase is null ? 0 : phase.Trains ? sweep.Training.Count : sweep.Evaluation.Count;
        var each = phase is null ? 0 : phase.Trains ? context.Settings.Proposal.Candidates : context.Settings.Proposal.EvaluationCandidates;
        return new RunProgress(
            context.Run,
            context.Arm.Name,
            cell,
            context.Seed,
            phase is null ? "ended" : left?.Update is null ? phase.Name : $"update-{phase.Round}",
            done,
            phases.Count,
            0,
            tasks,
            0,
            tasks * each,
            0,
            phase is null,
            left?.Problem,
            left?.Accounting ?? Accounting.Zero);
    }

    private async Task<T?> Read<T>(string key)
        where T : class
    {
        try
        {
            return await Store.ReadAsync(key) is { } stored ? ArtifactGrainStorage.Parse<T>(key, stored.Bytes) : null;
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Unreachable, $"{place.Name} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    private static string There(IReadOnlyList<string> names) => names.Count == 0 ? "it has none yet. Start one with 'run'." : $"there is {string.Join(", ", names)}.";
}
