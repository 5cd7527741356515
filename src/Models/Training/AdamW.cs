using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Training;

/// <summary>
/// AdamW (Loshchilov &amp; Hutter 2019; β 0.9 / 0.999, ε 1e-8) over one flat row of parameters, in the order of operations of
/// torch.optim.AdamW. No AMSGrad, no parameter groups.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly Tensor _values;
    private readonly Tensor _gradients;

    /// <param name="values">[P], updated in place.</param>
    /// <param name="gradients">[P], scaled in place by clipping.</param>
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
    public double GradientNorm()
    {
        using var scope = NewDisposeScope();
        return _gradients.to(ScalarType.Float64).norm().ToDouble();
    }

    /// <summary>One step.</summary>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="weightDecay">Decoupled.</param>
    /// <param name="gradientScale">Multiplies the gradients, for clipping.</param>
    public void Step(double learningRate, double weightDecay, double gradientScale)
    {
        using var scope = NewDisposeScope();
        Steps++;
        if (gradientScale != 1)
        {
            _gradients.mul_(gradientScale);
        }

        if (weightDecay != 0)
        {
            _values.mul_(1 - learningRate * weightDecay);
        }

        FirstMoment.mul_(Beta1).add_(_gradients, 1 - Beta1);
        SecondMoment.mul_(Beta2).addcmul_(_gradients, _gradients, 1 - Beta2);
        var denominator = SecondMoment.sqrt().div_(Math.Sqrt(1 - Math.Pow(Beta2, Steps))).add_(Epsilon);
        _values.addcdiv_(FirstMoment, denominator, -learningRate / (1 - Math.Pow(Beta1, Steps)));
    }

    public void Dispose()
    {
        _values.Dispose();
        _gradients.Dispose();
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }
}
