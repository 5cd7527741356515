using System.Text.Json.Serialization;
using Seal.Core.Candidates;
using Seal.Core.Engines;
using Seal.Core.Grammars;
using Seal.Core.Json;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;
using Seal.Core.Sweeps.Reading;

namespace Seal.Core.Domains;

/// <summary>
/// What self-edits are about: few-shot ARC, knowledge incorporation, or a plug-in's own. A domain says how a task reads as a prompt, what a
/// self-edit may say, what it means as a training plan, and how an adapted model is judged. It never sees tensors, grains or files.
/// </summary>
public interface IDomain
{
    /// <summary>Name in sweep files, e.g. <c>arc</c>.</summary>
    string Id { get; }

    /// <summary>Keys of the section that has the domain's name.</summary>
    IReadOnlyList<DomainSetting> Settings => [];

    /// <summary>Which of <see cref="SharedKeys"/> it reads. A sweep that sets another one of these is refused.</summary>
    IReadOnlyList<string> Reads => [];

    /// <summary>Keys in the project's own sections that only some domains read.</summary>
    static IReadOnlyList<string> SharedKeys { get; } =
    [
        "proposal.schema",
        "proposal.template",
        "inner.max_grid_side",
        "inner.max_texts",
        "inner.max_tokens",
        "inner.max_steps",
        "inner.warmup_steps",
        "inner.stop_below_loss",
        "inner.stop_after_steps",
        "update.augment",
        "evaluate.views",
        "evaluate.decode",
        "evaluate.demonstrations",
        "tasks.train_families",
        "tasks.evaluate_families",
        "tasks.fresh_count",
        "tasks.evaluate_draw",
        "tasks.max_side",
        "tasks.retention",
        "tasks.retention_count",
    ];

    /// <summary>Whether <c>tasks.train_count</c> and <c>tasks.evaluate_count</c> go with files too: the first so many tasks that stand in
    /// them.</summary>
    bool CountsFiles => false;

    /// <summary>Words of <c>evaluate.score</c> that it has observations for.</summary>
    IReadOnlyList<string> Scores => Candidates.Scores.OfViews;

    /// <summary>The model that judges the answers of a run's trials (<see cref="IJudgedSession"/>), as its server names it; null where none
    /// does.</summary>
    string? Judge(RunSettings settings) => null;

    /// <summary>Binds the domain to one run's settings and one model's vocabulary.</summary>
    /// <exception cref="SweepException">The settings do not fit the domain or the model (unknown schema, context too short …).</exception>
    IDomainSession Open(RunSettings settings, ModelInfo model);

    /// <summary>
    /// Everything of a run's settings that the bytes of its trials depend on, as text: whatever <see cref="IDomainSession.PlanInnerLoop"/> and
    /// <see cref="IDomainSession.Evaluate"/> read of them, and nothing that they do not read. It goes whole into the key of the trial cache, so
    /// that the same trial has the same key in every arm, round and cell. Task, self-edit, inner seed, base model, pack and numeric class stand
    /// beside it there. Pure.
    /// </summary>
    /// <param name="settings">The run's settings.</param>
    /// <param name="kind">How the trials are judged.</param>
    string TrialIdentity(RunSettings settings, EvaluationKind kind);

    /// <summary>Reads or makes the tasks that a sweep names.</summary>
    /// <exception cref="SweepException">A file, id or size is wrong, a task cannot be scored, or an evaluation task is a training task.</exception>
    TaskSets Load(TaskSource source);

    /// <summary>Checks a task document; returns what is wrong with it, or null.</summary>
    /// <param name="task">The document.</param>
    /// <param name="needsTestOutputs">True where the task is scored by its test outputs.</param>
    string? Validate(TaskDocument task, bool needsTestOutputs);
}

/// <summary>The domains of a host.</summary>
public static class DomainList
{
    /// <summary>The domain of a run.</summary>
    /// <exception cref="SweepException">There is no such domain; names those that there are.</exception>
    public static IDomain Of(this IReadOnlyList<IDomain> domains, Jobs.RunContext run) => domains.Named(run.Settings.Domain);

    /// <exception cref="SweepException">There is no such domain; names those that there are.</exception>
    public static IDomain Named(this IReadOnlyList<IDomain> domains, string id)
    {
        if (domains.FirstOrDefault(domain => domain.Id == id) is { } known)
        {
            return known;
        }

        var ids = domains.Select(domain => domain.Id).ToArray();
        var near = Spelling.Closest(id, ids);
        throw new SweepException(
            $"domain: \"{id}\" is not known{(near is null ? "" : $" (did you mean \"{near}\"?)")}; "
                + $"expected {(ids.Length > 1 ? "one of " : "")}{string.Join(", ", ids.Select(name => $"\"{name}\""))}."
        );
    }
}

/// <summary>A task, content-addressed.</summary>
/// <param name="Id">Name, unique within a sweep; see <see cref="TaskId"/>.</param>
/// <param name="Json">The domain's own document, canonical JSON.</param>
public sealed record TaskDocument(string Id, string Json)
{
    /// <summary>SHA-256 of id and document.</summary>
    public string Sha256 => SealJson.Hash<string[]>([Id, Json]);

    /// <summary>Its groups, where its maker knows them; no part of the document.</summary>
    public TaskLabels? Labels { get; init; }

    /// <summary>What it is like, as <c>name=value</c> with blanks between, e.g. <c>orientation=wide size=large</c>: a gate asks whether such a group
    /// of retention tasks lost more than the others. Null where its domain does not say.</summary>
    public string? Groups { get; init; }
}

/// <summary>The tasks of a sweep: those that the policy learns on, and those that it is judged on.</summary>
/// <param name="Train">Training tasks.</param>
/// <param name="Evaluate">Evaluation tasks; none of them is a training task, however its domain tells.</param>
public sealed record TaskSets(IReadOnlyList<TaskDocument> Train, IReadOnlyList<TaskDocument> Evaluate)
{
    /// <summary>What should be known of the sets although they can be used. One sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What was looked at and found good, for people. One sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Tasks that a gate asks every version of the policy (<c>tasks.retention_count</c>, <c>tasks.retention</c>); none of them is a task of
    /// the other sets.</summary>
    public IReadOnlyList<TaskDocument> Retention { get; init; } = [];
}

/// <summary>The groups of a task: what was learned on a group may be used on its other tasks.</summary>
/// <param name="Family">What made it: one idea with parameters.</param>
/// <param name="Kind">What its family shares with some others, e.g. the training that its tasks need.</param>
public sealed record TaskLabels(string Family, string Kind);

/// <summary>A domain at work for one run. Pure: the same arguments give the same results. Used by one thread at a time.</summary>
public interface IDomainSession
{
    /// <summary>The prompt under which the policy writes a self-edit for this task, and the grammar of valid ones.</summary>
    ProposalPrompt Prompt(TaskDocument task);

    /// <summary>Reads a proposed text. Never throws, whatever the text.</summary>
    EditVerdict Parse(string text);

    /// <summary>The self-edits as a list to draw from and to search; null where they are free text.</summary>
    IEditSpace? Space { get; }

    /// <summary>The training that a valid self-edit asks for on this task, or why it cannot be run (step cap, no texts …).</summary>
    /// <param name="task">The task; test outputs are not looked at.</param>
    /// <param name="payload">A canonical self-edit.</param>
    /// <param name="seed">The inner seed.</param>
    InnerLoopPlan PlanInnerLoop(TaskDocument task, string payload, Seed seed);

    /// <summary>Where the texts of a training hold the answer that the adapted model will be judged by. Asked before it is run, where a gate watches
    /// (<see cref="Gates.Hazards"/>); it reads the texts themselves, whoever made them.</summary>
    /// <param name="task">The task, with the answers.</param>
    /// <param name="training">What is to be run.</param>
    /// <returns>For people, e.g. <c>text 3 of 250 shows test pair 1</c>; null where none does, or where the domain cannot tell.</returns>
    string? AnswerIn(TaskDocument task, TrainRequest training) => null;

    /// <summary>Judges an adapted model on the task.</summary>
    /// <param name="model">The model the delta was trained on.</param>
    /// <param name="delta">The trained delta, or null for the model as it is (in-context baseline).</param>
    /// <param name="task">The task, with the outputs the scorer needs.</param>
    /// <param name="payload">The self-edit that was tried; views may follow it.</param>
    /// <param name="kind">Plain view only (training reward), or votes over views too (evaluation).</param>
    /// <param name="seed">The inner seed.</param>
    EvaluationResult Evaluate(
        IModelHandle model,
        ITrainedDelta? delta,
        TaskDocument task,
        string payload,
        EvaluationKind kind,
        Seed seed,
        CancellationToken cancellation
    );

    /// <summary>Prompt followed by the self-edit and the end token, loss on the response only: what ReST-EM trains the policy on.</summary>
    /// <param name="task">The task.</param>
    /// <param name="payload">A canonical self-edit.</param>
    /// <param name="drawn">
    /// The tokens that the policy drew for it, where they are not those that the vocabulary writes the payload in; the end token follows where one
    /// was drawn.
    /// </param>
    /// <param name="view">Draws the view of the task that the prompt shows, of those that <c>update.augment</c> allows; null for the prompt as the
    /// policy was asked.</param>
    TokenSequence UpdateSequence(TaskDocument task, string payload, DrawnTokens? drawn = null, Seed? view = null);
}

/// <param name="Tokens">Token ids of the prompt, [P].</param>
/// <param name="Positions">Numbers the prompt and what follows.</param>
/// <param name="Constraint">Valid self-edits as token masks; null where the domain has no grammar.</param>
public sealed record ProposalPrompt(int[] Tokens, IPositionScheme Positions, ITokenConstraint? Constraint)
{
    /// <summary>Asks a policy for self-edits, one per seed; under the grammar where there is one and the settings want it.</summary>
    public SampleRequest Request(ProposalSettings settings, IReadOnlyList<Seed> seeds) =>
        new(Tokens, Positions, settings.Grammar ? Constraint : null, seeds, settings.Temperature, settings.MaxNewTokens, settings.TopP);
}

/// <summary>A parsed proposal: canonical payload, or the reason why it is no self-edit.</summary>
public sealed record EditVerdict(string? Payload, string? Rejection)
{
    public static EditVerdict Valid(string payload) => new(payload, null);

    public static EditVerdict Invalid(string reason) => new(null, reason);
}

/// <summary>What an inner loop will do, or why it will not. Exactly one of the four is set.</summary>
/// <param name="Training">The training.</param>
/// <param name="Refusal">Why the candidate counts as failed without being trained (over the step cap, no texts).</param>
/// <param name="NoTraining">True for the in-context baseline: judge the model as it is.</param>
/// <param name="Chain">Several trainings, one on the other. The trials of a task are all chains or none is.</param>
public sealed record InnerLoopPlan(TrainRequest? Training, string? Refusal, bool NoTraining = false, [property: JsonIgnore] IChain? Chain = null)
{
    public static InnerLoopPlan Train(TrainRequest request) => new(request, null);

    public static InnerLoopPlan Refuse(string reason) => new(null, reason);

    public static InnerLoopPlan Run(IChain chain) => new(null, null, Chain: chain);

    /// <summary>Optimizer steps; 0 where nothing is trained.</summary>
    public int Steps => Chain?.Steps ?? Training?.Batches.Count ?? 0;

    /// <summary>Training tokens; 0 where nothing is trained.</summary>
    [JsonIgnore]
    public long Tokens => Chain?.Tokens ?? Training?.Batches.Sum(batch => batch.Sum(index => (long)Training.Sequences[index].Length)) ?? 0;
}

public enum EvaluationKind
{
    /// <summary>The greedy answer of the plain view, exact match, by one teacher-forced pass.</summary>
    Plain,

    /// <summary>The plain view, and the vote over permuted views (decoded), top 1 and top 2.</summary>
    Vote,

    /// <summary>The plain view, its answer decoded for people to look at.</summary>
    Shown,

    /// <summary>Not at all: self-edits are written and not tried.</summary>
    None,

    /// <summary>The plain view, and how likely the right answer is to the model.</summary>
    Measured,
}

/// <summary>What was seen of an adapted model.</summary>
/// <param name="Observations">Named values, e.g. <c>exact</c>, <c>vote_top1</c>, <c>vote_top2</c>, <c>cells</c>; see
/// <see cref="ObservationNames"/>.</param>
/// <param name="Predictions">The domain's own document of predictions, canonical JSON, or null.</param>
public sealed record EvaluationResult(IReadOnlyList<Observation> Observations, string? Predictions);
