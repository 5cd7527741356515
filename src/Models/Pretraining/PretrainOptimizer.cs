using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Pretraining;

/// <summary>
/// AdamW (Loshchilov &amp; Hutter 2019; β 0.9 / 0.95, ε 1e-8) over one flat buffer, and for the projections optionally Muon (Jordan et al. 2024):
/// Nesterov momentum, orthogonalised by five Newton–Schulz steps, which takes a small model further per token than Adam does.
/// </summary>
internal sealed class PretrainOptimizer : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.95;
    private const double Epsilon = 1e-8;
    private const double Momentum = 0.95;
    private readonly TrainedParameters _parameters;
    private readonly PretrainOptions _options;
    private readonly Tensor _decays;
    private readonly long _adamLength;

    public PretrainOptimizer(TrainedParameters parameters, PretrainOptions options)
    {
        using var scope = NewDisposeScope();
        (_parameters, _options) = (parameters, options);
        First = zeros_like(parameters.Flat).DetachFromDisposeScope();
        Second = zeros_like(parameters.Flat).DetachFromDisposeScope();
        _decays = parameters.DecayMask().DetachFromDisposeScope();
        _adamLength = options.MatrixLearningRate == 0 ? parameters.Flat.numel() : parameters.OtherLength;
    }

    /// <summary>Adam's first moments, Muon's momentum. [P]</summary>
    public Tensor First { get; }

    /// <summary>Adam's second moments; 0 where Muon is at work. [P]</summary>
    public Tensor Second { get; }

    /// <summary>One step with the gradients of the parameters. Returns their norm before clipping.</summary>
    /// <param name="step">Steps done before, from 0.</param>
    public double Step(int step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var gradient = _parameters.TakeGradients();
        var norm = gradient.norm().item<float>();
        if (norm > _options.GradientClip)
        {
            gradient.mul_(Torch.Number(_options.GradientClip / norm));
        }

        var schedule = _options.Schedule(step);
        var decay = schedule * _options.LearningRate * _options.WeightDecay;
        _parameters.Flat.addcmul_(_parameters.Flat, _decays, Torch.Number(-decay));
        Adam(gradient, step, schedule * _options.LearningRate);
        if (_options.MatrixLearningRate > 0)
        {
            var offset = _adamLength;
            foreach (var group in _parameters.Matrices)
            {
                Muon(group, offset, gradient, schedule * _options.MatrixLearningRate);
                offset += group.Length;
            }
        }

        return norm;
    }

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
        _decays.Dispose();
    }

    private void Adam(Tensor gradient, int step, double rate)
    {
        var current = gradient.narrow(0, 0, _adamLength);
        var first = First.narrow(0, 0, _adamLength).mul_(Torch.Number(Beta1)).add_(current, alpha: Torch.Number(1 - Beta1));
        var second = Second.narrow(0, 0, _adamLength).mul_(Torch.Number(Beta2)).addcmul_(current, current, Torch.Number(1 - Beta2));
        var denominator = second.div(Torch.Number(1 - Math.Pow(Beta2, step + 1))).sqrt_().PlusInPlace(Epsilon);
        _parameters.Flat.narrow(0, 0, _adamLength).addcdiv_(first, denominator, Torch.Number(-rate / (1 - Math.Pow(Beta1, step + 1))));
    }

    private void Muon(MatrixGroup group, long offset, Tensor gradient, double rate)
    {
        var current = gradient.narrow(0, offset, group.Length);
        var momentum = First.narrow(0, offset, group.Length).mul_(Torch.Number(Momentum)).add_(current, alpha: Torch.Number(1 - Momentum));
        var nesterov = momentum.mul(Torch.Number(Momentum)).add_(current, alpha: Torch.Number(1 - Momentum));
        var direction = Orthogonal(nesterov.view(group.Count, group.Rows, group.Columns));

        // An orthogonal matrix has root mean square 1/√max(rows, columns): scaled so that a step per element is about Adam's (Liu et al. 2025).
        var scale = 0.2 * Math.Sqrt(Math.Max(group.Rows, group.Columns));
        _parameters.Flat.narrow(0, offset, group.Length).add_(direction.flatten(), alpha: Torch.Number(-rate * scale));
    }

    /// <summary>Roughly U Vᵀ of each matrix's singular value decomposition, by the quintic iteration of the Muon authors.</summary>
    private static Tensor Orthogonal(Tensor matrices)
    {
        var isTall = matrices.shape[1] > matrices.shape[2];
        var x = isTall ? matrices.transpose(1, 2) : matrices;
        x = x / (x * x).sum([1, 2], keepdim: true).sqrt().PlusInPlace(1e-7);
        for (var i = 0; i < 5; i++)
        {
            var square = x.bmm(x.transpose(1, 2));
            var polynomial = square.mul(Torch.Number(-4.7750)).add_(square.bmm(square), alpha: Torch.Number(2.0315));
            x = x.mul(Torch.Number(3.4445)).PlusInPlace(polynomial.bmm(x));
        }

        return isTall ? x.transpose(1, 2) : x;
    }
}
