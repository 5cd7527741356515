using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Seal.Models.Llama.Kernels;

/// <summary>The decoder's maps between matrix products, each in one pass over memory, forward and backward, for 512-bit vectors.</summary>
internal static unsafe class RowKernels
{
    private const int Lanes = 16;

    /// <summary>RMSNorm: y = x r w with r = 1 / √(mean(x²) + ε). A row whose squares overflow becomes NaN, not zeros that nobody would
    /// notice.</summary>
    /// <param name="width">d, a multiple of 16.</param>
    /// <param name="scales">r of each row, written. [rows]</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Norm(int rows, int width, float* x, float* w, float epsilon, float* y, float* scales)
    {
        for (var n = 0; n < rows; n++, x += width, y += width)
        {
            var squares = Vector512<float>.Zero;
            for (var i = 0; i < width; i += Lanes)
            {
                var v = Vector512.Load(x + i);
                squares = Vector512.FusedMultiplyAdd(v, v, squares);
            }

            var mean = Vector512.Sum(squares) / width;
            scales[n] = float.IsFinite(mean) ? 1 / MathF.Sqrt(mean + epsilon) : float.NaN;
            var scale = Vector512.Create(scales[n]);
            for (var i = 0; i < width; i += Lanes)
            {
                (Vector512.Load(x + i) * scale * Vector512.Load(w + i)).Store(y + i);
            }
        }
    }

    /// <summary>dx = r (dy w) − x r³ mean(dy w x); dw = Σ dy x r.</summary>
    /// <param name="dx">[rows, width], written.</param>
    /// <param name="dw">[width], added to; null where it is not wanted.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NormGradient(int rows, int width, float* x, float* w, float* scales, float* dy, float* dx, float* dw)
    {
        for (var n = 0; n < rows; n++, x += width, dy += width, dx += width)
        {
            var sum = Vector512<float>.Zero;
            for (var i = 0; i < width; i += Lanes)
            {
                sum = Vector512.FusedMultiplyAdd(Vector512.Load(dy + i) * Vector512.Load(w + i), Vector512.Load(x + i), sum);
            }

            var r = scales[n];
            var scale = Vector512.Create(r);
            var pull = Vector512.Create(-r * r * r * Vector512.Sum(sum) / width);
            for (var i = 0; i < width; i += Lanes)
            {
                var (v, g) = (Vector512.Load(x + i), Vector512.Load(dy + i));
                Vector512.FusedMultiplyAdd(v, pull, g * Vector512.Load(w + i) * scale).Store(dx + i);
                if (dw is not null)
                {
                    Vector512.FusedMultiplyAdd(g * v, scale, Vector512.Load(dw + i)).Store(dw + i);
                }
            }
        }
    }

    /// <summary>Rotary positions: (x₁, x₂) → (x₁ cos − x₂ sin, x₂ cos + x₁ sin) of the halves of each head.</summary>
    /// <param name="half">Half a head's width, a multiple of 16.</param>
    /// <param name="cosines">[rows, 2 · half], both halves alike.</param>
    /// <param name="sines">[rows, 2 · half], the first half negative.</param>
    /// <param name="back">True for the inverse, which is the gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rotate(int rows, int heads, int half, float* x, float* cosines, float* sines, bool back, float* y)
    {
        for (var n = 0; n < rows; n++, cosines += 2 * half, sines += 2 * half)
        {
            for (var h = 0; h < heads; h++, x += 2 * half, y += 2 * half)
            {
                for (var i = 0; i < half; i += Lanes)
                {
                    var (first, second) = (Vector512.Load(x + i), Vector512.Load(x + half + i));
                    var cosine = Vector512.Load(cosines + i);
                    var sine = back ? Vector512.Load(sines + i) : Vector512.Load(sines + half + i);
                    (first * cosine - second * sine).Store(y + i);
                    (second * cosine + first * sine).Store(y + half + i);
                }
            }
        }
    }

    /// <summary>SwiGLU: y = u g / (1 + e^−g).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gate(long count, float* g, float* u, float* y)
    {
        for (var i = 0L; i < count; i += Lanes)
        {
            var gate = Vector512.Load(g + i);
            (gate * Sigmoid(gate) * Vector512.Load(u + i)).Store(y + i);
        }
    }

    /// <summary>dg = dy u σ (1 + g (1 − σ)); du = dy g σ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GateGradient(long count, float* g, float* u, float* dy, float* dg, float* du)
    {
        for (var i = 0L; i < count; i += Lanes)
        {
            var (gate, up, gradient) = (Vector512.Load(g + i), Vector512.Load(u + i), Vector512.Load(dy + i));
            var sigmoid = Sigmoid(gate);
            (gradient * gate * sigmoid).Store(du + i);
            (gradient * up * sigmoid * Vector512.FusedMultiplyAdd(gate, Vector512<float>.One - sigmoid, Vector512<float>.One)).Store(dg + i);
        }
    }

    // By e^−|x|, which cannot overflow.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sigmoid(Vector512<float> x)
    {
        var e = VectorExp.Exp(-Vector512.Abs(x));
        var inverse = Vector512<float>.One / (Vector512<float>.One + e);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, Vector512<float>.Zero), inverse, e * inverse);
    }
}
