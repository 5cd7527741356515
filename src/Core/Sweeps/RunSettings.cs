using System.Text.Json.Serialization;
using Seal.Core.Candidates;
using Seal.Core.Catalogs;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Gates;
using Seal.Core.Rewards;
using Seal.Core.Runs;

namespace Seal.Core.Sweeps;

/// <summary>Everything that decides the results of one cell of a sweep's grid; seed and arm come beside it. Resolved: no lists left to
/// expand.</summary>
public sealed record RunSettings(
    string Domain,
    EngineSettings Engine,
    ProposalSettings Proposal,
    InnerSettings Inner,
    RewardSettings Reward,
    UpdateSettings Update,
    EvaluateSettings Evaluate
)
{
    /// <summary>The domain's own settings, as canonical JSON; null, and then left out, where all are as the domain has them. See
    /// <see cref="DomainSettings.Own"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Own { get; init; }

    /// <summary>What decides whether a new version of the policy is used; null, and then left out, where every version is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GateSettings? Gate { get; init; }

    /// <summary>Where a person has set the policy to another version, oldest round first; null, and then left out, where nobody has. No key of sweep
    /// files: it is wished of a sweep (<see cref="Steering.SweepControl"/>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PolicyMove>? Moves { get; init; }

    /// <summary>Whether training tasks are judged by votes too: the reward or the score asks for them.</summary>
    public bool VotesInTraining() => Scores.NeedsVotes(Evaluate.Score) || Catalog.Current.Reward(Reward.Source).NeedsVotes;

    /// <summary>How models that were adapted to tasks of a set are judged.</summary>
    public EvaluationKind Judging(TaskSet tasks) =>
        Evaluate.Views > 0 && (tasks == TaskSet.Evaluation || VotesInTraining()) ? EvaluationKind.Vote : EvaluationKind.Plain;

    /// <summary>What inner loops fine-tune where a policy proposes: that policy, or the base model where <c>inner.base</c> says so.</summary>
    public Theta InnerBase(Theta policy) => Inner.IsFrozen ? Theta.Base : policy;
}

/// <param name="Kind"><c>torch</c>, or <c>fake</c>: a deterministic stand-in without tensors, for tests of the grid.</param>
/// <param name="Dtype">
/// What the model's matrices are kept and multiplied in: <c>fp32</c> or <c>bf16</c>; null for fp32, and then left out where settings are written,
/// so that sweeps from before there was a choice keep their identity.
/// </param>
public sealed record EngineSettings(
    string Kind = "torch",
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Dtype = null
);

/// <summary>How self-edits are asked for.</summary>
/// <param name="Schema">Schema of the self-edit, e.g. <c>paper</c>.</param>
/// <param name="Candidates">Self-edits per training task and round, 1..1024.</param>
/// <param name="EvaluationCandidates">Self-edits per evaluation task, 1..1024.</param>
/// <param name="Temperature">Sampling temperature, (0, 10].</param>
/// <param name="MaxNewTokens">Longest self-edit in tokens, 1..4096.</param>
/// <param name="Grammar">Sample under the grammar of valid self-edits. False: free text, invalid ones are counted.</param>
/// <param name="Distinct">Ask for different self-edits per task.</param>
/// <param name="MaxRedraws">With <paramref name="Distinct"/>: extra draws per missing self-edit before duplicates are accepted, 0..64.</param>
/// <param name="Template">Prompt template: a sweep file names a file, whose text it is; null for the domain's own.</param>
/// <param name="TableEdits">With a <c>table</c> arm: self-edits in the reward table, 1..65536; all of the schema where it has not more, else a
/// seeded draw.</param>
/// <param name="TopP">Draw each token from the fewest likeliest ones whose probability reaches this, (0, 1]; 1 for all tokens. Null for 1, and then
/// left out where settings are written.</param>
public sealed record ProposalSettings(
    string Schema = "paper",
    int Candidates = 15,
    int EvaluationCandidates = 5,
    double Temperature = 0.8,
    int MaxNewTokens = 128,
    bool Grammar = true,
    bool Distinct = false,
    int MaxRedraws = 8,
    string? Template = null,
    int TableEdits = 1024,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? TopP = null
)
{
    /// <summary>Self-edits of a task in a round or evaluation, at most.</summary>
    public const int MostCandidates = 1024;
}

/// <summary>The inner loop.</summary>
/// <param name="Base"><c>policy</c>: fine-tune the current policy (the paper's). <c>frozen</c>: fine-tune the base model.</param>
/// <param name="Delta">LoRA or full fine-tuning.</param>
/// <param name="Rank">LoRA rank, 1..1024.</param>
/// <param name="Alpha">LoRA α, (0, 65536].</param>
/// <param name="Targets">Adapted projections.</param>
/// <param name="Batch">Sequences per step, 1..64.</param>
/// <param name="WarmupSteps">Linear warm-up, 0..100000.</param>
/// <param name="GradientClip">Largest gradient norm, [0, 1e6]; 0 for none.</param>
/// <param name="MaxTexts">Training texts per task after shuffling, 1..100000.</param>
/// <param name="MaxSteps">Most steps of an inner loop, 1..1000000. Under <c>paper</c> a self-edit that asks for more is not trained and counts as
/// failed; a self-edit that names its steps is trained for this many.</param>
/// <param name="MaxTokens">Texts longer than this many tokens are dropped (also those longer than the model's context), 1..1048576.</param>
/// <param name="MaxGridSide">Grids with a longer side are dropped, 1..64.</param>
/// <param name="PackSize">Candidates trained side by side; part of the numeric class, 1..64.</param>
/// <param name="Seeds">
/// 0: the inner seed follows from outer seed, task and self-edit, as in the paper; equal self-edits of arms and rounds are one trial. Else trials use
/// inner seeds 0..Seeds−1 whatever the outer seed is, each outer seed and task drawing one of them, so that outer seeds, arms and rounds look up the
/// same trials, 0..64.
/// </param>
/// <param name="StopBelowLoss">Training ends early once the loss of a step stayed under this, [0, 100]; 0 for what the schema says: never under
/// <c>paper</c>, under the <c>mini</c> schemas 0.01 for 10 steps.</param>
/// <param name="StopAfterSteps">… for this many steps in a row, 1..10000; read only where <c>stop_below_loss</c> is set.</param>
public sealed record InnerSettings(
    string Base = "policy",
    DeltaKind Delta = DeltaKind.Lora,
    int Rank = 128,
    double Alpha = 16,
    IReadOnlyList<string>? Targets = null,
    int Batch = 2,
    int WarmupSteps = 11,
    double GradientClip = 1.0,
    int MaxTexts = 250,
    int MaxSteps = 375,
    int MaxTokens = 8192,
    int MaxGridSide = 30,
    int PackSize = 1,
    int Seeds = 0,
    double StopBelowLoss = 0,
    int StopAfterSteps = 10
)
{
    /// <summary>The value of <see cref="Base"/> that leaves the base model as it is. A word and no enum: its text, emptied, is part of the identity
    /// of every stored trial.</summary>
    public const string Frozen = "frozen";

    /// <summary>Whether every inner loop starts from the base model.</summary>
    [JsonIgnore]
    public bool IsFrozen => Base == Frozen;

    public DeltaSpec DeltaSpec =>
        Delta == DeltaKind.Full
            ? new DeltaSpec(DeltaKind.Full, 0, 0, [])
            : new DeltaSpec(DeltaKind.Lora, Rank, Alpha, Targets ?? DeltaSpec.PaperInner.Targets);
}

/// <param name="Source">
/// What a self-edit earns. <c>exact</c>, <c>vote-top-1</c>, <c>vote-top-2</c>: 1 where its task is solved by that score, else 0.
/// <c>accuracy</c>: the share of the task's questions that are answered (domains <c>knowledge</c> and <c>passages</c>).
/// <c>net-accuracy</c>: the same, plus the change of the share of background questions: what an edit destroys counts against it (domain
/// <c>knowledge</c>, with <c>knowledge.background_questions</c>).
/// <c>token-accuracy</c>: the share of the answer's tokens that are right. <c>demonstration-accuracy</c>: the same on the demonstrations, each left
/// out of its own prompt; the answer of the test does not count in it; needs <c>evaluate.demonstrations = true</c>. <c>shuffled…</c>: one of these,
/// dealt out by chance.
/// </param>
/// <param name="Threshold">The update learns from self-edits whose reward is greater than this, [-1e9, 1e9].</param>
/// <param name="Trials">
/// Trials of each self-edit in a training round, each under an inner seed of its own; its reward is their mean, so that less of it is luck. At most
/// <c>inner.seeds</c>, where that is not 0.
/// </param>
public sealed record RewardSettings(
    string Source = "exact",
    double Threshold = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Trials = null
);

/// <summary>The outer loop.</summary>
/// <param name="Rule">
/// What is learned of a round. <c>rest-em</c>: every self-edit with a reward above the threshold, as often as it was drawn, as in the paper.
/// <c>best-per-task</c>: of each task the best different ones above it. <c>reward-weighted</c>: as <c>rest-em</c>, each weighted by its reward
/// against the others of its step.
/// </param>
/// <param name="Rounds">Rounds of propose → try → filter → update, 0..1000.</param>
/// <param name="Delta">LoRA or full fine-tuning of the policy.</param>
/// <param name="Rank">LoRA rank, 1..1024.</param>
/// <param name="Alpha">LoRA α, (0, 65536].</param>
/// <param name="Targets">Adapted projections.</param>
/// <param name="TrainingEpochs">Passes over the kept pairs, 1..1000.</param>
/// <param name="Batch">Pairs per step, 1..1024.</param>
/// <param name="LearningRate">Peak learning rate, (0, 1].</param>
/// <param name="WarmupSteps">Linear warm-up, 0..100000.</param>
/// <param name="GradientClip">Largest gradient norm, [0, 1e6]; 0 for none.</param>
/// <param name="Deduplicate">Train on each kept self-edit of a task once. False: as often as it was proposed and kept, as in the paper.</param>
/// <param name="Tokens">
/// What the update learns of a kept self-edit. Null, <c>all</c>: the whole text, as in the paper. <c>choices</c>: the tokens at which the grammar
/// left a choice. A policy that writes under a grammar is random there alone; what is forced needs no learning, and learning it all the same
/// teaches a small model the words that are forced most often. Without a grammar every token was a choice, so <c>choices</c> is <c>all</c>.
/// </param>
/// <param name="Augment">
/// In which views the update shows the prompts of kept pairs, a fresh one for each pair and pass. Null, <c>none</c>: as the policy was asked.
/// <c>order</c>: demonstrations in another order; <c>colours</c>: in other colours too; <c>turned</c>: turned or mirrored too. What is asked is the
/// same task, so the same self-edit should answer it: a policy that sees every task in one view alone learns its tasks by heart.
/// </param>
/// <param name="Best">With <c>rule = "best-per-task"</c>: how many self-edits of each task are learned.</param>
public sealed record UpdateSettings(
    string Rule = "rest-em",
    int Rounds = 2,
    DeltaKind Delta = DeltaKind.Lora,
    int Rank = 16,
    double Alpha = 16,
    IReadOnlyList<string>? Targets = null,
    int TrainingEpochs = 8,
    int Batch = 5,
    double LearningRate = 5e-5,
    int WarmupSteps = 0,
    double GradientClip = 1.0,
    bool Deduplicate = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Tokens = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Augment = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Best = null
)
{
    /// <summary>Values of <see cref="Augment"/>, each with all that stands before it.</summary>
    public static IReadOnlyList<string> Augmentations { get; } = ["none", "order", "colours", "turned"];

    /// <summary>The value of <see cref="Tokens"/> that leaves out what the grammar forces.</summary>
    public const string Choices = "choices";

    public DeltaSpec DeltaSpec =>
        Delta == DeltaKind.Full
            ? new DeltaSpec(DeltaKind.Full, 0, 0, [])
            : new DeltaSpec(DeltaKind.Lora, Rank, Alpha, Targets ?? DeltaSpec.PaperInner.Targets);
}

/// <summary>When the policy is measured on the evaluation tasks.</summary>
public enum EvaluateWhen
{
    /// <summary>Before the first round and after the last.</summary>
    Ends,

    /// <summary>Before the first round and after each.</summary>
    Every,

    /// <summary>After the last round.</summary>
    Last,

    /// <summary>Not at all.</summary>
    Never,
}

/// <param name="When"><c>ends</c>: before the first and after the last round; <c>every</c>: after each round too; <c>last</c>; <c>never</c>.</param>
/// <param name="Views">Permuted views per test input in the vote, 1..64; 0 for no vote. Evaluations vote; training rounds only where the reward or
/// the score is a vote.</param>
/// <param name="Decode">
/// <c>all</c>: every view is decoded. <c>unsettled</c>: views are read teacher-forced first, and only those are decoded that were missed where the
/// vote hangs on them; the verdicts are the same, kept predictions are fewer.
/// </param>
/// <param name="Demonstrations">Also observe how well the adapted model has the demonstrations, each left out of its own prompt: label-free.</param>
/// <param name="Show">
/// At the end of learning runs under the arm's first outer seed, one self-edit per task is tried once more and its answer decoded, for people to
/// look at.
/// </param>
/// <param name="Score">
/// What counts as solved in every row, and what constants and oracles are chosen by: one of <see cref="Scores"/>; null for the plain view, and then
/// left out where settings are written, so that sweeps from before there was a choice keep their identity.
/// </param>
/// <param name="Cross">
/// At the end of learning runs: old self-edits on new weights, and new self-edits on the weights that the last evaluation did not have. With the
/// evaluations before and after that is the 2 × 2 that tells what the update changed.
/// </param>
/// <param name="Again">At the end of learning runs: what each round kept, tried once more under fresh inner seeds.</param>
public sealed record EvaluateSettings(
    EvaluateWhen When = EvaluateWhen.Ends,
    int Views = 8,
    string Decode = "all",
    bool Demonstrations = false,
    bool Show = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Score = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Cross = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Again = false
);
