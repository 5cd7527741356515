using Seal.Models.Llama;

namespace Seal.Models.Tests.Llama;

/// <summary>The decoder's equations once more, by loops in double precision over one sequence: slow, and shares no code with what it
/// checks.</summary>
internal static class PlainDecoder
{
    /// <summary>Logits after every token, [T][vocabulary].</summary>
    public static double[][] Logits(LlamaModel model, int[] tokens)
    {
        var config = model.Config;
        var frequencies = RotaryTable.SequenceFrequencies(config);
        var embedding = Rows(model, TensorNames.Embedding);
        var head = config.TiedHead ? embedding : Rows(model, TensorNames.Head);
        var x = tokens.Select(token => embedding[token].ToArray()).ToArray();
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var normed = Norm(x, model, TensorNames.InputNorm(layer));
            var q = Turn(NormHeads(Apply(normed, layer, Projection.Query), TensorNames.QueryNorm(layer)), config.HeadDim, frequencies);
            var k = Turn(NormHeads(Apply(normed, layer, Projection.Key), TensorNames.KeyNorm(layer)), config.HeadDim, frequencies);
            var v = Apply(normed, layer, Projection.Value);
            Add(x, Apply(Attend(q, k, v, config), layer, Projection.Output));
            normed = Norm(x, model, TensorNames.PostNorm(layer));
            var (gate, up) = (Apply(normed, layer, Projection.Gate), Apply(normed, layer, Projection.Up));
            Add(x, Apply([.. gate.Zip(up, (g, u) => g.Zip(u, (a, b) => a / (1 + Math.Exp(-a)) * b).ToArray())], layer, Projection.Down));
        }

        return [.. Norm(x, model, TensorNames.FinalNorm).Select(row => head.Select(weights => Dot(weights, row)).ToArray())];

        double[][] NormHeads(double[][] rows, string name) =>
            config.QueryKeyNorm
                ? [.. rows.Select(row => Norm([.. row.Chunk(config.HeadDim)], model, name).SelectMany(head => head).ToArray())]
                : rows;

        double[][] Apply(double[][] inputs, int layer, Projection projection)
        {
            var weights = Rows(model, TensorNames.Weight(layer, projection));
            var bias = config.HasBias(projection) ? model.Values(TensorNames.Bias(layer, projection)).ToArray() : new float[weights.Length];
            return [.. inputs.Select(input => weights.Select((row, o) => Dot(row, input) + bias[o]).ToArray())];
        }
    }

    private static double[][] Attend(double[][] q, double[][] k, double[][] v, LlamaConfig config)
    {
        var (dim, group) = (config.HeadDim, config.Heads / config.KeyValueHeads);
        var result = q.Select(row => new double[row.Length]).ToArray();
        for (var t = 0; t < q.Length; t++)
        {
            for (var h = 0; h < config.Heads; h++)
            {
                var kv = h / group * dim;
                var scores = Enumerable
                    .Range(0, t + 1)
                    .Select(s => Math.Exp(Dot(q[t].AsSpan(h * dim, dim), k[s].AsSpan(kv, dim)) / Math.Sqrt(dim)))
                    .ToArray();
                var sum = scores.Sum();
                for (var d = 0; d < dim; d++)
                {
                    result[t][h * dim + d] = scores.Select((score, s) => score / sum * v[s][kv + d]).Sum();
                }
            }
        }

        return result;
    }

    private static double[][] Turn(double[][] rows, int dim, float[] frequencies) =>
        [
            .. rows.Select(
                (row, t) =>
                {
                    var turned = new double[row.Length];
                    for (var i = 0; i < row.Length; i++)
                    {
                        var (start, j) = (i / dim * dim, i % dim);
                        var (half, angle) = (dim / 2, t * (double)frequencies[j % (dim / 2)]);
                        turned[i] = row[i] * Math.Cos(angle) + (j < half ? -row[start + j + half] : row[start + j - half]) * Math.Sin(angle);
                    }

                    return turned;
                }
            ),
        ];

    private static double[][] Norm(double[][] rows, LlamaModel model, string name)
    {
        var weights = model.Values(name).ToArray();
        return
        [
            .. rows.Select(row =>
            {
                var scale = 1 / Math.Sqrt(row.Average(value => value * value) + model.Config.NormEpsilon);
                return row.Select((value, i) => value * scale * weights[i]).ToArray();
            }),
        ];
    }

    private static void Add(double[][] x, double[][] y)
    {
        for (var t = 0; t < x.Length; t++)
        {
            for (var i = 0; i < x[t].Length; i++)
            {
                x[t][i] += y[t][i];
            }
        }
    }

    private static double[][] Rows(LlamaModel model, string name)
    {
        var values = model.Values(name).ToArray();
        var shape = model.Config.Tensors().Single(tensor => tensor.Name == name).Shape;
        return [.. values.Select(value => (double)value).Chunk((int)shape[1])];
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
