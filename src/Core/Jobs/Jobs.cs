using System.Text.Json.Serialization;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Proposers;
using Seal.Core.Sweeps;

namespace Seal.Core.Jobs;

/// <summary>What every job of a run shares; a blob of the store that messages and grain states name by a <see cref="RunRef"/>. All of it decides
/// results, none of it depends on where or when the job runs.</summary>
/// <param name="Sweep">The sweep's name.</param>
/// <param name="Run">The run's name within the sweep.</param>
/// <param name="Settings">The cell's resolved settings.</param>
/// <param name="Arm">Where self-edits come from.</param>
/// <param name="Seed">The outer seed.</param>
/// <param name="NumericClass">The class of engine that may run the jobs; see <see cref="IEngine.NumericClass"/>.</param>
/// <param name="Fork">How often the run was forked to retry what was given up in a round that had closed. Decides no result: only where records are
/// kept.</param>
public sealed record RunContext(string Sweep, string Run, RunSettings Settings, ArmSpec Arm, long Seed, string NumericClass, int Fork = 0);

/// <summary>A task in the store, under <see cref="Artifacts.ArtifactKey.Blob"/> of its hash.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Sha256">Of its document.</param>
public sealed record TaskRef(string Id, string Sha256)
{
    /// <summary>Its groups; left out where nobody knows them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskLabels? Labels { get; init; }

    /// <inheritdoc cref="TaskDocument.Groups"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Groups { get; init; }

    /// <summary>All groups that it is in, labels included.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> InGroups =>
        [
            .. Groups?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
            .. Labels is { } labels ? new[] { $"family={labels.Family}", $"kind={labels.Kind}" } : [],
        ];
}

/// <summary>Ask the arm's proposer for self-edits.</summary>
/// <param name="Task">The context C.</param>
/// <param name="Phase">The phase of the run, e.g. <c>train-1</c>; names the seeds.</param>
/// <param name="Policy">The policy that proposes.</param>
/// <param name="Count">How many self-edits.</param>
/// <param name="Past">The run's phases before this one, for a proposer that reads them; null, and then left out, for all others.</param>
public sealed record ProposeJob(
    TaskRef Task,
    PhaseId Phase,
    PolicyRef Policy,
    int Count,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ListRef? Past = null
);

/// <summary>Try a pack of self-edits on one task: fine-tune and judge.</summary>
/// <param name="Task">The task.</param>
/// <param name="Base">The model that is fine-tuned.</param>
/// <param name="Evaluation">How the adapted model is judged.</param>
/// <param name="Members">The pack, in slot order.</param>
public sealed record FineTuneJob(TaskRef Task, PolicyRef Base, EvaluationKind Evaluation, IReadOnlyList<FineTuneMember> Members);

/// <param name="Index">The candidate's index in its task; of its later trials see <see cref="TrialPacks.Members"/>.</param>
/// <param name="Payload">The canonical self-edit.</param>
/// <param name="Seed">The inner seed.</param>
public sealed record FineTuneMember(int Index, string Payload, ulong Seed);

/// <summary>Train the policy on the kept pairs.</summary>
/// <param name="Policy">The policy before the update.</param>
/// <param name="Pairs">(prompt, self-edit) pairs in the filter's order.</param>
/// <param name="Seed">Draws initial values and shuffles.</param>
public sealed record UpdateJob(PolicyRef Policy, IReadOnlyList<UpdatePair> Pairs, ulong Seed);

/// <param name="Task">Whose prompt.</param>
/// <param name="Payload">The kept self-edit.</param>
/// <param name="Drawn">See <see cref="Proposal.Drawn"/>.</param>
/// <param name="Weight">Loss weight, greater than 0; null, and then left out where pairs are written, for 1.</param>
public sealed record UpdatePair(
    TaskRef Task,
    string Payload,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DrawnRef? Drawn = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Weight = null
);

/// <summary>A job on its way to a worker: who owns it, and what is to be done. Exactly one of the three is set.</summary>
/// <param name="JobId">Unique in the store, e.g. <c>sweep/run/train-1/task/003</c>.</param>
/// <param name="Epoch">The lease's epoch; heartbeats and commits carry it.</param>
/// <param name="LeaseDuration">A worker that has not been heard of for this long has lost the job.</param>
/// <param name="Run">The run; whoever works on it reads its context from the store, once.</param>
public sealed record JobAssignment(
    string JobId,
    int Epoch,
    TimeSpan LeaseDuration,
    RunRef Run,
    ProposeJob? Propose = null,
    FineTuneJob? FineTune = null,
    UpdateJob? Update = null
)
{
    /// <summary>Where its span belongs (W3C traceparent), or null. Decides no result.</summary>
    public string? Trace { get; init; }

    /// <summary>Steps that show progress are reported under this word.</summary>
    public string Kind =>
        Propose is not null ? "propose"
        : FineTune is not null ? "fine-tune"
        : "update";
}

/// <summary>What a worker commits. Exactly one of the three results is set.</summary>
/// <param name="Files">Artifacts of this attempt, written before the commit.</param>
/// <param name="Seconds">Device time of the attempt; goes to accounting only.</param>
/// <param name="Worker">Who ran it; goes to accounting only.</param>
public sealed record JobResult(
    double Seconds,
    string Worker,
    IReadOnlyList<ArtifactFile> Files,
    ProposeResult? Propose = null,
    FineTuneResult? FineTune = null,
    UpdateResult? Update = null
);

/// <summary>One file of a manifest.</summary>
/// <param name="Name">What it is, e.g. <c>adapter.safetensors</c>.</param>
/// <param name="Key">Where it is in the store.</param>
/// <param name="Sha256">Of its bytes.</param>
/// <param name="Length">In bytes.</param>
public sealed record ArtifactFile(string Name, string Key, string Sha256, long Length);

/// <summary>Written last under an attempt's folder: what is not in a manifest does not exist.</summary>
[StoredDocument("manifest")]
public sealed record JobManifest(string JobId, int Epoch, IReadOnlyList<ArtifactFile> Files);

/// <param name="Proposals">In order of sampling.</param>
/// <param name="Redraws">Extra draws spent on distinctness.</param>
public sealed record ProposeResult(IReadOnlyList<Proposal> Proposals, int Redraws);

/// <summary>A proposed self-edit: valid with its canonical payload, or invalid with the reason.</summary>
/// <param name="Text">As the proposer wrote it, cut to 4 KB.</param>
/// <param name="Payload">Canonical form, or null.</param>
/// <param name="Rejection">Why it is invalid, or null.</param>
/// <param name="Drawn">
/// Where the tokens are kept that the policy drew, if they are not the payload's own; null, and then left out where proposals are written, for all
/// others. An update learns these tokens.
/// </param>
public sealed record Proposal(
    string Text,
    string? Payload,
    string? Rejection,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DrawnRef? Drawn = null
);

/// <param name="Members">One per member, in slot order.</param>
public sealed record FineTuneResult(IReadOnlyList<TrialResult> Members);

/// <summary>The deterministic outcome of one trial; what the result cache keeps.</summary>
/// <param name="Failure">Why there is no verdict (step cap, non-finite loss …), or null.</param>
/// <param name="Observations">What was seen of the adapted model; empty on failure.</param>
/// <param name="Steps">Optimizer steps that were run.</param>
/// <param name="Tokens">Tokens read in training.</param>
/// <param name="FirstLoss">Loss before the first step, or null.</param>
/// <param name="LastLoss">Loss before the last step, or null.</param>
/// <param name="Details">SHA-256 of the blob with losses and predictions, or null.</param>
public sealed record TrialResult(
    string? Failure,
    IReadOnlyList<Observation> Observations,
    int Steps,
    long Tokens,
    double? FirstLoss,
    double? LastLoss,
    string? Details
)
{
    public double? this[string observation] => Observations.FirstOrDefault(o => o.Name == observation)?.Value;
}

/// <param name="AdapterSha256">The policy's new adapter file, in the store as a blob.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="FirstLoss">Loss before the first step.</param>
/// <param name="LastLoss">Loss before the last step.</param>
/// <param name="Failure">Why the policy was left as it was (non-finite loss), or null.</param>
public sealed record UpdateResult(string? AdapterSha256, int Steps, double? FirstLoss, double? LastLoss, string? Failure);
