using Seal.Models.Llama;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Card;

/// <summary>
/// A block of the decoder as a card likes it: a model in bf16, few and large operations, as each costs the processor some ten microseconds to
/// start. The residual stream, norms and rotations are fp32; what goes into a matrix product or into attention is bf16, LoRA's factors too (their
/// master values, moments and updates are fp32), and sums inside a product are fp32.
/// </summary>
internal static class CardLayer
{
    /// <summary>True for models in bf16 on a card. In fp32 a card does what the processor does without our kernels.</summary>
    public static bool Takes(LlamaWeights weights, TokenBatch batch) => batch.Placement.IsCard && weights.Head.dtype == ScalarType.BFloat16;

    /// <inheritdoc cref="LlamaDecoder.Layer"/>
    public static Tensor Run(
        LlamaConfig config,
        LlamaWeights weights,
        IProjectionDelta? delta,
        IAttention attention,
        TokenBatch batch,
        int layer,
        Tensor x
    )
    {
        using var scope = NewDisposeScope();
        var normed = Norm(x, weights.InputNorms[layer]);
        var together = cat(
            [Heads(Projection.Query, config.Heads, weights.QueryNorm(layer)), Heads(Projection.Key, config.KeyValueHeads, weights.KeyNorm(layer))],
            1
        );
        var rotated = Rotate(together, batch);
        var both = (attention.TakesHalf ? Half(rotated) : rotated).split([config.Heads, config.KeyValueHeads], 1);
        var value = Project(Projection.Value, normed).view(-1, config.KeyValueHeads, config.HeadDim);
        x = x.Plus(Project(Projection.Output, Half(attention.Attend(layer, both[0], both[1], value))));

        normed = Norm(x, weights.PostNorms[layer]);
        var gated = nn.functional.silu(Project(Projection.Gate, normed)) * Project(Projection.Up, normed); // [N, intermediate]
        return x.Plus(Project(Projection.Down, gated)).MoveToOuterDisposeScope();

        Tensor Norm(Tensor rows, Tensor weight) => Half(TorchOp.RmsNorm(rows, weight, config.NormEpsilon));

        // Queries and keys, [N, heads, head_dim]; fp32 where they are normed. Unlike on the processor a head whose squares overflow (numbers beyond
        // 1e19) becomes zeros: to tell would take several more operations in every layer.
        Tensor Heads(Projection projection, int heads, Tensor? norm)
        {
            var rows = Project(projection, normed).view(-1, heads, config.HeadDim);
            return norm is null ? rows : TorchOp.RmsNorm(rows.to(ScalarType.Float32), norm, config.NormEpsilon);
        }

        Tensor Project(Projection projection, Tensor input)
        {
            var output = nn.functional.linear(input, weights.Projection(layer, projection));
            if (delta?.Find(layer, projection) is { } own)
            {
                output = Add(output, input, own);
            }

            return weights.Bias(layer, projection) is { } bias ? Half(output.Plus(bias)) : output;
        }
    }

    /// <summary>As <see cref="Rows.Rotate"/>; a product of bf16 and fp32 is fp32.</summary>
    private static Tensor Rotate(Tensor x, TokenBatch batch) => (x * batch.Cosines).Plus(x.roll(x.shape[2] / 2, 2) * batch.Sines);

    /// <summary>y + scale · x A B, each member's rows with its own A and B. All of it bf16.</summary>
    private static Tensor Add(Tensor y, Tensor x, LinearDelta delta)
    {
        var rows = delta.Members.Rows;
        var scale = delta.Members.Scale;
        if (rows.Length == 1)
        {
            return y.addmm_(x.mm(delta.Downs[0]), delta.Ups[0], 1, (float)scale);
        }

        if (rows.Distinct().Count() == 1)
        {
            var added = x.view(rows.Length, rows[0], -1).bmm(stack(delta.Downs, 0)).bmm(stack(delta.Ups, 0));
            return y.add_(added.view(x.shape[0], -1), Torch.Number(scale));
        }

        var inputs = x.split(Array.ConvertAll(rows, count => (long)count), 0);
        return y.add_(cat([.. inputs.Select((own, k) => own.mm(delta.Downs[k]).mm(delta.Ups[k]))], 0), Torch.Number(scale));
    }

    private static Tensor Half(Tensor x) => x.to(ScalarType.BFloat16);
}
