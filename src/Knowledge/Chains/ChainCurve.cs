using Seal.Core.Randomness;
using Seal.Core.Statistics;

namespace Seal.Knowledge.Chains;

/// <summary>A mean over chains with its 95 % interval.</summary>
public readonly record struct ChainMean(double Mean, Interval Interval);

/// <summary>
/// What a row of chains comes to, always as the difference from the untouched model on the same passages: without that, questions that are easier by
/// chance would look like memory. Intervals by a bootstrap over tasks; the same task under other seeds is no new case.
/// </summary>
public sealed class ChainCurve
{
    private const int Resamples = 10_000;
    private readonly IReadOnlyList<ChainReport> _chains;
    private readonly IReadOnlyList<IReadOnlyList<ChainReport>> _tasks;
    private readonly string[] _names;

    /// <param name="chains">Chains of equally many passages and trainings, at least one, each with its task.</param>
    /// <exception cref="ArgumentException">They differ, or there is none.</exception>
    public ChainCurve(IReadOnlyList<(string Task, ChainReport Chain)> chains)
    {
        _chains = [.. chains.Select(one => one.Chain)];
        if (_chains.Count == 0 || _chains.Any(one => one.Untouched.Count != Passages || one.After.Count != _chains[0].After.Count))
        {
            throw new ArgumentException("Chains are summed up over equally many passages and trainings.", nameof(chains));
        }

        var tasks = chains.GroupBy(one => one.Task, one => one.Chain, StringComparer.Ordinal).ToArray();
        (_tasks, _names) = ([.. tasks.Select(task => (ChainReport[])[.. task])], [.. tasks.Select(task => task.Key)]);
        // Each is thousands of resamples: once, and not whenever it is asked for.
        Gains =
        [
            .. Enumerable
                .Range(0, _chains[0].After.Count)
                .Select(row =>
                    (IsMerged ? row + 1 : Passages, Of(chain => chain.After[row].Select((share, j) => share - chain.Untouched[j]).Average()))
                ),
        ];
        OwnEdit = IsMerged ? Of(OwnGain) : null;
        Background = _chains.All(chain => chain.Background.Count > 1) ? Of(chain => chain.Background[^1] - chain.Background[0]) : null;
    }

    /// <summary>Tasks.</summary>
    public int Count => _tasks.Count;

    /// <summary>Passages of each.</summary>
    public int Passages => _chains[0].Untouched.Count;

    /// <summary>Whether passages were learned one after the other: then there is a row after each.</summary>
    public bool IsMerged => _chains[0].After.Count == Passages && _chains[0].Merged.Count > 0;

    /// <summary>Mean over the passages seen so far, by number of trainings from 1; where there is one row alone, after all of them.</summary>
    public IReadOnlyList<(int Trainings, ChainMean Gain)> Gains { get; }

    /// <summary>Each passage right after its own training; null where all are learned at once.</summary>
    public ChainMean? OwnEdit { get; }

    /// <summary>Whether a policy wrote what was trained on.</summary>
    public bool IsWritten => _chains.All(chain => chain.Written.Count > 0);

    /// <summary>What a remedy against forgetting leaves of learning: <see cref="OwnEdit"/> as a share of another row's, on the tasks that both have.
    /// Null where either has none, or the other gained nothing. The interval is of the ratio of both means over the same drawn tasks.</summary>
    /// <param name="plain">The row without a remedy.</param>
    public ChainMean? OwnEditShareOf(ChainCurve plain)
    {
        string[] both = [.. _names.Intersect(plain._names, StringComparer.Ordinal)];
        if (!IsMerged || !plain.IsMerged || both.Length == 0)
        {
            return null;
        }

        double[] Own(ChainCurve curve) => [.. both.Select(name => curve._tasks[Array.IndexOf(curve._names, name)].Average(OwnGain))];
        var under = Own(plain);
        return under.Average() > 0 ? Bootstrap(Own(this), under) : null;
    }

    /// <summary>Row k: passages 0 to k after k + 1 trainings.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Triangle =>
        IsMerged
            ? [.. Enumerable.Range(0, Passages).Select(k => (IReadOnlyList<double>)[.. Enumerable.Range(0, k + 1).Select(j => Cell(k, j))])]
            : [];

    /// <summary>Change of the share of background questions, at the end; null where none were asked.</summary>
    public ChainMean? Background { get; }

    /// <summary>Share of trainings that were merged; null where nothing is.</summary>
    public double? Merged => IsMerged ? _chains.Average(chain => chain.Merged.Average(one => one ? 1.0 : 0)) : null;

    private double Cell(int k, int j) => _chains.Average(chain => chain.After[k][j] - chain.Untouched[j]);

    private static double OwnGain(ChainReport chain) => chain.After.Select((row, k) => row[^1] - chain.Untouched[k]).Average();

    private ChainMean Of(Func<ChainReport, double> value)
    {
        double[] means = [.. _tasks.Select(task => task.Average(value))];
        return Bootstrap(means, [.. means.Select(_ => 1.0)]);
    }

    /// <summary>The ratio of two means over the same tasks.</summary>
    private static ChainMean Bootstrap(double[] over, double[] under)
    {
        var random = new CounterRandom(new Seed(0).Derive("chain-bootstrap"));
        var drawn = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            var (one, other) = (0.0, 0.0);
            for (var j = 0; j < over.Length; j++)
            {
                var at = random.NextInt(over.Length);
                (one, other) = (one + over[at], other + under[at]);
            }

            drawn[i] = one / other;
        }

        Array.Sort(drawn);
        return new ChainMean(over.Average() / under.Average(), new Interval(drawn[(int)(0.025 * Resamples)], drawn[(int)(0.975 * Resamples)]));
    }
}
