using System.Globalization;
using System.Runtime.InteropServices;
using Seal.Core.Engines;
using Seal.Core.Sequences;
using Seal.Models.Llama;
using Seal.Models.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Training;

/// <summary>
/// Trains every weight of a model, step by step, with batches from outside and a state that can be saved and taken up again: what
/// pretraining needs. A batch is cut into a fixed number of shares that run in threads of their own; their gradients are added in order, so
/// that equal batches give equal bits on any machine of one numeric class.
/// </summary>
public sealed class FullTrainer : IDisposable
{
    private const string Values = "values";
    private const string FirstMoment = "first_moment";
    private const string SecondMoment = "second_moment";

    private readonly LlamaModel _model;
    private readonly OptimizerSpec _optimizer;
    private readonly FullBank[] _shares;

    /// <param name="model">Where training starts; copied. Must live as long as the trainer.</param>
    /// <param name="optimizer">Schedule, weight decay (on every weight) and clipping.</param>
    /// <param name="shares">Into how many parts each batch is cut: the number of threads, and part of the result's identity.</param>
    public FullTrainer(LlamaModel model, OptimizerSpec optimizer, int shares = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shares);
        Torch.Initialize();
        _model = model;
        _optimizer = optimizer;
        _shares = new FullBank[shares];
        _shares[0] = new FullBank(model);
        for (var s = 1; s < shares; s++)
        {
            _shares[s] = _shares[0].Replica();
        }
    }

    /// <summary>Optimizer steps taken, those before a <see cref="Restore"/> included.</summary>
    public int Steps => Optimizer.Steps;

    /// <summary>The learning rate of the next step.</summary>
    public double NextLearningRate => _optimizer.At(Steps);

    private AdamW Optimizer => _shares[0].Optimizer(0);

    private FlatParameters Parameters => _shares[0].Parameters;

    /// <summary>One optimizer step on the weighted mean over the batch's tokens. Sequence i goes to share i mod shares.</summary>
    public StepReport Step(IReadOnlyList<TokenSequence> batch)
    {
        var parts = Enumerable.Range(0, _shares.Length)
            .Select(s => batch.Where((_, i) => i % _shares.Length == s).ToArray())
            .Where(part => Array.Exists(part, sequence => sequence.WeightedLength > 0))
            .Select(part => new MemberStep(0, part, NextLearningRate, _optimizer.WeightDecay, _optimizer.GradientClip))
            .ToArray();
        if (parts.Length == 0)
        {
            return new StepReport(double.NaN, double.NaN, "no token counts in the loss of its batch");
        }

        var losses = new double[parts.Length];
        if (parts.Length == 1)
        {
            losses[0] = _shares[0].Backward(parts)[0];
        }
        else
        {
            Parallel.For(0, parts.Length, s => losses[s] = _shares[s].Backward([parts[s]])[0]);
        }

        return _shares[0].Update(parts[0], Join(parts, losses));
    }

    /// <summary>A copy of the weights as they are now.</summary>
    public LlamaModel Snapshot() => _shares[0].Extract();

    /// <summary>Weights, moments and step number as a safetensors file.</summary>
    public byte[] SaveState() => SafetensorsWriter.ToBytes(
        new[] { (Values, Parameters.Values), (FirstMoment, Optimizer.FirstMoment), (SecondMoment, Optimizer.SecondMoment) }
            .Select(part => SafetensorsEntry.FromSingles(part.Item1, [Parameters.Size], MemoryMarshal.Cast<byte, float>(part.Item2.bytes))),
        new Dictionary<string, string> { ["step"] = Steps.ToString(CultureInfo.InvariantCulture) });

    /// <summary>Goes on from a saved state: the following steps are bit for bit those that would have followed.</summary>
    /// <exception cref="ModelFormatException">The file is malformed or of a model of another shape.</exception>
    public void Restore(ReadOnlyMemory<byte> state)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Read(state, "training state");
        if (!file.Metadata.TryGetValue("step", out var text) || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var step))
        {
            throw new ModelFormatException($"training state: metadata step is '{text}'; expected a number of steps.");
        }

        var tensors = new[] { Values, FirstMoment, SecondMoment }.Select(file.Get).ToArray();
        if (Array.Find(tensors, tensor => tensor.Count != Parameters.Size) is { } wrong)
        {
            throw new ModelFormatException($"training state: {wrong.Name} has {wrong.Count} elements, this model {Parameters.Size}. Was it saved for another config.json?");
        }

        Parameters.Values.copy_(tensor(file.ReadSingles(tensors[0])).view(1, -1));
        Optimizer.FirstMoment.copy_(tensor(file.ReadSingles(tensors[1])));
        Optimizer.SecondMoment.copy_(tensor(file.ReadSingles(tensors[2])));
        Optimizer.Steps = step;
    }

    public void Dispose() => Array.ForEach(_shares, share => share.Dispose());

    /// <summary>Weighs the shares' gradients and losses by their tokens and adds them up in the first share.</summary>
    private double Join(MemberStep[] parts, double[] losses)
    {
        using var scope = NewDisposeScope();
        var weights = parts.Select(part => part.Sequences.Sum(sequence => sequence.Weights.Skip(1).Sum(weight => (double)weight))).ToArray();
        var sum = weights.Sum();
        var loss = losses[0] * (weights[0] / sum);
        if (parts.Length > 1)
        {
            Parameters.Gradients.mul_(Torch.Number(weights[0] / sum));
        }

        for (var s = 1; s < parts.Length; s++)
        {
            Parameters.Gradients.add_(_shares[s].Parameters.Gradients, Torch.Number(weights[s] / sum));
            loss += losses[s] * (weights[s] / sum);
        }

        return loss;
    }
}
