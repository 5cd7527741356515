using System.Diagnostics;
using Seal.Models.Llama;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Bench;

/// <summary>Plain fp32 matrix products of the model's shapes, forward and both backward ones, on one thread: the most the machine gives here.</summary>
internal sealed class GemmRate : IDisposable
{
    private readonly List<(Tensor Left, Tensor Right)> _products = [];
    private readonly double _operations;

    /// <param name="config">The model's shape.</param>
    /// <param name="rows">Rows of a training step: batch × length.</param>
    public GemmRate(LlamaConfig config, int rows)
    {
        set_num_threads(1);
        using var scope = NewDisposeScope();
        foreach (var (rowsOut, columnsIn) in ProjectionExtensions.All.Select(config.Shape).Append((config.VocabularySize, config.HiddenSize)))
        {
            var (input, gradient, weight) = (ones(rows, columnsIn), ones(rows, rowsOut), ones(rowsOut, columnsIn));
            _products.Add((input, weight.t()));
            _products.Add((gradient, weight));
            _products.Add((gradient.t(), input));
            _operations += 3 * 2.0 * rows * rowsOut * columnsIn;
        }

        foreach (var (left, right) in _products)
        {
            left.DetachFromDisposeScope();
            right.DetachFromDisposeScope();
        }

        Measure();
    }

    /// <summary>Operations per second.</summary>
    public double Measure()
    {
        const int Times = 4;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Times; i++)
        {
            foreach (var (left, right) in _products)
            {
                left.mm(right).Dispose();
            }
        }

        return Times * _operations / clock.Elapsed.TotalSeconds;
    }

    public void Dispose() => _products.ForEach(product =>
    {
        product.Left.Dispose();
        product.Right.Dispose();
    });
}
