using System.Diagnostics;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Bench;

/// <summary>
/// Plain fp32 matrix products of the model's shapes, forward and both backward ones, on one thread, by the fastest product there is (our kernel
/// where the processor has 512-bit vectors, else libtorch's): the most the machine gives here.
/// </summary>
internal sealed class GemmRate : IDisposable
{
    private readonly List<(Tensor Left, Tensor Right, Tensor Result)> _products = [];
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
            _products.Add((input, weight.t(), empty(rows, rowsOut)));
            _products.Add((gradient, weight, empty(rows, columnsIn)));
            _products.Add((gradient.t(), input, empty(rowsOut, columnsIn)));
            _operations += 3 * 2.0 * rows * rowsOut * columnsIn;
        }

        foreach (var (left, right, result) in _products)
        {
            left.DetachFromDisposeScope();
            right.DetachFromDisposeScope();
            result.DetachFromDisposeScope();
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
            _products.ForEach(product => Multiply(product.Left, product.Right, product.Result));
        }

        return Times * _operations / clock.Elapsed.TotalSeconds;
    }

    public void Dispose() =>
        _products.ForEach(product =>
        {
            product.Left.Dispose();
            product.Right.Dispose();
            product.Result.Dispose();
        });

    private static unsafe void Multiply(Tensor left, Tensor right, Tensor result)
    {
        if (!InstructionSet.HasKernels)
        {
            left.mm(right).Dispose();
            return;
        }

        var (a, b, shape) = (left.stride(), right.stride(), result.shape);
        Gemm.Multiply(
            (int)shape[0],
            (int)shape[1],
            (int)left.shape[1],
            Origin(left),
            (nint)a[0],
            (nint)a[1],
            Origin(right),
            (nint)b[0],
            (nint)b[1],
            result.Pointer(),
            false
        );
    }

    // A transposed view begins where its matrix does.
    private static unsafe float* Origin(Tensor tensor)
    {
        using var matrix = tensor.is_contiguous() ? tensor.alias() : tensor.t();
        return matrix.Pointer();
    }
}
