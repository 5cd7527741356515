using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama.Kernels;

/// <summary>What low-rank adapters add to a linear map, in fp32, each member on its own rows: s (x A) B, and its gradients.</summary>
internal static unsafe class LowRank
{
    /// <param name="x">[N, in].</param>
    /// <param name="y">[N, out], added to.</param>
    /// <param name="pairs">A [in, r] and B [r, out] of each member.</param>
    /// <param name="saved">Gains, for each member, A, B and s x A.</param>
    public static void Forward(Tensor x, Tensor y, LinearMembers members, ReadOnlySpan<object> pairs, List<Tensor> saved)
    {
        // Full fine-tuning: to ask for shapes costs as much as a small product.
        if (members.Rows.Length == 0)
        {
            return;
        }

        var (width, height) = ((int)x.size(1), (int)y.size(1));
        float* px = x.Pointer(),
            py = y.Pointer();
        for (int k = 0, row = 0; k < members.Rows.Length; row += members.Rows[k++])
        {
            var (down, up) = ((Tensor)pairs[2 * k], (Tensor)pairs[2 * k + 1]);
            var (rows, rank) = (members.Rows[k], (int)down.size(1));
            var inner = Placement.Beside(x, rows, rank); // s x A
            Gemm.Multiply(rows, rank, width, px + (long)row * width, width, 1, down.Pointer(), rank, 1, inner.Pointer(), false);
            inner.mul_(Torch.Number(members.Scale));
            Gemm.Multiply(rows, height, rank, inner.Pointer(), rank, 1, up.Pointer(), height, 1, py + (long)row * height, true);
            saved.AddRange([down, up, inner]);
        }

        GC.KeepAlive((x, y));
    }

    /// <param name="dx">[N, in], added to; null where it is not wanted.</param>
    /// <param name="saved">As <see cref="Forward"/> left it.</param>
    /// <param name="first">Where the members' tensors begin.</param>
    /// <param name="gradients">Gains those of A and B of each member.</param>
    public static void Backward(Tensor x, Tensor dy, Tensor? dx, LinearMembers members, List<Tensor> saved, int first, List<Tensor> gradients)
    {
        if (members.Rows.Length == 0)
        {
            return;
        }

        var (width, height) = ((int)x.size(1), (int)dy.size(1));
        float* px = x.Pointer(),
            pdy = dy.Pointer();
        for (int k = 0, row = 0; k < members.Rows.Length; row += members.Rows[k++])
        {
            var (down, up, inner) = (saved[first + 3 * k], saved[first + 1 + 3 * k], saved[first + 2 + 3 * k]);
            var (rows, rank) = (members.Rows[k], (int)down.size(1));
            float* pxk = px + (long)row * width,
                pdyk = pdy + (long)row * height;
            var dInner = Placement.Beside(x, rows, rank); // s dy Bᵀ
            Gemm.Multiply(rows, rank, height, pdyk, height, 1, up.Pointer(), 1, height, dInner.Pointer(), false);
            dInner.mul_(Torch.Number(members.Scale));
            // As its transpose: columns of x far apart in memory fall on the same cache lines, columns of the narrow dInner do not. The sums are
            // the same.
            var (turned, dUp) = (Placement.Beside(x, rank, width), Placement.Beside(x, rank, height));
            Gemm.Multiply(rank, width, rows, dInner.Pointer(), 1, rank, pxk, width, 1, turned.Pointer(), false);
            var dDown = turned.t().contiguous();
            Gemm.Multiply(rank, height, rows, inner.Pointer(), 1, rank, pdyk, height, 1, dUp.Pointer(), false);
            if (dx is not null)
            {
                Gemm.Multiply(rows, width, rank, dInner.Pointer(), rank, 1, down.Pointer(), 1, rank, dx.Pointer() + (long)row * width, true);
            }

            gradients.AddRange([dDown, dUp]);
        }

        GC.KeepAlive((x, dy, dx, saved));
    }
}
