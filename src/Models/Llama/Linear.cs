using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama;

/// <summary>The adapters that work on one projection in one batch.</summary>
/// <param name="Downs">A of each member, [in, r].</param>
/// <param name="Ups">B of each member, [r, out].</param>
/// <param name="Members">Which rows are whose.</param>
internal sealed record LinearDelta(Tensor[] Downs, Tensor[] Ups, LinearMembers Members);

/// <summary>Linear maps without bias, by our kernels where they fit and by libtorch elsewhere. Rows are fp32 before and after, whatever the matrix
/// is.</summary>
internal static class Linear
{
    /// <summary>y = x Wᵀ + what adapters add. [N, in] → [N, out]</summary>
    /// <param name="fewRows">True while decoding: repacking fp32 weights for a few rows does not pay.</param>
    public static Tensor Apply(Tensor x, Tensor weight, LinearDelta? delta, bool fewRows)
    {
        if (Bf16Linear.Takes(weight))
        {
            return delta is null && !x.requires_grad ? Bf16Linear.Multiply(x.contiguous(), weight) : Bf16Linear.apply(Inputs(x, weight, delta));
        }

        if (weight.dtype == ScalarType.Float32 && x.FitsKernels() && !fewRows)
        {
            return KernelLinear.apply(Inputs(x, weight, delta));
        }

        var y =
            weight.dtype == ScalarType.Float32
                ? nn.functional.linear(x, weight)
                : nn.functional.linear(x.to(weight.dtype), weight).to(ScalarType.Float32);
        return delta is null ? y : y.add_(Added(x, delta), Torch.Number(delta.Members.Scale));
    }

    private static object[] Inputs(Tensor x, Tensor weight, LinearDelta? delta)
    {
        var members = delta?.Members ?? LinearMembers.None;
        return
        [
            x.contiguous(),
            weight,
            members,
            .. Enumerable.Range(0, members.Rows.Length).SelectMany(k => new object[] { delta!.Downs[k], delta.Ups[k] }),
        ];
    }

    // bmm and add, never baddbmm: TorchSharp permutes its operands.
    private static Tensor Added(Tensor x, LinearDelta delta)
    {
        var rows = delta.Members.Rows;
        if (rows.Distinct().Count() == 1)
        {
            return x.view(rows.Length, rows[0], -1).bmm(Stack(delta.Downs)).bmm(Stack(delta.Ups)).view(x.shape[0], -1);
        }

        var inputs = x.split(Array.ConvertAll(rows, count => (long)count), 0);
        return cat([.. inputs.Select((own, k) => own.unsqueeze(0).bmm(delta.Downs[k].unsqueeze(0)).bmm(delta.Ups[k].unsqueeze(0)).squeeze(0))], 0);
    }

    private static Tensor Stack(Tensor[] tensors) => tensors.Length == 1 ? tensors[0].unsqueeze(0) : stack(tensors, 0);
}
