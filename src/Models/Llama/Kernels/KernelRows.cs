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
        var (y, scales) = (Placement.Beside(x, x.shape), Placement.Beside(x, x.size(0)));
        var width = (int)x.size(1);
        float* px = x.Pointer(),
            pw = w.Pointer(),
            py = y.Pointer(),
            ps = scales.Pointer();
        RowParts.Run(
            (int)x.size(0),
            (first, rows) => RowKernels.Norm(rows, width, px + (long)first * width, pw, (float)epsilon, py + (long)first * width, ps + first)
        );
        ctx.save_for_backward([x, w, scales]);
        ctx.save_data("wanted", w.requires_grad);
        GC.KeepAlive(vars);
        return y;
    }

    public override unsafe List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (x, w, scales, dy) = (saved[0], saved[1], saved[2], grad_output.contiguous());
        var (dx, dw) = (Placement.Beside(x, x.shape), (bool)ctx.get_data("wanted") ? zeros_like(w) : null);
        var width = (int)x.size(1);
        float* px = x.Pointer(),
            pw = w.Pointer(),
            ps = scales.Pointer(),
            pdy = dy.Pointer(),
            pdx = dx.Pointer(),
            pdw = dw is null ? null : dw.Pointer();
        void Part(int first, int rows)
        {
            var at = (long)first * width;
            RowKernels.NormGradient(rows, width, px + at, pw, ps + first, pdy + at, pdx + at, pdw);
        }

        if (dw is null)
        {
            RowParts.Run((int)x.size(0), Part);
        }
        else
        {
            Part(0, (int)x.size(0)); // one sum over all rows, in their order
        }

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
        var y = Placement.Beside(x, x.shape);
        var (heads, dim) = ((int)x.size(1), (int)x.size(2));
        float* px = x.Pointer(),
            pc = cosines.Pointer(),
            ps = sines.Pointer(),
            py = y.Pointer();
        RowParts.Run(
            (int)x.size(0),
            (first, rows) =>
            {
                var at = (long)first * heads * dim;
                RowKernels.Rotate(rows, heads, dim / 2, px + at, pc + (long)first * dim, ps + (long)first * dim, back, py + at);
            }
        );
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
        var y = Placement.Beside(gate, gate.shape);
        var width = gate.size(1);
        float* g = gate.Pointer(),
            u = up.Pointer(),
            to = y.Pointer();
        RowParts.Run((int)gate.size(0), (first, rows) => RowKernels.Gate(rows * width, g + first * width, u + first * width, to + first * width));
        ctx.save_for_backward([gate, up]);
        GC.KeepAlive(vars);
        return y;
    }

    public override unsafe List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (gate, up, dy) = (saved[0], saved[1], grad_output.contiguous());
        var (dGate, dUp) = (Placement.Beside(gate, gate.shape), Placement.Beside(up, up.shape));
        var width = gate.size(1);
        float* g = gate.Pointer(),
            u = up.Pointer(),
            d = dy.Pointer(),
            dg = dGate.Pointer(),
            du = dUp.Pointer();
        RowParts.Run(
            (int)gate.size(0),
            (first, rows) =>
            {
                var at = first * width;
                RowKernels.GateGradient(rows * width, g + at, u + at, d + at, dg + at, du + at);
            }
        );
        GC.KeepAlive((saved, dy));
        return [dGate, dUp];
    }
}

/// <summary>Rows in parts of a fixed number, for maps that know only their own row.</summary>
internal static class RowParts
{
    private const int RowsPerPart = 32;

    /// <param name="part">Gets the first row and how many.</param>
    public static void Run(int rows, Action<int, int> part)
    {
        if (KernelThreads.Count == 1)
        {
            part(0, rows);
            return;
        }

        KernelThreads.Run((rows + RowsPerPart - 1) / RowsPerPart, p => part(p * RowsPerPart, Math.Min(RowsPerPart, rows - p * RowsPerPart)));
    }
}
