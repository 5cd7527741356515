using Seal.Core.Engines;
using Seal.Core.Sequences;

namespace Seal.Models.Training;

/// <summary>How far one member of a pack has come.</summary>
internal sealed class MemberRun(TrainRequest request)
{
    private readonly List<double> _losses = [];
    private int _lowInARow;

    public TrainRequest Request { get; } = request;

    public bool Ended { get; private set; }

    public string? Failure { get; private set; }

    public long Tokens { get; private set; }

    public double[] Losses => [.. _losses];

    /// <summary>The member's next step, or null once it has ended.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="slot">Its row in its bank.</param>
    public MemberStep? Next(int step, int slot)
    {
        Ended |= step >= Request.Batches.Count;
        if (Ended)
        {
            return null;
        }

        TokenSequence[] sequences = [.. Request.Batches[step].Select(index => Request.Sequences[index])];
        var optimizer = Request.Optimizer;
        return new MemberStep(slot, sequences, optimizer.At(step), optimizer.WeightDecay, optimizer.GradientClip);
    }

    public void Record(MemberStep step, StepReport report)
    {
        if (report.Failure is { } failure)
        {
            Failure = $"step {_losses.Count + 1}: {failure}";
            Ended = true;
            return;
        }

        _losses.Add(report.Loss);
        Tokens += step.Sequences.Sum(sequence => (long)sequence.Length);
        _lowInARow = report.Loss < Request.StopBelowLoss ? _lowInARow + 1 : 0;
        Ended = Request.StopBelowLoss > 0 && _lowInARow >= Math.Max(1, Request.StopAfterSteps);
    }
}
