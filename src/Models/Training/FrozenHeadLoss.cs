using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Training;

/// <summary>
/// Σ scaleᵢ · cross-entropyᵢ of a frozen head, for vocabularies whose logits are the largest thing in memory: they are made for some hundred rows
/// at a time and turned into the gradient of the rows at once. Inputs: rows [M, d] fp32, head [vocabulary, d] bf16, targets [M] int64, scales [M],
/// and a float[M] that is filled with the losses, and the scales once more as float[M].
/// </summary>
internal sealed class FrozenHeadLoss : autograd.SingleTensorFunction<FrozenHeadLoss>
{
    // 256 MiB of logits.
    private const int LogitsPerChunk = 64 << 20;

    public override string Name => nameof(FrozenHeadLoss);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (rows, head, targets, scales, losses) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3], (float[])vars[4]);
        var gradient = empty_like(rows);
        var all = empty_like(scales); // losses, read once at the end: each reading waits for a card
        var chunk = Math.Max(1, (int)(LogitsPerChunk / head.size(0)));
        for (var first = 0; first < losses.Length; first += chunk)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(chunk, losses.Length - first);
            var logits = Linear.Apply(rows.detach().narrow(0, first, count), head, null, fewRows: false); // [count, vocabulary]
            var each = Turn(logits, targets.narrow(0, first, count), scales.narrow(0, first, count));
            all.narrow(0, first, count).copy_(each);
            gradient.narrow(0, first, count).copy_(InputGradient(logits, head));
        }

        ctx.save_for_backward([gradient]);
        all.Values<float>().CopyTo(losses);
        var total = 0.0;
        var factors = (float[])vars[5];
        for (var i = 0; i < losses.Length; i++)
        {
            total += (double)losses[i] * factors[i];
        }

        var sum = scales.narrow(0, 0, 1).clone().squeeze(0);
        GC.KeepAlive(vars);
        return sum.fill_(Torch.Number(total));
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        [Torch.Held(ctx.get_saved_variables()[0].mul(grad_output)), null!, null!, null!, null!, null!];

    /// <summary>Makes logits their own gradients, in place; returns the losses.</summary>
    private static unsafe Tensor Turn(Tensor logits, Tensor targets, Tensor scales)
    {
        if (!logits.FitsKernels() || logits.size(1) % 16 != 0)
        {
            var logarithms = nn.functional.log_softmax(logits, 1);
            var chosen = targets.unsqueeze(1);
            var picked = logarithms.gather(1, chosen);
            logits.copy_(logarithms.exp_()).scatter_add_(1, chosen, zeros_like(picked).sub_(Torch.Number(1)));
            logits.mul_(scales.unsqueeze(1));
            return picked.neg().squeeze(1);
        }

        var losses = empty_like(scales);
        var (width, rows) = ((int)logits.size(1), (int)logits.size(0));
        float* values = logits.Pointer(),
            factors = scales.Pointer(),
            into = losses.Pointer();
        var wanted = (long*)targets.Pointer();
        KernelThreads.Run(rows, row => into[row] = SoftmaxKernel.LossGradient(values + (long)row * width, width, (int)wanted[row], factors[row]));
        GC.KeepAlive((logits, targets, scales));
        return losses;
    }

    private static unsafe Tensor InputGradient(Tensor gradients, Tensor head)
    {
        if (!Bf16Linear.Takes(head))
        {
            return gradients.to(head.dtype).mm(head).to(ScalarType.Float32);
        }

        var (rows, width, depth) = ((int)gradients.size(0), (int)head.size(1), (int)head.size(0));
        var dx = Placement.Beside(gradients, rows, width);
        Bf16Gemm.InputGradient(rows, width, depth, gradients.Pointer(), head.Bf16Pointer(), dx.Pointer());
        GC.KeepAlive((gradients, head));
        return dx;
    }
}
