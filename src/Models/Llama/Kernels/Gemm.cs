using System.Runtime.CompilerServices;

namespace Seal.Models.Llama.Kernels;

/// <summary>
/// C = A B in fp32 for 512-bit vectors. Every element is one sum over k in ascending order, whatever the number of rows and of threads: a row's
/// result does not depend on which rows it is computed with.
/// </summary>
internal static unsafe class Gemm
{
    // A panel of B of this depth fits the first-level cache beside the rows of A that pass over it.
    private const int PanelDepth = 256;

    // What a thread takes at a time.
    private const int RowsPerPart = 32 * GemmTile.Rows;
    private const int ColumnsPerPart = 4 * GemmTile.Columns;

    /// <param name="m">Rows of A and C.</param>
    /// <param name="n">Columns of B and C.</param>
    /// <param name="depth">Columns of A, rows of B.</param>
    /// <param name="a">Element (i, k) is at <c>a[i * aRow + k * aColumn]</c>.</param>
    /// <param name="b">Element (k, j) is at <c>b[k * bRow + j * bColumn]</c>.</param>
    /// <param name="c">Element (i, j) is at <c>c[i * n + j]</c>.</param>
    /// <param name="accumulate">True to add to what stands in C.</param>
    public static void Multiply(
        int m,
        int n,
        int depth,
        float* a,
        nint aRow,
        nint aColumn,
        float* b,
        nint bRow,
        nint bColumn,
        float* c,
        bool accumulate
    )
    {
        if (KernelThreads.Count == 1)
        {
            Block(m, n, depth, a, aRow, aColumn, b, bRow, bColumn, c, n, accumulate);
            return;
        }

        var columns = (n + ColumnsPerPart - 1) / ColumnsPerPart;
        var rows = (m + RowsPerPart - 1) / RowsPerPart;
        KernelThreads.Run(
            rows * columns,
            part =>
            {
                var (i, j) = (part % rows * RowsPerPart, part / rows * ColumnsPerPart);
                Block(
                    Math.Min(RowsPerPart, m - i),
                    Math.Min(ColumnsPerPart, n - j),
                    depth,
                    a + i * aRow,
                    aRow,
                    aColumn,
                    b + j * bColumn,
                    bRow,
                    bColumn,
                    c + (long)i * n + j,
                    n,
                    accumulate
                );
            }
        );
    }

    private static void Block(
        int m,
        int n,
        int depth,
        float* a,
        nint aRow,
        nint aColumn,
        float* b,
        nint bRow,
        nint bColumn,
        float* c,
        int cRow,
        bool accumulate
    )
    {
        const int Rows = GemmTile.Rows;
        const int Columns = GemmTile.Columns;
        var whole = m / Rows * Rows;
        var scratch = Scratch.Take((long)PanelDepth * (Columns + Rows) + Rows * Columns);
        float* panel = scratch.Block((long)PanelDepth * Columns),
            rest = scratch.Block((long)PanelDepth * Rows),
            tile = scratch.Block(Rows * Columns);
        for (var k = 0; k < depth; k += PanelDepth)
        {
            var deep = Math.Min(PanelDepth, depth - k);
            var adds = accumulate || k > 0;
            Copy(a + whole * aRow + k * aColumn, aRow, aColumn, m - whole, deep, rest);
            for (var j = 0; j < n; j += Columns)
            {
                var width = Math.Min(Columns, n - j);
                Pack(b + k * bRow + j * bColumn, bRow, bColumn, deep, width, panel);
                for (var i = 0; i < m; i += Rows)
                {
                    var isRest = i == whole;
                    var (from, row, column) = isRest ? ((nint)rest, (nint)1, (nint)Rows) : ((nint)(a + i * aRow + k * aColumn), aRow, aColumn);
                    if (width == Columns && !isRest)
                    {
                        GemmTile.Multiply((float*)from, row, column, panel, Columns, deep, c + (long)i * cRow + j, cRow, adds);
                    }
                    else
                    {
                        var height = Math.Min(Rows, m - i);
                        if (adds)
                        {
                            Copy(c + (long)i * cRow + j, cRow, tile, Columns, height, width);
                        }

                        GemmTile.Multiply((float*)from, row, column, panel, Columns, deep, tile, Columns, adds);
                        Copy(tile, Columns, c + (long)i * cRow + j, cRow, height, width);
                    }
                }
            }
        }
    }

    /// <summary>The rows that do not fill a tile, k by k, with zeros for those that are not there: [depth, 8].</summary>
    private static void Copy(float* a, nint aRow, nint aColumn, int rows, int depth, float* to)
    {
        for (var k = 0; k < depth && rows > 0; k++)
        {
            for (var i = 0; i < GemmTile.Rows; i++)
            {
                to[k * GemmTile.Rows + i] = i < rows ? a[i * aRow + k * aColumn] : 0;
            }
        }
    }

    /// <summary>Columns of B side by side, with zeros for those that are not there: [depth, 32].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack(float* b, nint bRow, nint bColumn, int depth, int width, float* to)
    {
        if (bColumn == 1)
        {
            for (var k = 0; k < depth; k++)
            {
                var row = new Span<float>(to + k * GemmTile.Columns, GemmTile.Columns);
                new ReadOnlySpan<float>(b + k * bRow, width).CopyTo(row);
                row[width..].Clear();
            }

            return;
        }

        if (width < GemmTile.Columns)
        {
            new Span<float>(to, depth * GemmTile.Columns).Clear();
        }

        for (var j = 0; j < width; j++)
        {
            var from = b + j * bColumn;
            var into = to + j;
            for (var k = 0; k < depth; k++, from += bRow, into += GemmTile.Columns)
            {
                *into = *from;
            }
        }
    }

    private static void Copy(float* from, int fromRow, float* to, int toRow, int rows, int width)
    {
        for (var i = 0; i < rows; i++)
        {
            new ReadOnlySpan<float>(from + (long)i * fromRow, width).CopyTo(new Span<float>(to + (long)i * toRow, width));
        }
    }
}
