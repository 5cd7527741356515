using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Seal.Models.Llama.Kernels;

/// <summary>Keys and values that new tokens of several texts look at, of one layer. Keys lie transposed, so that a tile of scores reads them as
/// they are.</summary>
/// <param name="Texts">R.</param>
/// <param name="Width">New tokens of each text.</param>
/// <param name="KeyValueHeads">Key-value heads.</param>
/// <param name="Group">Query heads of each.</param>
/// <param name="Dim">Width of a head, a multiple of 32.</param>
/// <param name="Prefix">Columns that all texts share.</param>
/// <param name="PrefixStride">Columns that their rows have room for, a multiple of 32.</param>
/// <param name="Columns">Columns of each text's own, the new ones included.</param>
/// <param name="Stride">Columns that their rows have room for, a multiple of 32.</param>
internal readonly record struct DecodingShape(
    int Texts,
    int Width,
    int KeyValueHeads,
    int Group,
    int Dim,
    int Prefix,
    int PrefixStride,
    int Columns,
    int Stride
)
{
    /// <summary>Query rows that look at one key-value head.</summary>
    public int Rows => Texts * Width * Group;
}

/// <summary>
/// Attention of decoding steps, for 512-bit vectors: eight query rows at a time against the shared prefix and against their texts' own columns, one
/// softmax over both. A text's numbers do not depend on how many others there are.
/// </summary>
internal static unsafe class DecodingKernel
{
    /// <param name="query">[R · width, heads, dim].</param>
    /// <param name="prefixKeys">[kv, dim, prefix stride].</param>
    /// <param name="prefixValues">[kv, prefix, dim].</param>
    /// <param name="keys">[R, kv, dim, stride].</param>
    /// <param name="values">[R, kv, stride, dim].</param>
    /// <param name="mask">0 or −∞, [R · width, columns].</param>
    /// <param name="output">[R · width, heads, dim], written.</param>
    public static void Attend(
        DecodingShape shape,
        float* query,
        float* prefixKeys,
        float* prefixValues,
        float* keys,
        float* values,
        float* mask,
        float* output
    )
    {
        const int Rows = GemmTile.Rows;
        var blocks = (shape.Rows + Rows - 1) / Rows;
        KernelThreads.Run(
            shape.KeyValueHeads * blocks,
            part => Block(shape, part / blocks, part % blocks * Rows, query, prefixKeys, prefixValues, keys, values, mask, output)
        );
    }

    private static void Block(
        DecodingShape shape,
        int head,
        int first,
        float* query,
        float* prefixKeys,
        float* prefixValues,
        float* keys,
        float* values,
        float* mask,
        float* output
    )
    {
        const int Rows = GemmTile.Rows,
            Tile = GemmTile.Columns;
        var (dim, heads) = (shape.Dim, shape.KeyValueHeads * shape.Group);
        var ownWidth = (shape.Columns + Tile - 1) / Tile * Tile;
        var stride = shape.PrefixStride + ownWidth; // scores of a row: prefix, then own columns
        var scratch = Scratch.Take((long)Rows * (2 * dim + stride + ownWidth));
        float* q = scratch.Block(Rows * dim),
            o = scratch.Block(Rows * dim),
            scores = scratch.Block((long)Rows * stride),
            own = scratch.Block((long)Rows * ownWidth);
        var count = Math.Min(Rows, shape.Rows - first);
        var scale = Vector512.Create((float)(1 / Math.Sqrt(dim)));
        for (var i = 0; i < Rows; i++)
        {
            var at = (long)Math.Min(first + i, shape.Rows - 1);
            var (token, member) = (at / shape.Group, at % shape.Group);
            var from = query + (token * heads + head * shape.Group + member) * dim;
            for (var d = 0; d < dim; d += 16)
            {
                (Vector512.Load(from + d) * scale).Store(q + i * dim + d);
            }
        }

        for (var column = 0; column < shape.PrefixStride; column += Tile)
        {
            GemmTile.Multiply(
                q,
                dim,
                1,
                prefixKeys + (long)head * dim * shape.PrefixStride + column,
                shape.PrefixStride,
                dim,
                scores + column,
                stride,
                false
            );
        }

        // Rows of one text follow each other; a block may hold the end of one and the beginning of the next.
        var perText = shape.Width * shape.Group;
        for (var i = 0; i < count; i = NextText(first, i, perText))
        {
            var text = (first + i) / perText;
            var ownKeys = keys + ((long)text * shape.KeyValueHeads + head) * dim * shape.Stride;
            for (var column = 0; column < ownWidth; column += Tile)
            {
                GemmTile.Multiply(q, dim, 1, ownKeys + column, shape.Stride, dim, own + column, ownWidth, false);
            }

            for (var r = i; r < Math.Min(count, NextText(first, i, perText)); r++)
            {
                var row = scores + (long)r * stride;
                var rowMask = mask + (long)((first + r) / shape.Group) * shape.Columns;
                for (var c = 0; c < ownWidth; c++)
                {
                    row[shape.PrefixStride + c] = c < shape.Columns ? own[(long)r * ownWidth + c] + rowMask[c] : float.NegativeInfinity;
                }

                new Span<float>(row + shape.Prefix, shape.PrefixStride - shape.Prefix).Fill(float.NegativeInfinity);
                Softmax(row, stride);
            }
        }

        for (var d = 0; d < dim; d += Tile)
        {
            GemmTile.Multiply(scores, stride, 1, prefixValues + (long)head * shape.Prefix * dim + d, dim, shape.Prefix, o + d, dim, false);
        }

        for (var i = 0; i < count; i = NextText(first, i, perText))
        {
            var text = (first + i) / perText;
            var ownValues = values + ((long)text * shape.KeyValueHeads + head) * shape.Stride * dim;
            for (var d = 0; d < dim; d += Tile)
            {
                GemmTile.Multiply(scores + shape.PrefixStride, stride, 1, ownValues + d, dim, shape.Columns, own, Tile, false);
                for (var r = i; r < Math.Min(count, NextText(first, i, perText)); r++)
                {
                    var at = first + r;
                    var to = output + ((long)(at / shape.Group) * heads + head * shape.Group + at % shape.Group) * dim + d;
                    (Vector512.Load(o + r * dim + d) + Vector512.Load(own + r * Tile)).Store(to);
                    (Vector512.Load(o + r * dim + d + 16) + Vector512.Load(own + r * Tile + 16)).Store(to + 16);
                }
            }
        }
    }

    /// <summary>The row of the block at which the next text begins.</summary>
    private static int NextText(int first, int row, int perText) => ((first + row) / perText + 1) * perText - first;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Softmax(float* row, int width)
    {
        var most = Vector512.Create(float.NegativeInfinity);
        for (var i = 0; i < width; i += 16)
        {
            most = Vector512.Max(most, Vector512.Load(row + i));
        }

        var max = float.NegativeInfinity;
        for (var lane = 0; lane < 16; lane++)
        {
            max = MathF.Max(max, most[lane]);
        }

        var shift = Vector512.Create(max);
        var sums = Vector512<float>.Zero;
        for (var i = 0; i < width; i += 16)
        {
            var e = VectorExp.Exp(Vector512.Load(row + i) - shift);
            sums += e;
            e.Store(row + i);
        }

        var inverse = Vector512.Create(1 / Vector512.Sum(sums));
        for (var i = 0; i < width; i += 16)
        {
            (Vector512.Load(row + i) * inverse).Store(row + i);
        }
    }
}
