using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Seal.Models.Llama.Kernels;

/// <summary>Where a sequence's rows lie: token t of head h is at <c>(t · heads + h) · dim</c>.</summary>
/// <param name="Length">T.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key-value heads.</param>
/// <param name="Dim">Width of a head, a multiple of 32.</param>
internal readonly record struct AttentionShape(int Length, int Heads, int KeyValueHeads, int Dim)
{
    public int QueryStride => Heads * Dim;

    public int KeyValueStride => KeyValueHeads * Dim;

    public int Group => Heads / KeyValueHeads;

    /// <summary>T rounded up to whole tiles.</summary>
    public int Padded => (Length + GemmTile.Columns - 1) / GemmTile.Columns * GemmTile.Columns;

    /// <summary>Stride of rows with an element per key: off the powers of two, whose rows would fall on the same cache lines.</summary>
    public int KeyStride => Padded + 16;
}

/// <summary>
/// Causal attention of one sequence, forward and backward, for 512-bit vectors: 64 query rows at a time against all keys before them.
/// Leaves out what flash attention is about (no online softmax: a block's scores fit the second-level cache at these lengths); what it wins over
/// libtorch's CPU kernel is a matrix product that fits heads as narrow as 32. A sequence's numbers depend on that sequence alone.
/// </summary>
internal static unsafe class AttentionKernel
{
    public const int BlockRows = 64;

    /// <param name="query">[T, heads, dim].</param>
    /// <param name="key">[T, key-value heads, dim].</param>
    /// <param name="value">[T, key-value heads, dim].</param>
    /// <param name="output">[T, heads, dim], written.</param>
    /// <param name="logSums">Per head and row the logarithm of the softmax's denominator, [heads, T], written; backward wants it.</param>
    public static void Forward(AttentionShape shape, float* query, float* key, float* value, float* output, float* logSums) =>
        KernelThreads.Run(shape.KeyValueHeads, group => Forward(shape, group, query, key, value, output, logSums));

    private static void Forward(AttentionShape shape, int group, float* query, float* key, float* value, float* output, float* logSums)
    {
        var (padded, stride, dim) = (shape.Padded, shape.KeyStride, shape.Dim);
        var scratch = Scratch.Take((2L * padded + stride + BlockRows) * dim + (long)BlockRows * stride);
        var q = scratch.Block((long)padded * dim);
        var kT = scratch.Block((long)stride * dim);
        var v = scratch.Block((long)padded * dim);
        var p = scratch.Block((long)BlockRows * stride);
        var o = scratch.Block((long)BlockRows * dim);
        var scale = (float)(1 / Math.Sqrt(dim));
        for (var head = group * shape.Group; head < (group + 1) * shape.Group; head++)
        {
            if (head % shape.Group == 0)
            {
                var offset = head / shape.Group * dim;
                PackTransposed(key + offset, shape.KeyValueStride, shape.Length, stride, dim, kT);
                Pack(value + offset, shape.KeyValueStride, shape.Length, padded, dim, 1, v);
            }

            Pack(query + head * dim, shape.QueryStride, shape.Length, padded, dim, scale, q);
            for (var start = 0; start < shape.Length; start += BlockRows)
            {
                var rows = RowsFrom(start, shape.Length);
                Products(q + start * dim, kT, stride, dim, start, rows, p);
                for (var r = 0; r < rows; r++)
                {
                    // Normalised here, so that the product below is the output.
                    var logSum = Softmax(p + r * stride, start + r, start + rows);
                    if (start + r < shape.Length)
                    {
                        logSums[head * shape.Length + start + r] = logSum;
                    }
                }

                Mix(p, stride, v, dim, start, rows, o);
                Unpack(
                    o,
                    dim,
                    1,
                    output + (long)start * shape.QueryStride + head * dim,
                    shape.QueryStride,
                    Math.Min(BlockRows, shape.Length - start)
                );
            }
        }
    }

    /// <param name="outputGradient">[T, heads, dim].</param>
    /// <param name="queryGradient">[T, heads, dim], written.</param>
    /// <param name="keyGradient">[T, key-value heads, dim], written.</param>
    /// <param name="valueGradient">[T, key-value heads, dim], written.</param>
    /// <remarks>Equations as in Dao et al. 2022 (FlashAttention), appendix B: δ = Σ dO·O, dS = P ∘ (dP − δ).</remarks>
    public static void Backward(
        AttentionShape shape,
        float* query,
        float* key,
        float* value,
        float* output,
        float* logSums,
        float* outputGradient,
        float* queryGradient,
        float* keyGradient,
        float* valueGradient
    ) =>
        KernelThreads.Run(
            shape.KeyValueHeads,
            group => Backward(shape, group, query, key, value, output, logSums, outputGradient, queryGradient, keyGradient, valueGradient)
        );

    private static void Backward(
        AttentionShape shape,
        int group,
        float* query,
        float* key,
        float* value,
        float* output,
        float* logSums,
        float* outputGradient,
        float* queryGradient,
        float* keyGradient,
        float* valueGradient
    )
    {
        var (padded, stride, dim) = (shape.Padded, shape.KeyStride, shape.Dim);
        var (whole, transposed, block) = ((long)padded * dim, (long)stride * dim, (long)BlockRows * stride);
        var scratch = Scratch.Take(6 * whole + 2 * transposed + 2 * block + (long)BlockRows * dim);
        float* q = scratch.Block(whole),
            k = scratch.Block(whole),
            kT = scratch.Block(transposed),
            vT = scratch.Block(transposed);
        float* dO = scratch.Block(whole),
            dK = scratch.Block(whole),
            dV = scratch.Block(whole),
            o = scratch.Block(whole);
        float* p = scratch.Block(block),
            dS = scratch.Block(block),
            dQ = scratch.Block((long)BlockRows * dim);
        var scale = (float)(1 / Math.Sqrt(dim));
        for (var head = group * shape.Group; head < (group + 1) * shape.Group; head++)
        {
            var offset = head / shape.Group * dim;
            if (head % shape.Group == 0)
            {
                PackTransposed(key + offset, shape.KeyValueStride, shape.Length, stride, dim, kT);
                PackTransposed(value + offset, shape.KeyValueStride, shape.Length, stride, dim, vT);
                Pack(key + offset, shape.KeyValueStride, shape.Length, padded, dim, 1, k);
                new Span<float>(dK, (int)whole).Clear();
                new Span<float>(dV, (int)whole).Clear();
            }

            Pack(query + head * dim, shape.QueryStride, shape.Length, padded, dim, scale, q);
            Pack(outputGradient + head * dim, shape.QueryStride, shape.Length, padded, dim, 1, dO);
            Pack(output + head * dim, shape.QueryStride, shape.Length, padded, dim, 1, o);
            for (var start = 0; start < shape.Length; start += BlockRows)
            {
                var rows = RowsFrom(start, shape.Length);
                Products(q + start * dim, kT, stride, dim, start, rows, p);
                Products(dO + start * dim, vT, stride, dim, start, rows, dS);
                for (var r = 0; r < rows; r++)
                {
                    var row = start + r;
                    var logSum = row < shape.Length ? logSums[head * shape.Length + row] : 0;
                    SoftmaxGradient(p + r * stride, dS + r * stride, row, start + rows, logSum, Dot(dO + row * dim, o + row * dim, dim));
                }

                Mix(dS, stride, k, dim, start, rows, dQ);
                Unpack(
                    dQ,
                    dim,
                    scale,
                    queryGradient + (long)start * shape.QueryStride + head * dim,
                    shape.QueryStride,
                    Math.Min(BlockRows, shape.Length - start)
                );
                for (var column = 0; column < start + rows; column += GemmTile.Rows)
                {
                    // Rows before the column see nothing of it; whole tiles of them are passed over.
                    var first = Math.Max(0, (column - start) / GemmTile.Rows * GemmTile.Rows);
                    for (var d = 0; d < dim; d += GemmTile.Columns)
                    {
                        var at = (long)(start + first) * dim + d;
                        GemmTile.Multiply(dS + (long)first * stride + column, 1, stride, q + at, dim, rows - first, dK + column * dim + d, dim, true);
                        GemmTile.Multiply(p + (long)first * stride + column, 1, stride, dO + at, dim, rows - first, dV + column * dim + d, dim, true);
                    }
                }
            }

            if ((head + 1) % shape.Group == 0)
            {
                Unpack(dK, dim, 1, keyGradient + offset, shape.KeyValueStride, shape.Length);
                Unpack(dV, dim, 1, valueGradient + offset, shape.KeyValueStride, shape.Length);
            }
        }
    }

    /// <summary>Rows of the block that begins here, in whole tiles.</summary>
    private static int RowsFrom(int start, int length) => Math.Min(BlockRows, (length - start + GemmTile.Rows - 1) / GemmTile.Rows * GemmTile.Rows);

    /// <summary>Columns that some row of the tile at <paramref name="row"/> may see, in whole tiles.</summary>
    private static int Seen(int row) => (row + GemmTile.Rows + GemmTile.Columns - 1) / GemmTile.Columns * GemmTile.Columns;

    /// <summary>Rows times transposed keys: [rows, seen columns].</summary>
    private static void Products(float* left, float* transposed, int stride, int dim, int start, int rows, float* into)
    {
        for (var r = 0; r < rows; r += GemmTile.Rows)
        {
            for (var column = 0; column < Seen(start + r); column += GemmTile.Columns)
            {
                GemmTile.Multiply(left + r * dim, dim, 1, transposed + column, stride, dim, into + (long)r * stride + column, stride, false);
            }
        }
    }

    /// <summary>Weights times values: [rows, dim].</summary>
    private static void Mix(float* weights, int stride, float* values, int dim, int start, int rows, float* into)
    {
        for (var r = 0; r < rows; r += GemmTile.Rows)
        {
            for (var d = 0; d < dim; d += GemmTile.Columns)
            {
                GemmTile.Multiply(weights + (long)r * stride, stride, 1, values + d, dim, Seen(start + r), into + r * dim + d, dim, false);
            }
        }
    }

    /// <summary>Softmax over columns 0..row in place, zeros behind them as far as a product with the block may look. Returns the logarithm of the
    /// denominator.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Softmax(float* scores, int row, int end)
    {
        var last = row / 16 * 16;
        var inside = Vector512.LessThanOrEqual(Vector512<int>.Indices + Vector512.Create(last), Vector512.Create(row)).AsSingle();
        var tail = Vector512.ConditionalSelect(inside, Vector512.Load(scores + last), Vector512.Create(float.NegativeInfinity));
        var largest = tail;
        for (var c = 0; c < last; c += 16)
        {
            largest = Vector512.Max(largest, Vector512.Load(scores + c));
        }

        var max = Largest(largest);
        var shift = Vector512.Create(max);
        var sums = Vector512<float>.Zero;
        for (var c = 0; c < last; c += 16)
        {
            var e = VectorExp.Exp(Vector512.Load(scores + c) - shift);
            sums += e;
            e.Store(scores + c);
        }

        tail = Vector512.ConditionalSelect(inside, VectorExp.Exp(tail - shift), Vector512<float>.Zero);
        var sum = Vector512.Sum(sums + tail);
        var inverse = Vector512.Create(1 / sum);
        (tail * inverse).Store(scores + last);
        for (var c = 0; c < last; c += 16)
        {
            (Vector512.Load(scores + c) * inverse).Store(scores + c);
        }

        for (var c = last + 16; c < Seen(end - GemmTile.Rows); c += 16)
        {
            Vector512<float>.Zero.Store(scores + c);
        }

        return max + MathF.Log(sum);
    }

    /// <summary>Turns scores into weights and their gradients into gradients of the scores, both in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SoftmaxGradient(float* scores, float* gradients, int row, int end, float logSum, float delta)
    {
        var last = row / 16 * 16;
        var shift = Vector512.Create(logSum);
        var mean = Vector512.Create(delta);
        for (var c = 0; c < last; c += 16)
        {
            var weight = VectorExp.Exp(Vector512.Load(scores + c) - shift);
            weight.Store(scores + c);
            (weight * (Vector512.Load(gradients + c) - mean)).Store(gradients + c);
        }

        var inside = Vector512.LessThanOrEqual(Vector512<int>.Indices + Vector512.Create(last), Vector512.Create(row)).AsSingle();
        var tail = Vector512.ConditionalSelect(inside, VectorExp.Exp(Vector512.Load(scores + last) - shift), Vector512<float>.Zero);
        tail.Store(scores + last);
        Vector512.ConditionalSelect(inside, tail * (Vector512.Load(gradients + last) - mean), Vector512<float>.Zero).Store(gradients + last);
        for (var c = last + 16; c < Seen(end - GemmTile.Rows); c += 16)
        {
            Vector512<float>.Zero.Store(scores + c);
            Vector512<float>.Zero.Store(gradients + c);
        }
    }

    private static float Largest(Vector512<float> x)
    {
        var half = Vector256.Max(x.GetLower(), x.GetUpper());
        var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        return MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));
    }

    private static float Dot(float* x, float* y, int length)
    {
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < length; i += 16)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Load(x + i), Vector512.Load(y + i), sum);
        }

        return Vector512.Sum(sum);
    }

    /// <summary>One head's rows side by side, scaled, zeros behind the last. [padded, dim]</summary>
    private static void Pack(float* from, int stride, int length, int padded, int dim, float scale, float* to)
    {
        var factor = Vector512.Create(scale);
        for (var t = 0; t < length; t++)
        {
            for (var d = 0; d < dim; d += 16)
            {
                (Vector512.Load(from + (long)t * stride + d) * factor).Store(to + t * dim + d);
            }
        }

        new Span<float>(to + length * dim, (padded - length) * dim).Clear();
    }

    /// <summary>One head's rows as columns, zeros behind the last. [dim, columns]</summary>
    private static void PackTransposed(float* from, int stride, int length, int columns, int dim, float* to)
    {
        for (var d = 0; d < dim; d++)
        {
            var row = to + (long)d * columns;
            for (var t = 0; t < length; t++)
            {
                row[t] = from[(long)t * stride + d];
            }

            new Span<float>(row + length, columns - length).Clear();
        }
    }

    private static void Unpack(float* from, int dim, float scale, float* to, int stride, int rows)
    {
        var factor = Vector512.Create(scale);
        for (var t = 0; t < rows; t++)
        {
            for (var d = 0; d < dim; d += 16)
            {
                (Vector512.Load(from + t * dim + d) * factor).Store(to + (long)t * stride + d);
            }
        }
    }
}
