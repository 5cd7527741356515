using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Decoding;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Running;

/// <summary>What a model says to rows of token ids, without a vocabulary: for comparing with other implementations.</summary>
public static class TokenRuns
{
    /// <summary>Logits after every token of a row, teacher-forced.</summary>
    /// <param name="row">Token ids, [T], T ≥ 1.</param>
    /// <returns>[T · vocabulary].</returns>
    public static float[] Logits(LlamaModel model, int[] row)
    {
        model.Enter();
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var batch = TokenBatch.Of(model.Rotary, [new TokenSequence(row, new float[row.Length])]);
        var hidden = LlamaDecoder.Hidden(model.Config, model.Weights, null, new CausalAttention(batch.Spans), batch); // [T, d]
        return LlamaDecoder.Logits(model.Weights, hidden).Values<float>().ToArray();
    }

    /// <summary>The likeliest continuation of each row, side by side; ties go to the smallest id.</summary>
    /// <param name="stop">Ends a continuation and is not returned; −1 for none.</param>
    /// <exception cref="InvalidOperationException">The logits are not finite.</exception>
    public static IReadOnlyList<int[]> Greedy(
        LlamaModel model,
        IReadOnlyList<int[]> rows,
        int maxNewTokens,
        int stop,
        CancellationToken cancellation
    ) =>
        GreedyDecoder.Generate(
            model,
            [.. rows.Select(row => new GenerateRequest(row, SequentialPositions.Instance, stop, maxNewTokens))],
            cancellation,
            onlyFinite: true
        );

    /// <summary>A drawn continuation of each row; row r depends on the seed and on r, not on the other rows.</summary>
    /// <param name="stop">Ends a continuation and is not returned; −1 for none.</param>
    public static IReadOnlyList<int[]> Sample(
        LlamaModel model,
        IReadOnlyList<int[]> rows,
        int maxNewTokens,
        double temperature,
        Seed seed,
        int stop,
        CancellationToken cancellation
    ) =>
        [
            .. rows.Select(
                (row, r) =>
                    Sampler
                        .Sample(
                            model,
                            new SampleRequest(
                                row,
                                SequentialPositions.Instance,
                                null,
                                [seed.Derive("row", r.ToString(System.Globalization.CultureInfo.InvariantCulture))],
                                temperature,
                                maxNewTokens
                            ),
                            stop,
                            cancellation
                        )[0]
                        .Tokens
            ),
        ];
}
