using System.Text.Json.Serialization;
using Seal.Core.Grammars;
using Seal.Core.Sequences;

namespace Seal.Core.Engines;

/// <summary>The primitives that domains and methods compose into job programs. Every call is synchronous and honours its token within one
/// step.</summary>
public interface IModelHandle
{
    ModelRef Model { get; }

    ModelInfo Info { get; }

    /// <summary>Draws texts that follow one prompt. The prompt is read once and shared by all samples.</summary>
    IReadOnlyList<SampleRecord> Sample(SampleRequest request, CancellationToken cancellation);

    /// <summary>
    /// Trains K deltas side by side over the frozen model, each on its own sequences, schedule and length. The model itself is unchanged.
    /// A member whose loss or gradient stops being finite ends within that step with <see cref="TrainOutcome.Failure"/>; the others go on.
    /// </summary>
    /// <param name="members">The pack, in slot order.</param>
    /// <param name="onStep">Called after every optimizer step of the pack; a place to heartbeat and to cancel.</param>
    IReadOnlyList<TrainOutcome> Train(IReadOnlyList<TrainRequest> members, Action<TrainStep>? onStep, CancellationToken cancellation);

    /// <summary>Log-probabilities and argmaxes of given tokens, teacher-forced.</summary>
    /// <param name="delta">A delta from <see cref="Train"/>, or null for the model as it is.</param>
    IReadOnlyList<SequenceScore> Score(ITrainedDelta? delta, IReadOnlyList<TokenSequence> sequences, CancellationToken cancellation);

    /// <summary>Greedy continuation of each prompt until <see cref="GenerateRequest.Stop"/> or the length limit.</summary>
    IReadOnlyList<int[]> Generate(ITrainedDelta? delta, IReadOnlyList<GenerateRequest> requests, CancellationToken cancellation);
}

/// <summary>One prompt, several samples.</summary>
/// <param name="Prompt">Token ids, [P].</param>
/// <param name="Positions">Numbers prompt and generated tokens.</param>
/// <param name="Constraint">The grammar, or null for free text.</param>
/// <param name="Seeds">One per sample: the s-th sample depends on the s-th seed alone (and on their number, which sets the batch).</param>
/// <param name="Temperature">Divides the logits; greater than 0.</param>
/// <param name="MaxNewTokens">Longest continuation, the end token included.</param>
/// <param name="TopP">Draw from the nucleus alone: the fewest tokens, likeliest first and of equal ones the smaller id, whose probability under the
/// mask and at the temperature reaches this; in (0, 1). Null, and then left out, for all tokens.</param>
public sealed record SampleRequest(
    int[] Prompt,
    IPositionScheme Positions,
    ITokenConstraint? Constraint,
    IReadOnlyList<Randomness.Seed> Seeds,
    double Temperature,
    int MaxNewTokens,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? TopP = null
);

/// <summary>A sampled text with what a later method needs to re-weigh it.</summary>
/// <param name="Tokens">New tokens, without the end token.</param>
/// <param name="LogProbabilities">Of each token as it was drawn: at the sampling temperature, under the grammar mask, within the nucleus where the
/// request has one; 0 for forced tokens. [N]</param>
/// <param name="UnmaskedLogProbabilities">Of each token among all, without mask and nucleus, at the sampling temperature; NaN where it was not
/// computed. [N]</param>
/// <param name="Ended">True when an end token was drawn, false when the length limit cut the text.</param>
public sealed record SampleRecord(int[] Tokens, double[] LogProbabilities, double[] UnmaskedLogProbabilities, bool Ended);

/// <summary>What is trained: a low-rank adapter or every weight.</summary>
/// <param name="Kind">LoRA, or full fine-tuning.</param>
/// <param name="Rank">LoRA rank r; 0 for full.</param>
/// <param name="Alpha">LoRA α; the update is (α / r) · B · A. 0 for full.</param>
/// <param name="Targets">Projections that get an adapter, by Hugging Face name: q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj,
/// down_proj.</param>
public sealed record DeltaSpec(DeltaKind Kind, int Rank, double Alpha, IReadOnlyList<string> Targets)
{
    /// <summary>The paper's inner loop: r 128, α 16 on q, v, gate, up, down.</summary>
    public static DeltaSpec PaperInner { get; } = new(DeltaKind.Lora, 128, 16, ["q_proj", "v_proj", "gate_proj", "up_proj", "down_proj"]);
}

public enum DeltaKind
{
    Lora,
    Full,
}

/// <summary>AdamW (β 0.9 / 0.999, ε 1e-8) with linear warm-up and decay to 0: cosine, as Hugging Face's get_cosine_schedule_with_warmup, or
/// linear, as its get_linear_schedule_with_warmup.</summary>
/// <param name="LearningRate">Peak learning rate.</param>
/// <param name="WarmupSteps">Steps of linear warm-up.</param>
/// <param name="TotalSteps">Steps over which the schedule runs; equals the number of batches.</param>
/// <param name="Constant">True: no warm-up, no decay.</param>
/// <param name="WeightDecay">Decoupled weight decay.</param>
/// <param name="GradientClip">Largest global gradient norm; 0 for none.</param>
/// <param name="Linear">True: linear decay.</param>
public sealed record OptimizerSpec(
    double LearningRate,
    int WarmupSteps,
    int TotalSteps,
    bool Constant = false,
    double WeightDecay = 0,
    double GradientClip = 1.0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Linear = false
);

/// <summary>One member of a pack.</summary>
/// <param name="Delta">What to train.</param>
/// <param name="InitialSeed">Draws the initial values of LoRA's A.</param>
/// <param name="Sequences">Training texts.</param>
/// <param name="Batches">Per step, the indices of the sequences in the batch; the loss is the mean over the batch's weighted tokens.</param>
/// <param name="Optimizer">The schedule; <c>TotalSteps</c> is <c>Batches.Count</c> unless training stops earlier by plan.</param>
/// <param name="StopBelowLoss">Stop once the loss stayed under this for <paramref name="StopAfterSteps"/> steps; 0 for never.</param>
/// <param name="StopAfterSteps">See <paramref name="StopBelowLoss"/>.</param>
public sealed record TrainRequest(
    DeltaSpec Delta,
    Randomness.Seed InitialSeed,
    IReadOnlyList<TokenSequence> Sequences,
    IReadOnlyList<int[]> Batches,
    OptimizerSpec Optimizer,
    double StopBelowLoss = 0,
    int StopAfterSteps = 0
);

/// <summary>Progress of a pack.</summary>
/// <param name="Step">Optimizer steps done, from 1.</param>
/// <param name="Total">Steps of the longest member.</param>
/// <param name="Losses">Each member's loss before this step; NaN for members that have ended.</param>
public sealed record TrainStep(int Step, int Total, IReadOnlyList<double> Losses);

/// <summary>How one member ended.</summary>
/// <param name="Delta">The trained delta, or null on failure. Dispose it when done.</param>
/// <param name="Losses">Loss before each step. [steps]</param>
/// <param name="Tokens">Tokens read in training, pads not counted.</param>
/// <param name="Failure">Why training was stopped (non-finite loss …), or null.</param>
public sealed record TrainOutcome(ITrainedDelta? Delta, double[] Losses, long Tokens, string? Failure);

/// <summary>Trained weights that live in the engine. Valid with the handle that made them.</summary>
public interface ITrainedDelta : IDisposable
{
    /// <summary>The adapter as a safetensors file; equal weights give equal bytes.</summary>
    byte[] ToSafetensors();
}

/// <summary>Teacher-forced reading of one sequence.</summary>
/// <param name="LogProbabilities">log p(token t | tokens before t); [T], entry 0 is 0.</param>
/// <param name="Argmax">The most likely token at t given the tokens before t; [T], entry 0 is −1. Ties go to the smallest id.</param>
public sealed record SequenceScore(float[] LogProbabilities, int[] Argmax)
{
    /// <summary>Whether every token that counts in the sequence's loss is the most likely one: the greedy answer is exactly right.</summary>
    /// <param name="sequence">The sequence that was read.</param>
    public bool IsExact(TokenSequence sequence)
    {
        for (var t = 1; t < sequence.Length; t++)
        {
            if (sequence.Weights[t] != 0 && Argmax[t] != sequence.Tokens[t])
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A prompt to continue greedily.</summary>
/// <param name="Prompt">Token ids, [P].</param>
/// <param name="Positions">Numbers prompt and generated tokens.</param>
/// <param name="Stop">Generation ends at any of these tokens (it is not returned).</param>
/// <param name="MaxNewTokens">Longest continuation.</param>
public sealed record GenerateRequest(int[] Prompt, IPositionScheme Positions, EndTokens Stop, int MaxNewTokens);
