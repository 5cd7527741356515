using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama.Kernels;

/// <summary>RMSNorm for autograd. Inputs: x [N, d], w [d], ε (double).</summary>
internal sealed class KernelNorm : autograd.SingleTensorFunction<KernelNorm>
{
    public override string Name => nameof(KernelNorm);

    public override unsafe Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, w, epsilon) = ((Tensor)vars[0], (Tensor)vars[1], (double)vars[2]);
        var (y, scales) = (empty_like(x), empty(x.shape[0]));
        RowKernels.Norm((int)x.shape[0], (int)x.shape[1], x.Pointer(), w.Pointer(), (float)epsilon, y.Pointer(), scales.Pointer());
        ctx.save_for_backward([x, w, scales]);
        ctx.save_data("wanted", w.requires_grad);
        GC.KeepAlive(vars);
        return y;
    }

    public override unsafe List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (x, w, scales, dy) = (saved[0], saved[1], saved[2], grad_output.contiguous());
        var (dx, dw) = (empty_like(x), (bool)ctx.get_data("wanted") ? zeros_like(w) : null);
        RowKernels.NormGradient(
            (int)x.shape[0], (int)x.shape[1], x.Pointer(), w.Pointer(), scales.Pointer(), dy.Pointer(), dx.Pointer(), dw is null ? null : dw.Pointer());
        GC.KeepAlive((saved, dy));
        return [dx, dw!, null!];
    }
}

/// <summary>Rotary positions for autograd. Inputs: x [N, heads, head_dim], cosines and sines as in <see cref="TokenBatch"/>.</summary>
internal sealed class KernelRotation : autograd.SingleTensorFunction<KernelRotation>
{
    public override string Name => nameof(KernelRotation);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, cosines, sines) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        ctx.save_for_backward([cosines, sines]);
        return Turn(x, cosines, sines, back: false);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        return [Turn(grad_output.contiguous(), saved[0], saved[1], back: true), null!, null!];
    }

    private static unsafe Tensor Turn(Tensor x, Tensor cosines, Tensor sines, bool back)
    {
        var y = empty_like(x);
        RowKernels.Rotate(
            (int)x.shape[0], (int)x.shape[1], (int)x.shape[2] / 2, x.Pointer(), cosines.Pointer(), sines.Pointer(), back, y.Pointer());
        GC.KeepAlive((x, cosines, sines));
        return y;
    }
}

/// <summary>SwiGLU for autograd. Inputs: gate and up, of one shape.</summary>
internal sealed class KernelGate : autograd.SingleTensorFunction<KernelGate>
{
    public override string Name => nameof(KernelGate);

    public override unsafe Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (gate, up) = ((Tensor)vars[0], (Tensor)vars[1]);
        var y = empty_like(gate);
        RowKernels.Gate(gate.numel(), gate.Pointer(), up.Pointer(), y.Pointer());
        ctx.save_for_backward([gate, up]);
        GC.KeepAlive(vars);
        return y;
    }

    public override unsafe List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (gate, up, dy) = (saved[0], saved[1], grad_output.contiguous());
        var (dGate, dUp) = (empty_like(gate), empty_like(up));
        RowKernels.GateGradient(gate.numel(), gate.Pointer(), up.Pointer(), dy.Pointer(), dGate.Pointer(), dUp.Pointer());
        GC.KeepAlive((saved, dy));
        return [dGate, dUp];
    }
}
