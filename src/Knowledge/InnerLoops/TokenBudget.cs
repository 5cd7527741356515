using Seal.Core.Randomness;
using Seal.Core.Sequences;

namespace Seal.Knowledge.InnerLoops;

/// <summary>
/// Batches of a training that has the same steps and, as long as no text is longer than a step, within a text's length the same tokens whatever its
/// texts are: the texts come in shuffled passes, and each batch takes texts until the tokens so far reach its share.
/// </summary>
internal static class TokenBudget
{
    /// <param name="texts">The training texts, at least one.</param>
    /// <param name="steps">Batches.</param>
    /// <param name="stepTokens">Tokens of a step, on average.</param>
    /// <param name="seed">Shuffles.</param>
    /// <param name="mayBeEmpty">Batches stand beside others: one whose share the texts before it have used up takes none.</param>
    public static IReadOnlyList<int[]> Batches(IReadOnlyList<TokenSequence> texts, int steps, int stepTokens, Seed seed, bool mayBeEmpty = false)
    {
        var random = new CounterRandom(seed);
        var line = new Queue<int>();
        var batches = new int[steps][];
        long tokens = 0;
        for (var step = 0; step < steps; step++)
        {
            var batch = new List<int>();
            while ((batch.Count == 0 && !mayBeEmpty) || tokens < (long)(step + 1) * stepTokens)
            {
                if (line.Count == 0)
                {
                    foreach (var text in random.NextPermutation(texts.Count))
                    {
                        line.Enqueue(text);
                    }
                }

                var next = line.Dequeue();
                batch.Add(next);
                tokens += texts[next].Length;
            }

            batches[step] = [.. batch];
        }

        return batches;
    }
}
