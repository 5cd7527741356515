using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Grammars;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Support;

/// <summary>
/// A domain whose self-edits are words: a word in capitals is the same self-edit as in small letters, <c>bad…</c> and <c>none</c> are none,
/// <c>over…</c> asks for too much,
/// <c>none</c> for nothing. Every other word trains as many steps as it has letters; words with plus signs between are a chain of trainings.
/// </summary>
internal sealed class ScriptedDomain : IDomain
{
    public string Id { get; init; } = "scripted";

    public IReadOnlyList<DomainSetting> Settings { get; init; } = [];

    public IReadOnlyList<string> Reads { get; init; } = [];

    /// <summary>Sessions that were opened.</summary>
    public int Opened { get; private set; }

    /// <summary>What <see cref="IDomainSession.Evaluate"/> was asked for: task document, payload, delta, kind, seed.</summary>
    public List<(TaskDocument Task, string Payload, ITrainedDelta? Delta, EvaluationKind Kind, Seed Seed)> Evaluated { get; } = [];

    /// <summary>Every valid self-edit, in the schema's order.</summary>
    public string[] Edits { get; init; } = ["a", "bb", "ccc"];

    public Action? OnEvaluate { get; set; }

    /// <summary>True for self-edits that are free text: there is no list of them.</summary>
    public bool IsFreeText { get; init; }

    private IEditSpace? Space => IsFreeText ? null : new Listed(Edits);

    /// <summary>The model that judges; null for none.</summary>
    public string? JudgedBy { get; init; }

    public string? Judge(RunSettings settings) => JudgedBy;

    public IDomainSession Open(RunSettings settings, ModelInfo model)
    {
        Opened++;
        return new Session(this, model);
    }

    public string TrialIdentity(RunSettings settings, EvaluationKind kind) => $"{kind}";

    public TaskSets Load(TaskSource source) => throw new NotSupportedException();

    public string? Validate(TaskDocument task, bool needsTestOutputs) => null;

    private sealed record Listed(string[] Edits) : IEditSpace
    {
        public string Random(CounterRandom random) => $"edit-{random.NextUInt64()}";

        public IEnumerable<string> Enumerate() => Edits;
    }

    /// <summary>Trains the words one on the other.</summary>
    private sealed class Words(TrainRequest[] requests, ScriptedDomain domain) : IChain
    {
        public int Steps => requests.Sum(request => request.Batches.Count);

        public long Tokens => Steps;

        public ChainResult Run(IChainModel model, CancellationToken cancellation)
        {
            foreach (var request in requests)
            {
                if (model.Train(request, cancellation).Delta is not { } delta)
                {
                    return new ChainResult(null, "a word came to nothing");
                }

                model.Merge(delta);
            }

            domain.OnEvaluate?.Invoke();
            return new ChainResult(new EvaluationResult([new Observation(ObservationNames.Exact, 1)], $"\"{model.Now.Model.Key}\""), null);
        }
    }

    private sealed class Session(ScriptedDomain domain, ModelInfo model) : IDomainSession
    {
        public ProposalPrompt Prompt(TaskDocument task) =>
            new(model.Tokenizer.Encode(task.Id), SequentialPositions.Instance, domain.IsFreeText ? null : new Never());

        public EditVerdict Parse(string text) =>
            text == "none" || text.StartsWith("bad", StringComparison.Ordinal)
                ? EditVerdict.Invalid($"{text.Length} letters of nonsense")
                : EditVerdict.Valid(text.ToLowerInvariant());

        public IEditSpace? Space => domain.Space;

        public InnerLoopPlan PlanInnerLoop(TaskDocument task, string payload, Seed seed) =>
            payload == "none" ? new InnerLoopPlan(null, null, NoTraining: true)
            : payload.StartsWith("over", StringComparison.Ordinal) ? InnerLoopPlan.Refuse("over the step cap")
            : payload.Contains('+', StringComparison.Ordinal)
                ? InnerLoopPlan.Run(new Words([.. payload.Split('+').Select(word => Request(task, word, seed))], domain))
            : InnerLoopPlan.Train(Request(task, payload, seed));

        private TrainRequest Request(TaskDocument task, string word, Seed seed) =>
            new(DeltaSpec.PaperInner, seed, [Sequence(task, word)], [.. word.Select(_ => new[] { 0 })], new OptimizerSpec(1e-3, 0, word.Length));

        public EvaluationResult Evaluate(
            IModelHandle handle,
            ITrainedDelta? delta,
            TaskDocument task,
            string payload,
            EvaluationKind kind,
            Seed seed,
            CancellationToken cancellation
        )
        {
            domain.OnEvaluate?.Invoke();
            cancellation.ThrowIfCancellationRequested();
            domain.Evaluated.Add((task, payload, delta, kind, seed));
            return new EvaluationResult([new Observation(ObservationNames.Exact, payload.Length == 2 ? 1 : 0)], $"\"{payload}\"");
        }

        public TokenSequence UpdateSequence(TaskDocument task, string payload, DrawnTokens? drawn = null, Seed? view = null) =>
            drawn is null ? Sequence(task, payload) : Sequence([.. model.Tokenizer.Encode($"{task.Json}>"), .. drawn.Tokens]);

        private TokenSequence Sequence(TaskDocument task, string payload) => Sequence(model.Tokenizer.Encode($"{task.Json}>{payload}"));

        private static TokenSequence Sequence(int[] tokens) => new(tokens, [.. tokens.Select(_ => 1f)]);
    }

    /// <summary>Tells a constraint that was handed on from one that was left out.</summary>
    private sealed class Never : ITokenConstraint
    {
        public ITokenConstraintState Start => throw new NotSupportedException();
    }
}
