using Seal.Core.Sequences;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Training;

/// <summary>What one member of a bank does in a step.</summary>
/// <param name="Slot">Its row in the bank.</param>
/// <param name="Sequences">Its batch.</param>
/// <param name="LearningRate">Of this step.</param>
/// <param name="WeightDecay">Decoupled weight decay.</param>
/// <param name="GradientClip">Largest global norm; 0 for none.</param>
/// <param name="Attended">Per sequence, the length of the text in front of its padding; null where there is no padding.</param>
internal sealed record MemberStep(
    int Slot,
    IReadOnlyList<TokenSequence> Sequences,
    double LearningRate,
    double WeightDecay,
    double GradientClip,
    IReadOnlyList<int>? Attended = null
);

/// <summary>What a step did to one member.</summary>
/// <param name="Loss">Weighted mean of the batch before the update.</param>
/// <param name="GradientNorm">Global norm before clipping; NaN where the loss was not finite.</param>
/// <param name="Failure">Why nothing was updated, or null.</param>
internal sealed record StepReport(double Loss, double GradientNorm, string? Failure);

/// <summary>
/// Members that train side by side in one forward and backward pass. The losses are summed, but no member's parameters meet another's
/// rows, so gradients are what each would have had alone; clipping and the optimizer work row by row. A member left out of a step keeps
/// its values and moments.
/// </summary>
internal abstract class TrainingBank : IDisposable
{
    private const double LargestRate = 1e30;

    private readonly LlamaModel _model;
    private readonly AdamW[][] _optimizers; // of each member, one a device

    protected TrainingBank(LlamaModel model, BankParameters parameters)
    {
        _model = model;
        Parameters = parameters;
        using var scope = NewDisposeScope();
        _optimizers =
        [
            .. Enumerable
                .Range(0, parameters.Members)
                .Select(k => parameters.Parts.Select(part => new AdamW(part.Values.select(0, k), part.Gradients.select(0, k))).ToArray()),
        ];
    }

    public BankParameters Parameters { get; }

    protected abstract LlamaWeights Weights { get; }

    /// <summary>The adapters of these slots for a batch in which each has so many rows.</summary>
    protected abstract IProjectionDelta? Delta(IReadOnlyList<int> slots, IReadOnlyList<int> rows);

    /// <summary>One optimizer step of the members given, in ascending order of slots.</summary>
    public StepReport[] Step(IReadOnlyList<MemberStep> members)
    {
        var losses = Backward(members);
        return [.. members.Select((member, m) => Update(member, losses[m]))];
    }

    /// <summary>False once a value of this member overflowed.</summary>
    public bool IsFinite(int slot)
    {
        using var scope = NewDisposeScope();
        return Parameters.Parts.All(part => part.Values.select(0, slot).isfinite().all().ToBoolean());
    }

    public virtual void Dispose()
    {
        Parameters.Dispose();
        Array.ForEach(_optimizers, member => Array.ForEach(member, optimizer => optimizer.Dispose()));
        TensorPool.Shared.Trim();
    }

    /// <summary>Fills the gradient buffer; returns each member's loss.</summary>
    public double[] Backward(IReadOnlyList<MemberStep> members)
    {
        _model.Enter();
        using var scope = NewDisposeScope();
        Parameters.BeginStep();
        var targets = new LossTargets([.. members.Select(member => member.Sequences)]);
        if (targets.Rows.Length == 0)
        {
            return [.. members.Select(_ => double.NaN)];
        }

        var batch = TokenBatch.Of(
            _model.Rotary,
            [.. members.SelectMany(member => member.Sequences)],
            [.. members.SelectMany(member => member.Attended ?? [.. member.Sequences.Select(sequence => sequence.Length)])]
        );
        var delta = Delta([.. members.Select(member => member.Slot)], [.. members.Select(member => member.Sequences.Sum(s => s.Length))]);

        var pass = new BackwardPass(_model.Config, Weights, delta, batch, targets);
        var losses = _model.Execution.Checkpointing ? pass.Recomputing() : pass.Keeping();
        if (losses.Any(double.IsFinite)) // else there was no backward
        {
            Parameters.EndStep(members.Select(member => member.Slot));
        }

        return losses;
    }

    private StepReport Update(MemberStep member, double loss)
    {
        if (!double.IsFinite(loss))
        {
            return new StepReport(loss, double.NaN, HasTargets(member) ? "the loss is not finite" : "no token counts in the loss of its batch");
        }

        if (!(Math.Abs(member.LearningRate) * Math.Max(1, member.WeightDecay) <= LargestRate))
        {
            return new StepReport(loss, double.NaN, $"the learning rate {member.LearningRate:R} is beyond what fp32 can step by");
        }

        var optimizers = _optimizers[member.Slot];
        var norm = AdamW.GradientNorm(optimizers);
        if (!double.IsFinite(norm))
        {
            return new StepReport(loss, norm, "the gradient is not finite");
        }

        var scale = member.GradientClip > 0 ? Math.Min(1, member.GradientClip / (norm + 1e-6)) : 1;
        Array.ForEach(optimizers, optimizer => optimizer.Step(member.LearningRate, member.WeightDecay, scale));
        return new StepReport(loss, norm, null);
    }

    private static bool HasTargets(MemberStep member) => member.Sequences.Any(sequence => sequence.WeightedLength > 0);
}
