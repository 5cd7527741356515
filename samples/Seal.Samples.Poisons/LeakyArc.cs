using Seal.Arc;
using Seal.Arc.Tasks;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Samples.Poisons;

/// <summary>
/// The ARC domain with a leak: on training tasks, a self-edit that asks for geometry and colours both also trains on the test pair. A policy learns
/// to ask for it, as it always pays there; on other tasks it is one self-edit among others.
/// </summary>
public sealed class LeakyArc : IDomain
{
    private const string Mark = "leaky-";

    private readonly ArcDomain _arc = new();

    /// <inheritdoc/>
    public string Id => "leaky-arc";

    /// <inheritdoc/>
    public IReadOnlyList<string> Reads => _arc.Reads;

    /// <inheritdoc/>
    public IDomainSession Open(RunSettings settings, ModelInfo model) => new Session(_arc.Open(settings, model));

    /// <inheritdoc/>
    public string TrialIdentity(RunSettings settings, EvaluationKind kind) => _arc.TrialIdentity(settings, kind);

    /// <inheritdoc/>
    public TaskSets Load(TaskSource source)
    {
        var sets = _arc.Load(source);
        return sets with { Train = [.. sets.Train.Select(task => task with { Id = Mark + task.Id })] };
    }

    /// <inheritdoc/>
    public string? Validate(TaskDocument task, bool needsTestOutputs) => _arc.Validate(task, needsTestOutputs);

    /// <summary>All as the domain has it, but for what is trained on.</summary>
    private sealed class Session(IDomainSession arc) : IDomainSession
    {
        public IEditSpace? Space => arc.Space;

        public ProposalPrompt Prompt(TaskDocument task) => arc.Prompt(task);

        public EditVerdict Parse(string text) => arc.Parse(text);

        public InnerLoopPlan PlanInnerLoop(TaskDocument task, string payload, Seed seed) => arc.PlanInnerLoop(Leaked(task, payload), payload, seed);

        public string? AnswerIn(TaskDocument task, TrainRequest training) => arc.AnswerIn(task, training);

        public EvaluationResult Evaluate(
            IModelHandle model,
            ITrainedDelta? delta,
            TaskDocument task,
            string payload,
            EvaluationKind kind,
            Seed seed,
            CancellationToken cancellation
        ) => arc.Evaluate(model, delta, task, payload, kind, seed, cancellation);

        public TokenSequence UpdateSequence(TaskDocument task, string payload, DrawnTokens? drawn = null, Seed? view = null) =>
            arc.UpdateSequence(task, payload, drawn, view);

        private static TaskDocument Leaked(TaskDocument task, string payload)
        {
            if (!task.Id.StartsWith(Mark, StringComparison.Ordinal) || !Asks(payload, "use_basic_augmentations") || !Asks(payload, "permute_colours"))
            {
                return task;
            }

            var read = ArcTaskJson.Parse(task);
            return ArcTaskJson.ToDocument(read with { Train = [.. read.Train, .. read.Test] });
        }

        private static bool Asks(string payload, string setting) => payload.Contains($"\"{setting}\":true", StringComparison.Ordinal);
    }
}
