using Seal.Core.Artifacts;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Silo.Reading;

namespace Seal.Client.Sweeps;

/// <summary>What a store says of its sweeps while nobody hosts it. Reads only.</summary>
internal sealed class StoredSweeps(StorePlace place)
{
    // The store is opened when it is first asked for.
    private readonly Lazy<SweepReader> _reader = new(() => new SweepReader(place.Store, new DocumentCache()));

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
        return await _reader.Value.Names();
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
        await Readable(() => _reader.Value.State(name))
        ?? throw new CommandException(ExitCode.NotFoundOrConflict, $"{place.Name} has no sweep '{name}'; {There(await Names())}");

    /// <summary>Where the sweep was left: what its runs, their tasks and candidates saved, counted as a host would count it.</summary>
    public async Task<SweepStatus> Status(string name)
    {
        var state = await State(name);
        return await Readable(() => _reader.Value.Status(name, state));
    }

    /// <summary>The phases of a run that have ended, from a place on; empty where there are no more.</summary>
    public Task<IReadOnlyList<PhaseRecord>> Phases(RunContext run, int from) => Readable(() => _reader.Value.Phases(run, from));

    /// <summary>What has happened after the event with this number, oldest first, and the state that events have told last (null for none).</summary>
    public Task<(IReadOnlyList<SweepEvent> Events, SweepState? Told)> Events(string name, long after) =>
        Readable(async () =>
        {
            var log = await _reader.Value.EventLog(name);
            return (await _reader.Value.Events(log, after), log.State);
        });

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
