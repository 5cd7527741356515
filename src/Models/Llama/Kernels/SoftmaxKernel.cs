using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Seal.Models.Llama.Kernels;

/// <summary>Softmax over a vocabulary, for 512-bit vectors.</summary>
internal static unsafe class SoftmaxKernel
{
    private const int Lanes = 16;

    /// <summary>Turns a row of logits into scale · (softmax − one-hot of the target), in place. Returns the cross-entropy.</summary>
    /// <param name="width">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float LossGradient(float* logits, int width, int target, float scale)
    {
        var most = Vector512.Create(float.NegativeInfinity);
        for (var i = 0; i < width; i += Lanes)
        {
            most = Vector512.Max(most, Vector512.Load(logits + i));
        }

        var max = float.NegativeInfinity;
        for (var lane = 0; lane < Lanes; lane++)
        {
            max = MathF.Max(max, most[lane]);
        }

        var chosen = logits[target];
        var shift = Vector512.Create(max);
        var sums = Vector512<float>.Zero;
        for (var i = 0; i < width; i += Lanes)
        {
            var e = VectorExp.Exp(Vector512.Load(logits + i) - shift);
            sums += e;
            e.Store(logits + i);
        }

        var sum = Vector512.Sum(sums);
        var factor = Vector512.Create(scale / sum);
        for (var i = 0; i < width; i += Lanes)
        {
            (Vector512.Load(logits + i) * factor).Store(logits + i);
        }

        logits[target] -= scale;
        return max + MathF.Log(sum) - chosen;
    }
}
