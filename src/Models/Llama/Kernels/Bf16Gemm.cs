using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Seal.Models.Llama.Kernels.Machine;

namespace Seal.Models.Llama.Kernels;

/// <summary>
/// Products of fp32 rows, rounded to bf16, with a bf16 matrix, summed in fp32 (<see cref="Bf16Code"/>). Every element is one chain of sums over
/// ascending k, whatever rows stand beside it and whatever the number of threads: decoding one text, sixteen, and reading a prompt give the same
/// bits.
/// </summary>
internal static unsafe class Bf16Gemm
{
    // Up to so many rows the matrix is read as it lies; beyond, packing it pays.
    private const int FewRows = 48;

    // A panel of the matrix of this depth and 32 columns (32 KB) stays in the first-level cache while a block of rows (480 KB) passes over it; the
    // block stays in the second-level cache for the four panels of a part.
    private const int PanelDepth = 512;
    private const int RowPanelsPerBlock = 40;
    private const int ColumnsPerPart = 4 * Bf16Code.Columns;

    // Enough to hide the cost of handing a part out, few enough to level out unequal threads.
    private const int StreamColumnsPerPart = 32 * Bf16Code.Rows;
    private const int LineColumnsPerPart = 16 * Bf16Code.LineRows;

    /// <summary>y = x Wᵀ. Where the processor lacks the instruction, libtorch is the caller's choice.</summary>
    /// <param name="m">Rows of x.</param>
    /// <param name="n">Rows of W, columns of y.</param>
    /// <param name="depth">Columns of x and W.</param>
    /// <param name="x">[m, depth].</param>
    /// <param name="w">bf16 [n, depth].</param>
    /// <param name="y">[m, n], written.</param>
    public static void Forward(int m, int n, int depth, float* x, ushort* w, float* y)
    {
        if (m <= Bf16Code.MostLines && depth % Bf16Code.DepthStep == 0)
        {
            Lines(m, n, depth, x, w, y);
        }
        else if (m <= FewRows && depth % Bf16Code.DepthStep == 0)
        {
            Stream(m, n, depth, x, w, y);
        }
        else
        {
            Tiles(m, n, depth, x, w, depth, isTransposed: true, y);
        }
    }

    /// <summary>dx = dy W.</summary>
    /// <param name="m">Rows of dy.</param>
    /// <param name="n">Columns of W and dx.</param>
    /// <param name="depth">Rows of W, columns of dy.</param>
    /// <param name="dy">[m, depth].</param>
    /// <param name="w">bf16 [depth, n].</param>
    /// <param name="dx">[m, n], written.</param>
    public static void InputGradient(int m, int n, int depth, float* dy, ushort* w, float* dx) =>
        Tiles(m, n, depth, dy, w, n, isTransposed: false, dx);

    private static void Tiles(int m, int n, int depth, float* x, ushort* w, nint stride, bool isTransposed, float* y)
    {
        const int Rows = Bf16Code.Rows,
            Columns = Bf16Code.Columns;
        var pairs = (depth + Bf16Code.DepthStep - 1) / Bf16Code.DepthStep * Bf16Code.DepthStep / 2;
        var panels = (m + Rows - 1) / Rows;
        var packed = (uint*)Scratch.TakeShared((long)panels * Rows * pairs).Block((long)panels * Rows * pairs);
        const int PanelsPerPart = 4;
        KernelThreads.Run(
            (panels + PanelsPerPart - 1) / PanelsPerPart,
            part =>
            {
                var rounded = (uint*)Scratch.Take(Rows * pairs).Block(Rows * pairs);
                for (var p = part * PanelsPerPart; p < Math.Min(panels, (part + 1) * PanelsPerPart); p++)
                {
                    var rows = Math.Min(Rows, m - p * Rows);
                    Bf16Pack.Rows(x + (long)p * Rows * depth, rows, Rows, depth, pairs, rounded, packed + (long)p * Rows * pairs);
                }
            }
        );
        KernelThreads.Run(
            (n + ColumnsPerPart - 1) / ColumnsPerPart,
            part =>
            {
                const int PanelSize = PanelDepth / 2 * Columns;
                var scratch = Scratch.Take(ColumnsPerPart / Columns * PanelSize + Rows * Columns);
                var matrix = (uint*)scratch.Block(ColumnsPerPart / Columns * PanelSize);
                var edge = scratch.Block(Rows * Columns);
                var (first, end) = (part * ColumnsPerPart, Math.Min(n, (part + 1) * ColumnsPerPart));
                for (var k = 0; k < pairs; k += PanelDepth / 2)
                {
                    var (deep, there) = (Math.Min(PanelDepth / 2, pairs - k), Math.Min(PanelDepth, depth - 2 * k));
                    for (var j = first; j < end; j += Columns)
                    {
                        var panel = matrix + (j - first) / Columns * PanelSize;
                        if (isTransposed)
                        {
                            Bf16Pack.Transposed(w + j * stride + 2 * k, stride, Math.Min(Columns, end - j), there, deep, panel);
                        }
                        else
                        {
                            Bf16Pack.Straight(w + 2 * k * stride + j, stride, Math.Min(Columns, end - j), there, deep, panel);
                        }
                    }

                    for (var block = 0; block < panels; block += RowPanelsPerBlock)
                    {
                        for (var j = first; j < end; j += Columns)
                        {
                            var b = (ushort*)(matrix + (j - first) / Columns * PanelSize);
                            var width = Math.Min(Columns, end - j);
                            for (var p = block; p < Math.Min(panels, block + RowPanelsPerBlock); p++)
                            {
                                var rows = Math.Min(Rows, m - p * Rows);
                                var a = (ushort*)(packed + ((long)p * pairs + k) * Rows);
                                var c = y + (long)p * Rows * n + j;
                                if (rows == Rows && width == Columns)
                                {
                                    Bf16Code.Tile(c, (nint)n * sizeof(float), a, b, deep / 4, k);
                                }
                                else
                                {
                                    Copy(c, n, edge, Columns, k > 0 ? rows : 0, width);
                                    Bf16Code.Tile(edge, Columns * sizeof(float), a, b, deep / 4, k);
                                    Copy(edge, Columns, c, n, rows, width);
                                }
                            }
                        }
                    }
                }
            }
        );
    }

    private static void Lines(int m, int n, int depth, float* x, ushort* w, float* y)
    {
        const int Rows = Bf16Code.LineRows,
            Step = Bf16Code.DepthStep;
        var packed = (ushort*)Scratch.TakeShared((long)m * depth / 2).Block((long)m * depth / 2);
        for (var i = 0; i < m; i++)
        {
            for (var k = 0; k < depth; k += Step)
            {
                Bf16Pack.Round(x + (long)i * depth + k, Step, packed + (long)k * m + i * Step);
            }
        }

        var code = Bf16Code.Line(m);
        KernelThreads.Run(
            (n + LineColumnsPerPart - 1) / LineColumnsPerPart,
            part =>
            {
                var scratch = Scratch.Take(m * Rows + (long)Rows * depth / 2);
                float* tile = scratch.Block(m * Rows),
                    rest = scratch.Block((long)Rows * depth / 2);
                for (var j = part * LineColumnsPerPart; j < Math.Min(n, (part + 1) * LineColumnsPerPart); j += Rows)
                {
                    var height = Math.Min(Rows, n - j);
                    code(
                        tile,
                        (nint)depth * sizeof(ushort),
                        Whole(w + (long)j * depth, height, Rows, depth, rest),
                        packed,
                        depth / Step,
                        (nint)Rows * depth * sizeof(ushort)
                    );
                    Copy(tile, Rows, y + j, n, m, height);
                }
            }
        );
    }

    /// <summary>Rows as the loops read them; those behind the matrix are not ours to read.</summary>
    private static ushort* Whole(ushort* from, int height, int rows, int depth, float* rest)
    {
        if (height == rows)
        {
            return from;
        }

        new ReadOnlySpan<ushort>(from, height * depth).CopyTo(new Span<ushort>(rest, rows * depth));
        return (ushort*)rest;
    }

    private static void Stream(int m, int n, int depth, float* x, ushort* w, float* y)
    {
        const int Rows = Bf16Code.Rows,
            Lanes = Bf16Code.Lanes;
        var groups = (m + Lanes - 1) / Lanes;
        var pairs = depth / 2;
        var shared = Scratch.TakeShared((long)(groups + 1) * Lanes * pairs);
        uint* packed = (uint*)shared.Block((long)groups * Lanes * pairs),
            rounded = (uint*)shared.Block((long)Lanes * pairs);
        for (var g = 0; g < groups; g++)
        {
            Bf16Pack.Rows(
                x + (long)g * Lanes * depth,
                Math.Min(Lanes, m - g * Lanes),
                Lanes,
                depth,
                pairs,
                rounded,
                packed + (long)g * Lanes * pairs
            );
        }

        KernelThreads.Run(
            (n + StreamColumnsPerPart - 1) / StreamColumnsPerPart,
            part =>
            {
                var scratch = Scratch.Take(Rows * Lanes + (long)Rows * pairs);
                float* tile = scratch.Block(Rows * Lanes),
                    rest = scratch.Block((long)Rows * pairs);
                for (var j = part * StreamColumnsPerPart; j < Math.Min(n, (part + 1) * StreamColumnsPerPart); j += Rows)
                {
                    var height = Math.Min(Rows, n - j);
                    var from = Whole(w + (long)j * depth, height, Rows, depth, rest);
                    for (var g = 0; g < groups; g++)
                    {
                        Bf16Code.Stream(
                            tile,
                            (nint)depth * sizeof(ushort),
                            from,
                            (ushort*)(packed + (long)g * Lanes * pairs),
                            depth / Bf16Code.DepthStep,
                            (nint)Rows * depth * sizeof(ushort)
                        );
                        for (var r = 0; r < Math.Min(Lanes, m - g * Lanes); r++)
                        {
                            var to = y + (long)(g * Lanes + r) * n + j;
                            for (var i = 0; i < height; i++)
                            {
                                to[i] = tile[i * Lanes + r];
                            }
                        }
                    }
                }
            }
        );
    }

    private static void Copy(float* from, int fromRow, float* to, int toRow, int rows, int width)
    {
        for (var i = 0; i < rows; i++)
        {
            new ReadOnlySpan<float>(from + (long)i * fromRow, width).CopyTo(new Span<float>(to + (long)i * toRow, width));
        }
    }
}
