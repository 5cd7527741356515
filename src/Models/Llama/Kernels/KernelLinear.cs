using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
        var (n, width, height) = ((int)x.shape[0], (int)x.shape[1], (int)w.shape[0]);
        var saved = new List<Tensor> { x, w };
        var y = empty(n, height);
        float* px = Pointer(x), pw = Pointer(w), py = Pointer(y);
        Gemm.Multiply(n, height, width, px, width, 1, pw, 1, width, py, false);
        for (int k = 0, row = 0; k < members.Rows.Length; row += members.Rows[k++])
        {
            var (down, up) = ((Tensor)vars[3 + 2 * k], (Tensor)vars[4 + 2 * k]);
            var (rows, rank) = (members.Rows[k], (int)down.shape[1]);
            var inner = empty(rows, rank); // s x A
            Gemm.Multiply(rows, rank, width, px + (long)row * width, width, 1, Pointer(down), rank, 1, Pointer(inner), false);
            inner.mul_(members.Scale);
            Gemm.Multiply(rows, height, rank, Pointer(inner), rank, 1, Pointer(up), height, 1, py + (long)row * height, true);
            saved.AddRange([down, up, inner]);
        }

        ctx.save_for_backward(saved);
        ctx.save_data(nameof(members), members);
        ctx.save_data("wanted", (X: x.requires_grad, W: w.requires_grad));
        return y;
    }

    public override unsafe List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var members = (LinearMembers)ctx.get_data("members");
        var wanted = ((bool X, bool W))ctx.get_data("wanted");
        var (x, w) = (saved[0], saved[1]);
        var (n, width, height) = ((int)x.shape[0], (int)x.shape[1], (int)w.shape[0]);
        var dy = grad_output.contiguous();
        var dx = wanted.X ? empty_like(x) : null;
        var dw = wanted.W ? empty_like(w) : null;
        float* px = Pointer(x), pdy = Pointer(dy);
        if (dx is not null)
        {
            Gemm.Multiply(n, width, height, pdy, height, 1, Pointer(w), width, 1, Pointer(dx), false);
        }

        if (dw is not null)
        {
            Gemm.Multiply(height, width, n, pdy, 1, height, px, width, 1, Pointer(dw), false);
        }

        var gradients = new List<Tensor> { dx!, dw!, null! };
        for (int k = 0, row = 0; k < members.Rows.Length; row += members.Rows[k++])
        {
            var (down, up, inner) = (saved[2 + 3 * k], saved[3 + 3 * k], saved[4 + 3 * k]);
            var (rows, rank) = (members.Rows[k], (int)down.shape[1]);
            float* pxk = px + (long)row * width, pdyk = pdy + (long)row * height;
            var dInner = empty_like(inner); // s dy Bᵀ
            Gemm.Multiply(rows, rank, height, pdyk, height, 1, Pointer(up), 1, height, Pointer(dInner), false);
            dInner.mul_(members.Scale);
            var (dDown, dUp) = (empty_like(down), empty_like(up));
            Gemm.Multiply(width, rank, rows, pxk, 1, width, Pointer(dInner), rank, 1, Pointer(dDown), false);
            Gemm.Multiply(rank, height, rows, Pointer(inner), 1, rank, pdyk, height, 1, Pointer(dUp), false);
            if (dx is not null)
            {
                Gemm.Multiply(rows, width, rank, Pointer(dInner), rank, 1, Pointer(down), 1, rank, Pointer(dx) + (long)row * width, true);
            }

            gradients.AddRange([dDown, dUp]);
        }

        return gradients;
    }

    // libtorch's memory does not move; the tensors outlive the calls that use their pointers.
    private static unsafe float* Pointer(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}

/// <summary>The adapters of one linear map.</summary>
/// <param name="Rows">Rows of each member, which lie one after another.</param>
/// <param name="Scale">α / r.</param>
internal sealed record LinearMembers(int[] Rows, double Scale)
{
    public static LinearMembers None { get; } = new([], 0);
}
