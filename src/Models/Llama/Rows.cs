using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama;

/// <summary>The decoder's maps between matrix products, by our kernels where they fit and by libtorch elsewhere.</summary>
internal static class Rows
{
    private const int Lanes = 16;

    /// <summary>RMSNorm (Zhang &amp; Sennrich 2019): x / √(mean(x²) + ε) · w. [N, d]</summary>
    public static Tensor Norm(Tensor x, Tensor weight, double epsilon) =>
        x.FitsKernels() && x.size(1) % Lanes == 0 ? KernelNorm.apply(x.contiguous(), weight, epsilon) : x * MeanSquares(x, epsilon).rsqrt_() * weight;

    /// <summary>
    /// <see cref="Norm"/> of the residual stream behind the last layer. [N, d] A row whose squares overflow becomes NaN, which every reader of
    /// logits and losses refuses. By the equation alone it would become zeros: the same logits for every question. What overflowed in any layer is
    /// still in this sum, so the last norm is enough; our kernels do it in every norm, at no cost.
    /// </summary>
    public static Tensor FinalNorm(Tensor x, Tensor weight, double epsilon)
    {
        if (x.FitsKernels() && x.size(1) % Lanes == 0)
        {
            return KernelNorm.apply(x.contiguous(), weight, epsilon);
        }

        var squares = MeanSquares(x, epsilon);
        return x * squares.masked_fill_(squares.isinf(), Torch.Number(double.NaN)).rsqrt_() * weight;
    }

    /// <summary>
    /// <see cref="Norm"/> of each head by itself, with one weight for all heads. [N, heads, head_dim] and [head_dim] Guarded as
    /// <see cref="FinalNorm"/> is: a head that became zeros attends to all alike, and nothing in the residual stream would show it.
    /// </summary>
    public static Tensor HeadNorm(Tensor x, Tensor weight, double epsilon) => FinalNorm(x.view(-1, x.size(2)), weight, epsilon).view(x.shape);

    /// <summary>(x₁, x₂) → (x₁ cos − x₂ sin, x₂ cos + x₁ sin) with x₁, x₂ the halves of a head (Su et al. 2021). [N, heads, head_dim]</summary>
    public static Tensor Rotate(Tensor x, TokenBatch batch) =>
        x.FitsKernels() && x.size(2) % (2 * Lanes) == 0
            ? KernelRotation.apply(x.contiguous(), batch.Cosines, batch.Sines)
            : (x * batch.Cosines).Plus(x.roll(x.size(2) / 2, 2) * batch.Sines);

    /// <summary>SwiGLU (Shazeer 2020): silu(gate) · up.</summary>
    public static Tensor Gate(Tensor gate, Tensor up) =>
        gate.FitsKernels() && gate.size(1) % Lanes == 0 ? KernelGate.apply(gate.contiguous(), up.contiguous()) : nn.functional.silu(gate) * up;

    private static Tensor MeanSquares(Tensor x, double epsilon) => (x * x).mean([-1], keepdim: true).PlusInPlace(epsilon);
}
