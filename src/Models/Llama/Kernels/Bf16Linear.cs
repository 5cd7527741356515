using Seal.Models.Llama.Kernels.Machine;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama.Kernels;

/// <summary>
/// As <see cref="KernelLinear"/> with a frozen bf16 matrix: y = x Wᵀ with x rounded to bf16 and fp32 sums; adapters are fp32 throughout. Inputs: x
/// [N, in] fp32, W [out, in] bf16, a <see cref="LinearMembers"/>, then A [in, r] and B [r, out] of each member.
/// </summary>
internal sealed class Bf16Linear : autograd.SingleTensorFunction<Bf16Linear>
{
    public override string Name => nameof(Bf16Linear);

    /// <summary>True where the kernels take this matrix.</summary>
    public static bool Takes(Tensor weight) => Bf16Code.IsThere && weight.dtype == ScalarType.BFloat16 && weight.device_type == DeviceType.CPU;

    /// <summary>y = x Wᵀ without gradients.</summary>
    public static unsafe Tensor Multiply(Tensor x, Tensor w)
    {
        var (n, width, height) = ((int)x.size(0), (int)x.size(1), (int)w.size(0));
        var y = Placement.Beside(x, n, height);
        Bf16Gemm.Forward(n, height, width, x.Pointer(), w.Bf16Pointer(), y.Pointer());
        GC.KeepAlive((x, w));
        return y;
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, w, members) = ((Tensor)vars[0], (Tensor)vars[1], (LinearMembers)vars[2]);
        var y = Multiply(x, w);
        var adapted = members.Rows.Length > 0;
        // Without adapters nothing needs x again.
        var saved = adapted ? new List<Tensor> { w, x } : [w];
        if (adapted)
        {
            LowRank.Forward(x, y, members, vars.AsSpan(3), saved);
        }

        ctx.save_for_backward(saved);
        ctx.save_data(nameof(members), members);
        ctx.save_data("wanted", x.requires_grad);
        GC.KeepAlive(vars);
        return y;
    }

    public override unsafe List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var members = (LinearMembers)ctx.get_data("members");
        var w = saved[0];
        var dy = grad_output.contiguous();
        var (n, width, height) = ((int)dy.size(0), (int)w.size(1), (int)w.size(0));
        Tensor? dx = null;
        if ((bool)ctx.get_data("wanted"))
        {
            dx = Placement.Beside(dy, n, width);
            Bf16Gemm.InputGradient(n, width, height, dy.Pointer(), w.Bf16Pointer(), dx.Pointer());
        }

        var gradients = new List<Tensor> { dx!, null!, null! };
        if (members.Rows.Length > 0)
        {
            LowRank.Backward(saved[1], dy, dx, members, saved, 2, gradients);
        }

        GC.KeepAlive((saved, dy));
        return gradients;
    }
}
