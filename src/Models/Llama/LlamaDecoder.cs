using Seal.Models.Card;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama;

/// <summary>
/// The Llama decoder as a function of its weights: pre-norm blocks of rotary grouped-query attention and SwiGLU (Touvron et al. 2023).
/// Rows are fp32, no dropout; biases (Qwen2) and norms of queries and keys (Qwen3) where the model has them. Rows [N, d] throughout; only attention
/// knows about sequences.
/// </summary>
internal static class LlamaDecoder
{
    /// <summary>The residual stream after the last norm, [N, d].</summary>
    public static Tensor Hidden(LlamaConfig config, LlamaWeights weights, IProjectionDelta? delta, IAttention attention, TokenBatch batch)
    {
        var x = Embed(weights, batch);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            x = Layer(config, weights, delta, attention, batch, layer, x);
        }

        return Rows.FinalNorm(x, weights.FinalNorm, config.NormEpsilon);
    }

    /// <summary>Where the residual stream begins, [N, d] fp32.</summary>
    public static Tensor Embed(LlamaWeights weights, TokenBatch batch)
    {
        var rows = weights.Embedding.index_select(0, batch.Tokens);
        return rows.dtype == ScalarType.Float32 ? rows : rows.to(ScalarType.Float32);
    }

    /// <summary>One block: the residual stream before it to that after it. What it makes on the way goes when it returns, but for what a gradient
    /// needs.</summary>
    public static Tensor Layer(
        LlamaConfig config,
        LlamaWeights weights,
        IProjectionDelta? delta,
        IAttention attention,
        TokenBatch batch,
        int layer,
        Tensor x
    )
    {
        if (batch.Map.IsSplit)
        {
            batch = batch.At(batch.Map.Of(layer));
            x = batch.Placement.Take(x);
        }

        if (CardLayer.Takes(weights, batch))
        {
            return CardLayer.Run(config, weights, delta, attention, batch, layer, x);
        }

        using var scope = NewDisposeScope();
        var normed = Rows.Norm(x, weights.InputNorms[layer], config.NormEpsilon);
        var query = Rows.Rotate(Normed(Project(Projection.Query, normed).view(-1, config.Heads, config.HeadDim), weights.QueryNorm(layer)), batch);
        var key = Rows.Rotate(Normed(Project(Projection.Key, normed).view(-1, config.KeyValueHeads, config.HeadDim), weights.KeyNorm(layer)), batch);
        var value = Project(Projection.Value, normed).view(-1, config.KeyValueHeads, config.HeadDim);
        x = Project(Projection.Output, attention.Attend(layer, query, key, value)).PlusInPlace(x);

        normed = Rows.Norm(x, weights.PostNorms[layer], config.NormEpsilon);
        var gated = Rows.Gate(Project(Projection.Gate, normed), Project(Projection.Up, normed)); // [N, intermediate]
        return Project(Projection.Down, gated).PlusInPlace(x).MoveToOuterDisposeScope();

        Tensor Normed(Tensor heads, Tensor? norm) => norm is null ? heads : Rows.HeadNorm(heads, norm, config.NormEpsilon);

        Tensor Project(Projection projection, Tensor input)
        {
            var output = Linear.Apply(input, weights.Projection(layer, projection), delta?.Find(layer, projection), batch.FewRows);
            return weights.Bias(layer, projection) is { } bias ? output.Plus(bias) : output;
        }
    }

    /// <summary>Next-token logits of these rows, [M, vocabulary].</summary>
    /// <param name="fewRows">As in <see cref="TokenBatch.FewRows"/>.</param>
    public static Tensor Logits(LlamaWeights weights, Tensor hidden, bool fewRows = false) => Linear.Apply(hidden, weights.Head, null, fewRows);
}
