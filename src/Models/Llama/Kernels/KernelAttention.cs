using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama.Kernels;

/// <summary>The attention kernel as an operation that autograd can go through. Inputs: query, key, value, lengths of the sequences
/// (long[]).</summary>
internal sealed class KernelAttention : autograd.SingleTensorFunction<KernelAttention>
{
    public override string Name => nameof(KernelAttention);

    /// <summary>True where the kernel takes heads of this width, on the device where they are.</summary>
    public static bool Takes(Tensor query) => query.FitsKernels() && query.size(2) % GemmTile.Columns == 0;

    /// <summary>True where our kernels compute all of a model, so that a row's numbers do not depend on the rows beside it.</summary>
    public static bool TakesAll(LlamaModel model) =>
        model.Weights.Embedding.FitsKernels()
        && !model.Map.IsSplit
        && model.Config.HeadDim % GemmTile.Columns == 0
        && (model.Dtype == ModelDtype.Fp32 || Bf16Linear.Takes(model.Weights.Embedding));

    public override unsafe Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (query, key, value, lengths) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (int[])vars[3]);
        var rows = query.size(0);
        var output = Placement.Beside(query, rows, query.size(1) * query.size(2));
        var logSums = Placement.Beside(query, rows * query.size(1));
        float* q = query.Pointer(),
            k = key.Pointer(),
            v = value.Pointer(),
            o = output.Pointer(),
            l = logSums.Pointer();
        var first = 0L;
        foreach (var length in lengths)
        {
            var shape = Shape(query, key, length);
            var (at, kv) = (first * shape.QueryStride, first * shape.KeyValueStride);
            AttentionKernel.Forward(shape, q + at, k + kv, v + kv, o + at, l + first * shape.Heads);
            first += length;
        }

        ctx.save_for_backward([query, key, value, output, logSums]);
        ctx.save_data(nameof(lengths), lengths);
        GC.KeepAlive(vars);
        return output;
    }

    public override unsafe List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var lengths = (int[])ctx.get_data("lengths");
        var (query, key, value, output, logSums) = (saved[0], saved[1], saved[2], saved[3], saved[4]);
        var gradient = grad_output.contiguous();
        var (dQuery, dKey, dValue) = (Placement.Beside(query, query.shape), Placement.Beside(key, key.shape), Placement.Beside(value, value.shape));
        float* q = query.Pointer(),
            k = key.Pointer(),
            v = value.Pointer(),
            o = output.Pointer(),
            l = logSums.Pointer(),
            g = gradient.Pointer();
        float* dQ = dQuery.Pointer(),
            dK = dKey.Pointer(),
            dV = dValue.Pointer();
        var first = 0L;
        foreach (var length in lengths)
        {
            var shape = Shape(query, key, length);
            var (at, kv) = (first * shape.QueryStride, first * shape.KeyValueStride);
            AttentionKernel.Backward(shape, q + at, k + kv, v + kv, o + at, l + first * shape.Heads, g + at, dQ + at, dK + kv, dV + kv);
            first += length;
        }

        GC.KeepAlive((saved, gradient));
        return [dQuery, dKey, dValue, null!]; // the lengths have none
    }

    private static AttentionShape Shape(Tensor query, Tensor key, int length) =>
        new(length, (int)query.size(1), (int)key.size(1), (int)query.size(2));
}
