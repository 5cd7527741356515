using CsCheck;
using Seal.Core.Randomness;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using Seal.Models.Llama.Kernels.Machine;

namespace Seal.Models.Tests.Llama.Kernels;

public sealed class Bf16GemmTests : IDisposable
{
    private const string Why = "this processor has no AVX-512 BF16, so libtorch multiplies bf16 matrices";

    private static readonly Gen<int> Size = Gen.OneOf(Gen.Int[1, 60], Gen.Const(32), Gen.Const(128), Gen.Int[510, 530]);

    // Threads are the calling thread's own affair.
    public void Dispose() => KernelThreads.Count = 1;

    [SkippableFact]
    public void Products_OfAnyShape_AreThoseOfRoundedOperands()
    {
        Skip.IfNot(Bf16Code.IsThere, Why);
        Gen.Select(Size, Size, Size, Gen.Int[1, 3], Gen.ULong)
            .Sample(
                (rows, outputs, inputs, threads, seed) =>
                {
                    KernelThreads.Count = threads;
                    var (x, dy, w) = (Values(seed, rows * inputs), Values(seed + 1, rows * outputs), Rounded(Values(seed + 2, outputs * inputs)));

                    AssertProducts(x, w, Forward(rows, outputs, inputs, x, w), rows, outputs, inputs, (i, j, k) => (i * inputs + k, j * inputs + k));
                    AssertProducts(
                        dy,
                        w,
                        InputGradient(rows, inputs, outputs, dy, w),
                        rows,
                        inputs,
                        outputs,
                        (i, j, k) => (i * outputs + k, k * inputs + j)
                    );
                },
                iter: 40
            );
    }

    [SkippableFact]
    public void Forward_BesideAnyNumberOfRowsOnAnyNumberOfThreads_GivesARowEqualBits()
    {
        Skip.IfNot(Bf16Code.IsThere, Why);
        const int Rows = 70,
            Outputs = 300,
            Inputs = 1056;
        var (x, w) = (Values(1, Rows * Inputs), Rounded(Values(2, Outputs * Inputs)));
        var together = Forward(Rows, Outputs, Inputs, x, w);

        foreach (
            var (first, count, threads) in new[]
            {
                (0, 1, 1),
                (69, 1, 2),
                (7, 2, 1),
                (30, 3, 2),
                (31, 4, 1),
                (3, 16, 1),
                (20, 17, 2),
                (5, 48, 2),
                (0, 70, 3),
            }
        )
        {
            KernelThreads.Count = threads;
            var alone = Forward(count, Outputs, Inputs, x[(first * Inputs)..], w);
            Assert.Equal(together[(first * Outputs)..((first + count) * Outputs)], alone);
        }
    }

    [Fact]
    public void Round_OfAnyNumber_IsTheNearestWithTiesToEven()
    {
        Gen.Float.Array[1, 70]
            .Sample(values =>
            {
                var rounded = Rounded(values);
                for (var i = 0; i < values.Length; i++)
                {
                    Assert.Equal(Nearest(values[i]), rounded[i]);
                }
            });
    }

    /// <summary>By libtorch's own definition of bf16: of the two neighbours the nearer one, the even one of a tie.</summary>
    private static ushort Nearest(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
        {
            return (ushort)((bits >> 16) | 0x40);
        }

        var (below, rest) = (bits >> 16, bits & 0xFFFF);
        return (ushort)(rest > 0x8000 || (rest == 0x8000 && below % 2 == 1) ? below + 1 : below);
    }

    private static void AssertProducts(
        float[] left,
        ushort[] right,
        float[] product,
        int m,
        int n,
        int depth,
        Func<int, int, int, (int Left, int Right)> at
    )
    {
        for (var i = 0; i < m; i += Math.Max(1, m / 7))
        {
            for (var j = 0; j < n; j += Math.Max(1, n / 13))
            {
                double sum = 0,
                    size = 0;
                for (var k = 0; k < depth; k++)
                {
                    var (l, r) = at(i, j, k);
                    var term = (double)Single(Bf16Pack.Round(left[l])) * Single(right[r]);
                    sum += term;
                    size += Math.Abs(term);
                }

                Assert.True(
                    Math.Abs(product[i * n + j] - sum) <= 1e-6 * (size + 1e-3),
                    $"[{i}, {j}] of {m} × {n} over {depth}: {product[i * n + j]}, expected {sum}"
                );
            }
        }
    }

    private static unsafe float[] Forward(int m, int n, int depth, float[] x, ushort[] w)
    {
        var y = new float[m * n];
        fixed (
            float* px = x,
                py = y
        )
        fixed (ushort* pw = w)
        {
            Bf16Gemm.Forward(m, n, depth, px, pw, py);
        }

        return y;
    }

    private static unsafe float[] InputGradient(int m, int n, int depth, float[] dy, ushort[] w)
    {
        var dx = new float[m * n];
        fixed (
            float* py = dy,
                px = dx
        )
        fixed (ushort* pw = w)
        {
            Bf16Gemm.InputGradient(m, n, depth, py, pw, px);
        }

        return dx;
    }

    private static float[] Values(ulong seed, int count)
    {
        var random = new CounterRandom(new Seed(seed));
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
    }

    private static ushort[] Rounded(float[] values)
    {
        var rounded = new ushort[values.Length];
        Bf16Pack.Round(values, rounded);
        return rounded;
    }

    private static float Single(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);
}
