using Seal.Core.Sequences;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Training;

/// <summary>
/// Which rows of a batch predict which tokens, and with what weight: row t − 1 of a sequence predicts token t. Only rows that count go
/// through the head.
/// </summary>
internal sealed class LossTargets
{
    private readonly int[] _counts;
    private readonly double[] _weightSums;
    private readonly float[] _weights;

    /// <param name="members">Each member's sequences, in the order of the batch's rows.</param>
    public LossTargets(IReadOnlyList<IReadOnlyList<TokenSequence>> members)
    {
        var rows = new List<long>();
        var tokens = new List<long>();
        var weights = new List<float>();
        _counts = new int[members.Count];
        _weightSums = new double[members.Count];
        var start = 0;
        for (var m = 0; m < members.Count; m++)
        {
            var first = rows.Count;
            foreach (var sequence in members[m])
            {
                for (var t = 1; t < sequence.Length; t++)
                {
                    if (sequence.Weights[t] != 0)
                    {
                        rows.Add(start + t - 1);
                        tokens.Add(sequence.Tokens[t]);
                        weights.Add(sequence.Weights[t]);
                        _weightSums[m] += sequence.Weights[t];
                    }
                }

                start += sequence.Length;
            }

            _counts[m] = rows.Count - first;
        }

        _weights = [.. weights];
        Rows = [.. rows];
        Tokens = [.. tokens];
    }

    /// <summary>Rows that predict, [M].</summary>
    public long[] Rows { get; }

    /// <summary>The tokens they should predict, [M].</summary>
    public long[] Tokens { get; }

    /// <summary>Tokens of this member that count.</summary>
    public int Count(int member) => _counts[member];

    /// <summary>What each row's loss is multiplied with so that the sum is the sum of the members' weighted means. [M]</summary>
    public float[] Scales()
    {
        var scales = new float[_weights.Length];
        for (int m = 0, at = 0; m < _counts.Length; m++)
        {
            for (var end = at + _counts[m]; at < end; at++)
            {
                scales[at] = (float)(_weights[at] / _weightSums[m]);
            }
        }

        return scales;
    }

    /// <summary>Each member's weighted mean; NaN where no token counts.</summary>
    /// <param name="losses">Negative log-likelihoods, [M].</param>
    public double[] Means(ReadOnlySpan<float> losses)
    {
        var means = new double[_counts.Length];
        for (int m = 0, at = 0; m < _counts.Length; m++)
        {
            for (var end = at + _counts[m]; at < end; at++)
            {
                means[m] += (double)losses[at] * _weights[at];
            }

            means[m] /= _weightSums[m];
        }

        return means;
    }
}
