using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>
/// Which candidates' adapters stay: the best of the run, and all of its latest phase. (Policies of every round always stay.) Told of one phase
/// after the other, it remembers the best alone.
/// </summary>
/// <param name="best">How many of the best stay.</param>
/// <param name="key">Key of a candidate in the store.</param>
public sealed class KeptAdapters(int best, Func<PhaseId, string, int, string> key)
{
    private IReadOnlyList<Adapter> _best = [];
    private IReadOnlyList<Adapter> _latest = [];

    /// <summary>Phases it was told of.</summary>
    public int Phases { get; private set; }

    /// <summary>Keys of the candidates.</summary>
    public HashSet<string> Candidates => [.. _best.Concat(_latest).Select(candidate => candidate.Key)];

    /// <summary>Takes in the next phase.</summary>
    public void Add(PhaseRecord phase)
    {
        _latest =
        [
            .. phase.Tasks.SelectMany(task =>
                task.Candidates.Where(candidate => candidate is { State: CandidateState.Scored, DuplicateOf: null })
                    .Select(candidate => new Adapter(
                        key(phase.Phase, task.Task, candidate.Index),
                        candidate.Reward ?? double.NegativeInfinity,
                        Phases
                    ))
            ),
        ];
        Phases++;
        var all = _best.Concat(_latest);
        // Of equals the later one, then by name.
        var ranked = all.OrderByDescending(candidate => candidate.Reward)
            .ThenByDescending(candidate => candidate.Age)
            .ThenBy(candidate => candidate.Key, StringComparer.Ordinal);
        _best = [.. ranked.Take(best)];
    }

    /// <summary>Deletes adapters in the store that are not to stay.</summary>
    /// <param name="documents">Keeps what was read.</param>
    /// <param name="store">Where they are.</param>
    /// <param name="book">The run: phases of it that this was not told of are taken in.</param>
    /// <param name="run">Key of the run.</param>
    public async Task Prune(DocumentCache documents, IArtifactStore store, RunBook book, string run)
    {
        if (best == 0 || book.Log.Ended == Phases)
        {
            return;
        }

        foreach (var phase in await new PhaseArchive(documents, store).Read(book.Phases, from: Phases))
        {
            Add(phase);
        }

        await AdapterArchive.Prune(store, run, book.Log.Names, Candidates);
    }

    /// <param name="Key">Of the candidate.</param>
    /// <param name="Reward">Its reward.</param>
    /// <param name="Age">Place of its phase.</param>
    private sealed record Adapter(string Key, double Reward, int Age);
}
