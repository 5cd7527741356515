using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Seal.Models.Llama.Kernels.Machine;

namespace Seal.Models.Llama.Kernels;

/// <summary>Lays operands out as <see cref="Bf16Code"/> reads them: pairs of neighbours in k, side by side for all rows or columns of a
/// panel.</summary>
internal static unsafe class Bf16Pack
{
    /// <summary>fp32 rows, rounded, as pairs: [pairs, panel rows].</summary>
    /// <param name="rows">Rows that are there; zeros stand for the others.</param>
    /// <param name="panel">Rows of the panel: 12 or 16.</param>
    /// <param name="rounded">Working memory, [panel, pairs].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows(float* x, int rows, int panel, int depth, int pairs, uint* rounded, uint* to)
    {
        for (var i = 0; i < panel; i++)
        {
            var row = rounded + (long)i * pairs;
            if (i < rows)
            {
                Round(x + (long)i * depth, depth, (ushort*)row);
                new Span<ushort>((ushort*)row + depth, 2 * pairs - depth).Clear();
            }
            else
            {
                new Span<uint>(row, pairs).Clear();
            }
        }

        var k = 0;
        uint* block = stackalloc uint[256];
        for (; k < pairs; k += 16)
        {
            Transpose(rounded + k, pairs, panel, block);
            for (var q = 0; q < 16; q++)
            {
                var into = to + (long)(k + q) * panel;
                if (panel == 16)
                {
                    Vector512.Load(block + 16 * q).Store(into);
                }
                else
                {
                    Vector256.Load(block + 16 * q).Store(into);
                    Vector128.Load(block + 16 * q + 8).Store(into + 8);
                }
            }
        }
    }

    /// <summary>Rows of W as columns of a panel: [pairs, 32].</summary>
    /// <param name="width">Rows of W that are there.</param>
    /// <param name="depth">Elements of each that are there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transposed(ushort* w, nint stride, int width, int depth, int pairs, uint* to)
    {
        const int Columns = Bf16Code.Columns;
        if (width == Columns && depth == 2 * pairs && stride % 2 == 0)
        {
            for (var half = 0; half < Columns; half += 16)
            {
                for (var k = 0; k < pairs; k += 16)
                {
                    Transpose((uint*)(w + half * stride) + k, stride / 2, 16, to + (long)k * Columns + half, Columns);
                }
            }

            return;
        }

        new Span<uint>(to, pairs * Columns).Clear();
        for (var j = 0; j < width; j++)
        {
            var row = w + j * stride;
            for (var k = 0; k < depth; k++)
            {
                ((ushort*)to)[2 * (k / 2 * Columns + j) + k % 2] = row[k];
            }
        }
    }

    /// <summary>Columns of W as columns of a panel: [pairs, 32].</summary>
    /// <param name="width">Columns of W that are there.</param>
    /// <param name="depth">Rows of W that are there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Straight(ushort* w, nint stride, int width, int depth, int pairs, uint* to)
    {
        const int Columns = Bf16Code.Columns;
        if (width == Columns && depth == 2 * pairs)
        {
            // Even elements of the low lanes come first in a pair.
            for (var k = 0; k < pairs; k++, to += Columns, w += 2 * stride)
            {
                var (even, odd) = (Vector512.Load(w), Vector512.Load(w + stride));
                var (evenLow, evenHigh) = Vector512.Widen(even);
                var (oddLow, oddHigh) = Vector512.Widen(odd);
                (evenLow | (oddLow << 16)).Store(to);
                (evenHigh | (oddHigh << 16)).Store(to + 16);
            }

            return;
        }

        new Span<uint>(to, pairs * Columns).Clear();
        for (var k = 0; k < depth; k++)
        {
            for (var j = 0; j < width; j++)
            {
                ((ushort*)to)[2 * (k / 2 * Columns + j) + k % 2] = w[k * stride + j];
            }
        }
    }

    /// <summary>fp32 to bf16, to the nearest, ties to even; what is no number stays none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(float* from, long count, ushort* to)
    {
        var i = 0L;
        for (; i + 32 <= count; i += 32)
        {
            Vector512.Narrow(Round(Vector512.Load(from + i)), Round(Vector512.Load(from + i + 16))).Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] = Round(from[i]);
        }
    }

    /// <inheritdoc cref="Round(float*, long, ushort*)"/>
    public static void Round(ReadOnlySpan<float> from, Span<ushort> to)
    {
        fixed (float* source = from)
        fixed (ushort* target = to)
        {
            Round(source, from.Length, target);
        }
    }

    public static ushort Round(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Round(Vector512<float> x)
    {
        var bits = x.AsUInt32();
        var high = bits >> 16;
        var rounded = (bits + Vector512.Create(0x7FFFu) + (high & Vector512<uint>.One)) >> 16;
        return Vector512.ConditionalSelect(Vector512.Equals(x, x).AsUInt32(), rounded, high | Vector512.Create(0x40u));
    }

    /// <summary>A block of 16 × 16 words, rows to columns. Rows beyond those there are read as the last one.</summary>
    private static void Transpose(uint* from, nint stride, int rows, uint* to) => Transpose(from, stride, rows, to, 16);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(uint* from, nint stride, int rows, uint* to, nint toStride)
    {
        // Four rows of each quarter are turned within 128-bit lanes, then lanes are gathered.
        for (var quarter = 0; quarter < 4; quarter++)
        {
            var r = 4 * quarter;
            if (r >= rows)
            {
                break;
            }

            var row = from + r * stride;
            Vector512<uint> a = Vector512.Load(row),
                b = Vector512.Load(row + stride),
                c = Vector512.Load(row + 2 * stride),
                d = Vector512.Load(row + 3 * stride);
            Vector512<uint> abLow = Avx512F.UnpackLow(a, b),
                abHigh = Avx512F.UnpackHigh(a, b),
                cdLow = Avx512F.UnpackLow(c, d),
                cdHigh = Avx512F.UnpackHigh(c, d);
            var c0 = Avx512F.UnpackLow(abLow.AsUInt64(), cdLow.AsUInt64()).AsUInt32(); // columns 0, 4, 8, 12 of four rows
            var c1 = Avx512F.UnpackHigh(abLow.AsUInt64(), cdLow.AsUInt64()).AsUInt32();
            var c2 = Avx512F.UnpackLow(abHigh.AsUInt64(), cdHigh.AsUInt64()).AsUInt32();
            var c3 = Avx512F.UnpackHigh(abHigh.AsUInt64(), cdHigh.AsUInt64()).AsUInt32();
            Lanes(c0, to + 0 * toStride + r, toStride);
            Lanes(c1, to + 1 * toStride + r, toStride);
            Lanes(c2, to + 2 * toStride + r, toStride);
            Lanes(c3, to + 3 * toStride + r, toStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lanes(Vector512<uint> columns, uint* to, nint stride)
    {
        columns.GetLower().GetLower().Store(to);
        columns.GetLower().GetUpper().Store(to + 4 * stride);
        columns.GetUpper().GetLower().Store(to + 8 * stride);
        columns.GetUpper().GetUpper().Store(to + 12 * stride);
    }
}
