namespace Seal.Cluster.Hosting;

/// <summary>
/// Asks every sweep, again and again, whether it wants to be driven. One that cannot be asked (its document is damaged, its silo is going down)
/// keeps none of the others waiting; one that stands still is asked less often.
/// </summary>
/// <param name="list">Names of all sweeps.</param>
/// <param name="drive">Looks after a sweep; false if it has nothing to drive.</param>
/// <param name="failed">Told what went wrong with which.</param>
public sealed class SweepRounds(
    Func<CancellationToken, Task<IReadOnlyList<string>>> list,
    Func<string, Task<bool>> drive,
    Action<string, Exception> failed
)
{
    /// <summary>Rounds for which a sweep that had nothing to drive is left alone.</summary>
    public const int RoundsAtRest = 15;

    /// <summary>So many are asked at once.</summary>
    private const int AtOnce = 32;

    private readonly Dictionary<string, int> _resting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _failures = new(StringComparer.Ordinal);

    /// <summary>Something happened: in the next round all are asked.</summary>
    public void WakeAll()
    {
        _resting.Clear();
        _failures.Clear();
    }

    /// <summary>One round.</summary>
    public async Task Once(CancellationToken cancellation)
    {
        var due = new List<string>();
        foreach (var name in await list(cancellation))
        {
            if (_resting.GetValueOrDefault(name) > 0)
            {
                _resting[name]--;
            }
            else
            {
                due.Add(name);
            }
        }

        foreach (var some in due.Chunk(AtOnce))
        {
            foreach (var (name, moves) in await Task.WhenAll(some.Select(Ask)))
            {
                _failures[name] = moves is null ? _failures.GetValueOrDefault(name) + 1 : 0;
                // At once after the first failure, then less and less often: what a dying silo took along is there again at once, a damaged
                // document is not.
                _resting[name] = moves switch
                {
                    true => 0,
                    false => RoundsAtRest,
                    null => Math.Min(RoundsAtRest, _failures[name] - 1),
                };
            }

            cancellation.ThrowIfCancellationRequested();
        }
    }

    private async Task<(string Name, bool? Moves)> Ask(string name)
    {
        try
        {
            return (name, await drive(name));
        }
        catch (Exception failure)
        {
            failed(name, failure);
            return (name, null);
        }
    }
}
