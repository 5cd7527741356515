using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama.Kernels;

/// <summary>
/// y = x Wᵀ, and for each member of a LoRA bank on its own rows + s (x A) B, as one operation for autograd. Inputs: x [N, in], W [out, in], a
/// <see cref="LinearMembers"/>, then A [in, r] and B [r, out] of each member.
/// </summary>
internal sealed class KernelLinear : autograd.SingleTensorFunction<KernelLinear>
{
    public override string Name => nameof(KernelLinear);

    public override unsafe Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, w, members) = ((Tensor)vars[0], (Tensor)vars[1], (LinearMembers)vars[2]);
        var (n, width, height) = ((int)x.size(0), (int)x.size(1), (int)w.size(0));
        var saved = new List<Tensor> { x, w };
        var y = Placement.Beside(x, n, height);
        float* px = x.Pointer(),
            pw = w.Pointer(),
            py = y.Pointer();
        Gemm.Multiply(n, height, width, px, width, 1, pw, 1, width, py, false);
        LowRank.Forward(x, y, members, vars.AsSpan(3), saved);
        ctx.save_for_backward(saved);
        ctx.save_data(nameof(members), members);
        ctx.save_data("wanted", (X: x.requires_grad, W: w.requires_grad));
        GC.KeepAlive(vars);
        return y;
    }

    public override unsafe List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var members = (LinearMembers)ctx.get_data("members");
        var wanted = ((bool X, bool W))ctx.get_data("wanted");
        var (x, w) = (saved[0], saved[1]);
        var (n, width, height) = ((int)x.size(0), (int)x.size(1), (int)w.size(0));
        var dy = grad_output.contiguous();
        var dx = wanted.X ? Placement.Beside(x, x.shape) : null;
        var dw = wanted.W ? Placement.Beside(w, w.shape) : null;
        float* px = x.Pointer(),
            pdy = dy.Pointer();
        if (dx is not null)
        {
            Gemm.Multiply(n, width, height, pdy, height, 1, w.Pointer(), width, 1, dx.Pointer(), false);
        }

        if (dw is not null)
        {
            Gemm.Multiply(height, width, n, pdy, 1, height, px, width, 1, dw.Pointer(), false);
        }

        var gradients = new List<Tensor> { dx!, dw!, null! };
        LowRank.Backward(x, dy, dx, members, saved, 2, gradients);
        GC.KeepAlive((saved, dy));
        return gradients;
    }
}

/// <summary>The adapters of one linear map.</summary>
/// <param name="Rows">Rows of each member, which lie one after another.</param>
/// <param name="Scale">α / r.</param>
internal sealed record LinearMembers(int[] Rows, double Scale)
{
    public static LinearMembers None { get; } = new([], 0);
}
