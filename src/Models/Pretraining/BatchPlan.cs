using System.Globalization;
using Seal.Core.Randomness;
using Seal.Core.Sequences;

namespace Seal.Models.Pretraining;

/// <summary>
/// Which texts make which batch: texts are taken in windows of a fixed number, sorted by length inside a window, cut into batches of at most so
/// many tokens, and the window's batches shuffled. A pure function of seed and window, so a run resumes from (window, batch) alone.
/// </summary>
internal static class BatchPlan
{
    public const int Window = 256;

    /// <param name="text">Texts by index.</param>
    /// <param name="window">Number of the window, from 0.</param>
    /// <param name="maxTokens">Longer texts are left out.</param>
    /// <param name="batchTokens">Most tokens per batch; at least <paramref name="maxTokens"/>.</param>
    /// <param name="seed">Shuffles batches.</param>
    /// <returns>Batches, none empty; none at all if every text is too long.</returns>
    public static IReadOnlyList<TokenSequence[]> Batches(Func<long, TokenSequence> text, long window, int maxTokens, int batchTokens, Seed seed)
    {
        var texts = Enumerable
            .Range(0, Window)
            .Select(i => text((window * Window) + i))
            .Where(sequence => sequence.Length <= maxTokens && sequence.WeightedLength > 0)
            .OrderBy(sequence => sequence.Length);
        var batches = new List<TokenSequence[]>();
        var batch = new List<TokenSequence>();
        var tokens = 0;
        foreach (var sequence in texts)
        {
            if (tokens + sequence.Length > batchTokens)
            {
                batches.Add([.. batch]);
                batch.Clear();
                tokens = 0;
            }

            batch.Add(sequence);
            tokens += sequence.Length;
        }

        if (batch.Count > 0)
        {
            batches.Add([.. batch]);
        }

        var shuffled = batches.ToArray();
        new CounterRandom(seed.Derive("batches", window.ToString(CultureInfo.InvariantCulture))).Shuffle<TokenSequence[]>(shuffled);
        return shuffled;
    }
}
