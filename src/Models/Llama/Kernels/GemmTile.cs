using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Seal.Models.Llama.Kernels;

/// <summary>The inner loop of a small matrix product: a tile of 8 × 32 kept in sixteen 512-bit registers.</summary>
internal static unsafe class GemmTile
{
    public const int Rows = 8;
    public const int Columns = 32;

    /// <summary>C = A B, or C += A B.</summary>
    /// <param name="a">A [8, depth]; element (m, k) is at <c>a[m * aRow + k * aColumn]</c>, so that A may be a transposed view.</param>
    /// <param name="aRow">Stride of m.</param>
    /// <param name="aColumn">Stride of k.</param>
    /// <param name="b">B [depth, 32], rows contiguous.</param>
    /// <param name="bRow">Stride of B's rows.</param>
    /// <param name="depth">Inner dimension.</param>
    /// <param name="c">C [8, 32], rows contiguous.</param>
    /// <param name="cRow">Stride of C's rows.</param>
    /// <param name="accumulate">True to add to what stands in C.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* a, nint aRow, nint aColumn, float* b, nint bRow, int depth, float* c, nint cRow, bool accumulate)
    {
        Vector512<float> c00,
            c01;
        Vector512<float> c10,
            c11;
        Vector512<float> c20,
            c21;
        Vector512<float> c30,
            c31;
        Vector512<float> c40,
            c41;
        Vector512<float> c50,
            c51;
        Vector512<float> c60,
            c61;
        Vector512<float> c70,
            c71;
        if (accumulate)
        {
            c00 = Vector512.Load(c + 0 * cRow);
            c01 = Vector512.Load(c + 0 * cRow + 16);
            c10 = Vector512.Load(c + 1 * cRow);
            c11 = Vector512.Load(c + 1 * cRow + 16);
            c20 = Vector512.Load(c + 2 * cRow);
            c21 = Vector512.Load(c + 2 * cRow + 16);
            c30 = Vector512.Load(c + 3 * cRow);
            c31 = Vector512.Load(c + 3 * cRow + 16);
            c40 = Vector512.Load(c + 4 * cRow);
            c41 = Vector512.Load(c + 4 * cRow + 16);
            c50 = Vector512.Load(c + 5 * cRow);
            c51 = Vector512.Load(c + 5 * cRow + 16);
            c60 = Vector512.Load(c + 6 * cRow);
            c61 = Vector512.Load(c + 6 * cRow + 16);
            c70 = Vector512.Load(c + 7 * cRow);
            c71 = Vector512.Load(c + 7 * cRow + 16);
        }
        else
        {
            c00 = c01 = Vector512<float>.Zero;
            c10 = c11 = Vector512<float>.Zero;
            c20 = c21 = Vector512<float>.Zero;
            c30 = c31 = Vector512<float>.Zero;
            c40 = c41 = Vector512<float>.Zero;
            c50 = c51 = Vector512<float>.Zero;
            c60 = c61 = Vector512<float>.Zero;
            c70 = c71 = Vector512<float>.Zero;
        }

        for (var k = 0; k < depth; k++)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + 16);
            Vector512<float> x;
            x = Vector512.Create(a[0 * aRow]);
            c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a[1 * aRow]);
            c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
            x = Vector512.Create(a[2 * aRow]);
            c20 = Vector512.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(x, b1, c21);
            x = Vector512.Create(a[3 * aRow]);
            c30 = Vector512.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(x, b1, c31);
            x = Vector512.Create(a[4 * aRow]);
            c40 = Vector512.FusedMultiplyAdd(x, b0, c40);
            c41 = Vector512.FusedMultiplyAdd(x, b1, c41);
            x = Vector512.Create(a[5 * aRow]);
            c50 = Vector512.FusedMultiplyAdd(x, b0, c50);
            c51 = Vector512.FusedMultiplyAdd(x, b1, c51);
            x = Vector512.Create(a[6 * aRow]);
            c60 = Vector512.FusedMultiplyAdd(x, b0, c60);
            c61 = Vector512.FusedMultiplyAdd(x, b1, c61);
            x = Vector512.Create(a[7 * aRow]);
            c70 = Vector512.FusedMultiplyAdd(x, b0, c70);
            c71 = Vector512.FusedMultiplyAdd(x, b1, c71);
            a += aColumn;
            b += bRow;
        }

        c00.Store(c + 0 * cRow);
        c01.Store(c + 0 * cRow + 16);
        c10.Store(c + 1 * cRow);
        c11.Store(c + 1 * cRow + 16);
        c20.Store(c + 2 * cRow);
        c21.Store(c + 2 * cRow + 16);
        c30.Store(c + 3 * cRow);
        c31.Store(c + 3 * cRow + 16);
        c40.Store(c + 4 * cRow);
        c41.Store(c + 4 * cRow + 16);
        c50.Store(c + 5 * cRow);
        c51.Store(c + 5 * cRow + 16);
        c60.Store(c + 6 * cRow);
        c61.Store(c + 6 * cRow + 16);
        c70.Store(c + 7 * cRow);
        c71.Store(c + 7 * cRow + 16);
    }
}
