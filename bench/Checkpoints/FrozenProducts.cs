using Seal.Models;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Bench.Checkpoints;

/// <summary>
/// The matrix products that a training step over a frozen base cannot do without: each of the model's own matrices times its input, and times the
/// gradient of its output. By our kernel and by libtorch's product; whichever is faster is the bound.
/// </summary>
internal sealed class FrozenProducts : IDisposable
{
    // As in the engine: the head's output for all rows would be the largest thing in memory.
    private const int HeadRows = 512;

    private readonly LlamaModel _model;
    private readonly Tensor _rows;
    private readonly Tensor _result;
    private readonly int _count;

    public FrozenProducts(LlamaModel model, int rows)
    {
        _model = model;
        _count = rows;
        using var scope = NewDisposeScope();
        var (config, random) = (model.Config, new Core.Randomness.CounterRandom(new Core.Randomness.Seed(3)));
        var widest = Math.Max((long)rows * config.IntermediateSize, (long)Math.Min(rows, HeadRows) * config.VocabularySize);
        var values = new float[widest];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(random.NextDouble() - 0.5);
        }

        _rows = Placement.Cpu.Of(values, widest).DetachFromDisposeScope();
        _result = Placement.Cpu.Empty(ScalarType.Float32, widest).DetachFromDisposeScope();
    }

    /// <summary>Tokens per second by our kernels.</summary>
    public double Ours() =>
        Time(
            (weight, rows) =>
            {
                unsafe
                {
                    var (height, width) = ((int)weight.shape[0], (int)weight.shape[1]);
                    if (weight.dtype == ScalarType.BFloat16)
                    {
                        Bf16Gemm.Forward(rows, height, width, _rows.Pointer(), weight.Bf16Pointer(), _result.Pointer());
                        Bf16Gemm.InputGradient(rows, width, height, _rows.Pointer(), weight.Bf16Pointer(), _result.Pointer());
                    }
                    else
                    {
                        Gemm.Multiply(rows, height, width, _rows.Pointer(), width, 1, weight.Pointer(), 1, width, _result.Pointer(), false);
                        Gemm.Multiply(rows, width, height, _rows.Pointer(), height, 1, weight.Pointer(), width, 1, _result.Pointer(), false);
                    }
                }
            }
        );

    /// <summary>Tokens per second by libtorch, whose operands are bf16 already where the matrix is.</summary>
    public double Torch()
    {
        set_num_threads(_model.Execution.Threads);
        var rate = Time(
            (weight, rows) =>
            {
                using var scope = NewDisposeScope();
                var (height, width) = (weight.shape[0], weight.shape[1]);
                nn.functional.linear(_rows.narrow(0, 0, rows * width).view(rows, width).to(weight.dtype), weight);
                _rows.narrow(0, 0, rows * height).view(rows, height).to(weight.dtype).mm(weight);
            }
        );
        set_num_threads(1);
        return rate;
    }

    public void Dispose()
    {
        _rows.Dispose();
        _result.Dispose();
    }

    private double Time(Action<Tensor, int> product)
    {
        _model.Enter();
        var clock = BenchClock.Start();
        for (var layer = 0; layer < _model.Config.Layers; layer++)
        {
            foreach (var projection in ProjectionExtensions.All)
            {
                product(_model.Weights.Projection(layer, projection), _count);
            }
        }

        for (var first = 0; first < _count; first += HeadRows)
        {
            product(_model.Weights.Head, Math.Min(HeadRows, _count - first));
        }

        return _count / clock.Seconds;
    }
}
