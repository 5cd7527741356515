using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Grains.Hosting;

namespace Seal.Grains.Policies;

/// <summary>
/// Which candidates' adapters stay: the best of the run, and all of its latest phase. (Policies of every round always stay.) Told of one phase
/// after the other, it remembers the best alone.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="best">How many of the best stay.</param>
internal sealed class KeptAdapters(RunRef run, int best)
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
                        GridKeys.Candidate(run, phase.Phase, task.Task, candidate.Index),
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

    /// <param name="Key">Of the candidate.</param>
    /// <param name="Reward">Its reward.</param>
    /// <param name="Age">Place of its phase.</param>
    private sealed record Adapter(string Key, double Reward, int Age);
}
