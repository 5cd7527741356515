using System.Globalization;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;

namespace Seal.Bench.References;

/// <summary>A training as the released code batches it: texts in random order, each batch padded to its longest text, the pads in the loss.</summary>
internal static class PaddedTexts
{
    /// <param name="plan">A training as ours is planned.</param>
    /// <param name="pad">The token that fills up.</param>
    /// <returns>The same texts, steps and optimizer; every batch has texts of its own, since the same text is padded otherwise elsewhere.</returns>
    public static TrainRequest Of(TrainRequest plan, int pad)
    {
        var size = plan.Batches.Max(batch => batch.Length);
        var (texts, batches) = (new List<TokenSequence>(), new List<int[]>());
        for (var epoch = 0; batches.Count < plan.Batches.Count; epoch++)
        {
            var order = new CounterRandom(plan.InitialSeed.Derive("padded", epoch.ToString(CultureInfo.InvariantCulture))).NextPermutation(
                plan.Sequences.Count
            );
            foreach (var batch in order.Chunk(size).Take(plan.Batches.Count - batches.Count))
            {
                var longest = batch.Max(text => plan.Sequences[text].Length);
                batches.Add([.. batch.Select((_, place) => texts.Count + place)]);
                texts.AddRange(batch.Select(text => Padded(plan.Sequences[text], longest, pad)));
            }
        }

        return plan with
        {
            Sequences = texts,
            Batches = batches,
        };
    }

    private static TokenSequence Padded(TokenSequence text, int length, int pad)
    {
        var more = length - text.Length;
        return text with
        {
            Tokens = [.. text.Tokens, .. Enumerable.Repeat(pad, more)],
            Weights = [.. text.Weights, .. Enumerable.Repeat(1f, more)],
            // A pad stands where the text ended: models that read a grid's places have none for it.
            Positions = text.Positions is { } places ? [.. places, .. Enumerable.Repeat(places[^1], more)] : null,
        };
    }
}
