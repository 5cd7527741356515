using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Training;

/// <summary>One forward and backward pass over a batch; gradients go to the leaves. Both ways give the same losses and gradients, bit for
/// bit.</summary>
internal sealed class BackwardPass(LlamaConfig config, LlamaWeights weights, IProjectionDelta? delta, TokenBatch batch, LossTargets targets)
{
    private readonly CausalAttention _attention = new(batch.Spans);

    /// <summary>Keeps what every layer's gradient needs. Returns each member's loss.</summary>
    public double[] Keeping() => batch.Placement.IsCard ? InOne() : Run(keeps: true);

    /// <summary>Gradient checkpointing (Chen et al. 2016): keeps each layer's input alone and computes the layer again when its gradient is due; a
    /// third more work.</summary>
    public double[] Recomputing() => Run(keeps: false);

    // One graph: a card's gradients are made by a thread of their own, and waking it for every layer costs more than a layer's memory.
    private double[] InOne()
    {
        var first = Embedded().requires_grad_(weights.Embedding.requires_grad);
        var x = first;
        for (var layer = 0; layer < config.Layers; layer++)
        {
            x = Layer(layer, x);
        }

        var (total, means) = Loss(Rows.FinalNorm(x, weights.FinalNorm, config.NormEpsilon));
        if (means.Any(double.IsFinite))
        {
            total.backward();
            if (weights.Embedding.requires_grad)
            {
                LlamaDecoder.Embed(weights, batch).backward([first.grad!]);
            }
        }

        return means;
    }

    // Layer by layer, each a graph of its own: what one layer's gradients were made of goes before the next one's are made.
    private double[] Run(bool keeps)
    {
        var inputs = new Tensor[config.Layers];
        var outputs = new Tensor[config.Layers];
        var x = Embedded();
        for (var layer = 0; layer < config.Layers; layer++)
        {
            // A gradient arrives where its leaf is: the leaf moves, not what it was made of.
            inputs[layer] = batch.Map.Of(layer).Take(x).detach().requires_grad_(keeps);
            using var mode = keeps ? null : no_grad();
            x = outputs[layer] = Layer(layer, inputs[layer]);
        }

        var last = x.detach().requires_grad_(true);
        var (total, means) = Loss(Rows.FinalNorm(last, weights.FinalNorm, config.NormEpsilon));
        if (!means.Any(double.IsFinite))
        {
            return means;
        }

        total.backward();
        var gradient = last.grad!;
        for (var layer = config.Layers - 1; layer >= 0; layer--)
        {
            using var scope = NewDisposeScope();
            var input = keeps ? inputs[layer] : inputs[layer].detach().requires_grad_(true);
            var output = keeps ? outputs[layer] : Layer(layer, input);
            output.backward([batch.Map.Of(layer).Take(gradient)]);
            var arrived = gradient;
            gradient = input.grad!.MoveToOuterDisposeScope();
            arrived.Dispose();
            outputs[layer].Dispose();
            inputs[layer].Dispose();
        }

        if (weights.Embedding.requires_grad)
        {
            LlamaDecoder.Embed(weights, batch).backward([gradient]);
        }

        return means;
    }

    /// <summary>Where the residual stream begins, without a gradient: what the embedding's own is made of comes last.</summary>
    private Tensor Embedded()
    {
        using var off = no_grad();
        return LlamaDecoder.Embed(weights, batch).detach();
    }

    private Tensor Layer(int layer, Tensor input) => LlamaDecoder.Layer(config, weights, delta, _attention, batch, layer, input);

    private (Tensor Total, double[] Means) Loss(Tensor hidden)
    {
        var placement = batch.Map.Last;
        var head = placement.Take(weights.Head); // of a tied head that is trained: the embedding's values, and its gradient's way back
        var rows = hidden.index_select(0, placement.Of(targets.Rows)); // [M, d]
        var tokens = placement.Of(targets.Tokens);
        var scales = targets.Scales();
        if (head.dtype != ScalarType.Float32)
        {
            var each = new float[scales.Length];
            return (FrozenHeadLoss.apply(rows, head, tokens, placement.Of(scales, scales.Length), each, scales), targets.Means(each));
        }

        var losses = nn.functional.cross_entropy(Linear.Apply(rows, head, null, fewRows: false), tokens, reduction: nn.Reduction.None); // [M]
        return (losses.dot(placement.Of(scales, scales.Length)), targets.Means(losses.detach().Values<float>()));
    }
}
