using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Training;

/// <summary>
/// AdamW (Loshchilov &amp; Hutter 2019; β 0.9 / 0.999, ε 1e-8) over one flat row of parameters, in one pass over memory. No AMSGrad, no
/// parameter groups.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const float Epsilon = 1e-8f;
    private const int Lanes = 16;
    private const int ElementsPerPart = 1 << 18;

    private readonly Tensor _values;
    private readonly Tensor _gradients;

    /// <param name="values">[P], updated in place; P is a multiple of 16.</param>
    /// <param name="gradients">[P].</param>
    public AdamW(Tensor values, Tensor gradients)
    {
        using var scope = NewDisposeScope();
        _values = values.alias().DetachFromDisposeScope();
        _gradients = gradients.alias().DetachFromDisposeScope();
        FirstMoment = zeros_like(values).DetachFromDisposeScope();
        SecondMoment = zeros_like(values).DetachFromDisposeScope();
    }

    /// <summary>Running mean of gradients, [P].</summary>
    public Tensor FirstMoment { get; }

    /// <summary>Running mean of squared gradients, [P].</summary>
    public Tensor SecondMoment { get; }

    /// <summary>Steps taken.</summary>
    public int Steps { get; set; }

    /// <summary>Global norm of the gradients, summed in double: a float sum over a million squares is off by 1e-4.</summary>
    /// <param name="parts">Of one member, in the order of its parameters. On processors the sum has the bits of one row that holds all.</param>
    public static double GradientNorm(IReadOnlyList<AdamW> parts)
    {
        var (low, high, cards) = (Vector512<double>.Zero, Vector512<double>.Zero, 0.0);
        foreach (var part in parts)
        {
            if (part._gradients.device_type == DeviceType.CPU)
            {
                (low, high) = part.AddSquares(low, high);
                continue;
            }

            using var scope = NewDisposeScope();
            // Squares in fp32 are off by 6e-8 of themselves, their sum in fp64 is not.
            cards += (part._gradients * part._gradients).sum(ScalarType.Float64).ToDouble();
        }

        return Math.Sqrt(Vector512.Sum(low + high) + cards);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe (Vector512<double> Low, Vector512<double> High) AddSquares(Vector512<double> low, Vector512<double> high)
    {
        var gradients = _gradients.Pointer();
        for (var i = 0L; i < _gradients.numel(); i += Lanes)
        {
            var (a, b) = Vector512.Widen(Vector512.Load(gradients + i));
            low += a * a;
            high += b * b;
        }

        GC.KeepAlive(_gradients);
        return (low, high);
    }

    /// <summary>One step.</summary>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="weightDecay">Decoupled.</param>
    /// <param name="gradientScale">Multiplies the gradients, for clipping.</param>
    public void Step(double learningRate, double weightDecay, double gradientScale)
    {
        Steps++;
        var factors = new Factors(
            (float)gradientScale,
            (float)(1 - learningRate * weightDecay),
            (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, Steps))),
            (float)(-learningRate / (1 - Math.Pow(Beta1, Steps)))
        );
        if (_values.device_type != DeviceType.CPU)
        {
            StepByTorch(factors);
            return;
        }

        var count = _values.numel();
        KernelThreads.Run(
            (int)((count + ElementsPerPart - 1) / ElementsPerPart),
            part => StepByVectors(factors, (long)part * ElementsPerPart, Math.Min(count, (part + 1L) * ElementsPerPart))
        );
        GC.KeepAlive(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void StepByVectors(Factors factors, long from, long to)
    {
        float* values = _values.Pointer(),
            gradients = _gradients.Pointer(),
            first = FirstMoment.Pointer(),
            second = SecondMoment.Pointer();
        var scale = Vector512.Create(factors.Scale);
        var keep = Vector512.Create(factors.Keep);
        var (keep1, add1) = (Vector512.Create((float)Beta1), Vector512.Create((float)(1 - Beta1)));
        var (keep2, add2) = (Vector512.Create((float)Beta2), Vector512.Create((float)(1 - Beta2)));
        var root = Vector512.Create(factors.Root);
        var rate = Vector512.Create(factors.Rate);
        for (var i = from; i < to; i += Lanes)
        {
            var gradient = Vector512.Load(gradients + i) * scale;
            var m = Vector512.FusedMultiplyAdd(gradient, add1, Vector512.Load(first + i) * keep1);
            var v = Vector512.FusedMultiplyAdd(gradient * gradient, add2, Vector512.Load(second + i) * keep2);
            m.Store(first + i);
            v.Store(second + i);
            var step = m / (Vector512.Sqrt(v) * root + Vector512.Create(Epsilon));
            Vector512.FusedMultiplyAdd(step, rate, Vector512.Load(values + i) * keep).Store(values + i);
        }
    }

    private void StepByTorch(Factors factors)
    {
        using var scope = NewDisposeScope();
        var gradient = _gradients.mul(Torch.Number(factors.Scale));
        FirstMoment.mul_(Torch.Number(Beta1)).add_(gradient, Torch.Number(1 - Beta1));
        SecondMoment.mul_(Torch.Number(Beta2)).addcmul_(gradient, gradient, Torch.Number(1 - Beta2));
        var root = SecondMoment.sqrt().mul_(Torch.Number(factors.Root)).PlusInPlace(Epsilon);
        _values.mul_(Torch.Number(factors.Keep)).addcdiv_(FirstMoment, root, Torch.Number(factors.Rate));
    }

    public void Dispose()
    {
        _values.Dispose();
        _gradients.Dispose();
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }

    /// <param name="Scale">Of the gradients, for clipping.</param>
    /// <param name="Keep">What weight decay leaves of a value.</param>
    /// <param name="Root">Bias correction of the second moment's root.</param>
    /// <param name="Rate">Learning rate with bias correction, negative.</param>
    private readonly record struct Factors(float Scale, float Keep, float Root, float Rate);
}
