using System.Globalization;
using Seal.Core.Randomness;

namespace Seal.Arc.InnerLoops;

/// <summary>Which texts make which batch: every text once per epoch, neighbours in length together so that little is padded.</summary>
internal static class BatchPlan
{
    /// <summary>Batches whose texts are sorted by length among themselves: large enough to pair like with like, small enough to stay
    /// random.</summary>
    private const int Window = 16;

    /// <summary>The last batch of an epoch may be smaller.</summary>
    public static int StepsPerEpoch(int texts, int batch) => (texts + batch - 1) / batch;

    /// <summary>Indices of texts per step. The order of each epoch depends on the seed and the epoch's number alone.</summary>
    public static IReadOnlyList<int[]> Epochs(IReadOnlyList<int> lengths, int batch, int epochs, Seed seed)
    {
        var steps = new List<int[]>();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var random = new CounterRandom(seed.Derive(epoch.ToString(CultureInfo.InvariantCulture)));
            var shuffled = random.NextPermutation(lengths.Count);
            // Stable sort: texts of equal length keep their shuffled order.
            var batches = shuffled.Chunk(batch * Window).SelectMany(window => window.OrderBy(index => lengths[index]).Chunk(batch)).ToArray();
            random.Shuffle<int[]>(batches);
            steps.AddRange(batches);
        }

        return steps;
    }
}
