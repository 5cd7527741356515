using System.Runtime.CompilerServices;
using Seal.Arc.Augmentations;
using Seal.Arc.Evaluation;
using Seal.Arc.InnerLoops;
using Seal.Arc.Prompts;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Arc.Views;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Grammars;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Arc;

/// <summary>The domain bound to settings and vocabulary; each member hands over to the part of the room that does the work.</summary>
internal sealed class ArcDomainSession : IDomainSession
{
    /// <summary>Masks take a moment to compute and depend on schema and vocabulary alone.</summary>
    private static readonly ConditionalWeakTable<ITokenizer, Dictionary<string, ITokenConstraint>> Constraints = [];

    private readonly RunSettings _settings;
    private readonly ModelInfo _model;
    private readonly IEditSchema _schema;
    private readonly IPromptFormat _format;
    private readonly InnerLoopPlanner _planner;
    private readonly Dictionary<EvaluationKind, ArcEvaluator> _evaluators;
    private readonly ITokenConstraint _constraint;
    private (TaskDocument Document, ArcTask Task)? _last;

    public ArcDomainSession(RunSettings settings, ModelInfo model)
    {
        (_settings, _model) = (settings, model);
        _schema = EditSchemas.Get(settings.Proposal.Schema);
        _format = PromptFormats.For(model, settings.Proposal.Template);
        _constraint = ConstraintOf(_schema, model.Tokenizer);

        // Trials see their own settings alone, and texts without the proposal's template: what the identity leaves out is not there to be read.
        var texts = settings.Proposal.Template is null ? _format : PromptFormats.For(model, proposalTemplate: null);
        var trials = Enum.GetValues<EvaluationKind>().ToDictionary(kind => kind, kind => ArcTrialSettings.Of(settings, kind));
        _planner = new InnerLoopPlanner(trials[EvaluationKind.Plain].Inner, model, texts);
        _evaluators = trials.ToDictionary(trial => trial.Key, trial => new ArcEvaluator(trial.Value.Judging, model, texts));
        if (settings.Proposal.MaxNewTokens >= model.ContextLength)
        {
            throw new SweepException(
                $"proposal.max_new_tokens: {settings.Proposal.MaxNewTokens} leaves no room for a prompt in the model's {model.ContextLength} "
                    + $"tokens; lower it."
            );
        }
    }

    public ProposalPrompt Prompt(TaskDocument task) => new(_format.Proposal(Shown(Read(task))), _format.Positions, _constraint);

    public EditVerdict Parse(string text)
    {
        var reading = _schema.Parse(text);
        return reading.Payload is { } payload ? EditVerdict.Valid(payload) : EditVerdict.Invalid($"{reading.Rejection!.Name}: {reading.Detail}");
    }

    public IEditSpace? Space => _schema;

    public InnerLoopPlan PlanInnerLoop(TaskDocument task, string payload, Seed seed) =>
        payload == NoneProposer.Payload
            ? new InnerLoopPlan(null, null, NoTraining: true)
            : _planner.Plan(Read(task), _schema.Interpret(payload), seed);

    public string? AnswerIn(TaskDocument task, TrainRequest training) => AnswerWatch.Find(Read(task), training.Sequences, _format);

    public EvaluationResult Evaluate(
        IModelHandle model,
        ITrainedDelta? delta,
        TaskDocument task,
        string payload,
        EvaluationKind kind,
        Seed seed,
        CancellationToken cancellation
    ) =>
        _evaluators[kind]
            .Evaluate(model, delta, Read(task), payload == NoneProposer.Payload ? null : _schema.Interpret(payload).Views, seed, cancellation);

    public TokenSequence UpdateSequence(TaskDocument task, string payload, DrawnTokens? drawn = null, Seed? view = null)
    {
        var shown = Shown(view is { } seed ? InAnotherView(Read(task), new CounterRandom(seed)) : Read(task));
        var text = drawn is null ? _format.ProposalText(shown, payload) : _format.ProposalText(shown, drawn);
        return _settings is { Update.Tokens: UpdateSettings.Choices, Proposal.Grammar: true }
            ? GrammarConstraint.OnlyChoices(text, _constraint)
            : text;
    }

    /// <summary>The same task as <c>update.augment</c> allows it to be shown: other orders of its demonstrations, other colours, other
    /// sides.</summary>
    private ArcTask InAnotherView(ArcTask task, CounterRandom random)
    {
        var allowed = _settings.Update.Augment is { } augment
            ? UpdateSettings.Augmentations.TakeWhile(name => name != augment).Append(augment).ToArray()
            : [];
        var view = allowed.Contains("order") ? new ExampleOrder([.. random.NextPermutation(task.Train.Count)]).Apply(task) : task;
        view = allowed.Contains("colours") && PermuteColours.Draw(view, random) is { } colours ? colours.Apply(view) : view;
        var sides = ArcViews.Maps.Count + 1;
        return allowed.Contains("turned") && random.NextInt(sides) is var side && side > 0 ? ArcViews.Maps[side - 1].Apply(view) : view;
    }

    private static ITokenConstraint ConstraintOf(IEditSchema schema, ITokenizer tokenizer)
    {
        var bySchema = Constraints.GetOrCreateValue(tokenizer);
        lock (bySchema)
        {
            if (!bySchema.TryGetValue(schema.Id, out var constraint))
            {
                bySchema[schema.Id] = constraint = GrammarConstraint.Create(schema.Grammar, tokenizer);
            }

            return constraint;
        }
    }

    /// <summary>
    /// The demonstrations that the proposal prompt shows: all of them, or as many from the first on as leave room for the longest self-edit. Sampling
    /// and update see the same ones.
    /// </summary>
    private IReadOnlyList<ArcPair> Shown(ArcTask task)
    {
        var room = _model.ContextLength - _settings.Proposal.MaxNewTokens;
        for (var count = task.Train.Count; count > 0; count--)
        {
            if (_format.Proposal([.. task.Train.Take(count)]).Length <= room)
            {
                return [.. task.Train.Take(count)];
            }
        }

        return [];
    }

    /// <summary>One task is asked about many times in a row.</summary>
    private ArcTask Read(TaskDocument document)
    {
        if (_last is not { } last || !ReferenceEquals(last.Document, document))
        {
            _last = last = (document, ArcTaskJson.Parse(document));
        }

        return last.Task;
    }
}
