using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Grammars;
using Seal.Core.Json;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;
using Seal.Knowledge.Chains;
using Seal.Knowledge.InnerLoops;
using Seal.Knowledge.SelfEdits;
using Seal.Knowledge.World;

namespace Seal.Knowledge;

/// <summary>The domain bound to settings and vocabulary.</summary>
internal sealed class KnowledgeSession : IDomainSession, IEditSpace
{
    private readonly PassageLoop _loop;
    private readonly WorldTexts _texts;
    private readonly ITokenizer _tokenizer;
    private readonly LineConstraint _constraint;
    private readonly ProposalSettings _proposal;
    private readonly float _operatorWeight;
    private (ModelRef Model, double Share)? _before;

    /// <exception cref="SweepException">The model's vocabulary is not the world's.</exception>
    public KnowledgeSession(RunSettings settings, ModelInfo model)
    {
        _tokenizer = model.Tokenizer;
        if (!IsOfTheWorld(_tokenizer))
        {
            throw new SweepException(
                "model: its vocabulary is not that of the generated world; make a model with "
                    + "'seal model pretrain <folder> --corpus knowledge/level-1'."
            );
        }

        (_texts, _proposal) = (new WorldTexts(_tokenizer), settings.Proposal);
        _loop = new PassageLoop(KnowledgeTraining.Of(settings), _texts);
        _constraint = LineConstraint.Create(_tokenizer);
        _operatorWeight = (float)settings.Own<double>(KnowledgeKeys.OperatorWeight);
        if (settings.Reward.Source == "net-accuracy" && _loop.Training.BackgroundQuestions == 0)
        {
            throw new SweepException("reward.source = \"net-accuracy\" needs knowledge.background_questions, e.g. 64: what an edit destroys.");
        }
    }

    public IEditSpace Space => this;

    /// <summary>A policy writes lines of its own.</summary>
    public bool IsWhole => false;

    public string Random(CounterRandom random) => WorldEdit.Mixes[random.NextInt(WorldEdit.Mixes.Count)];

    public IEnumerable<string> Enumerate() => WorldEdit.Mixes;

    public ProposalPrompt Prompt(TaskDocument task) => Prompt(First(task));

    public EditVerdict Parse(string text) =>
        WorldEdit.Parse(text, out var problem) is { } edit ? EditVerdict.Valid(edit.Text) : EditVerdict.Invalid(problem!);

    public InnerLoopPlan PlanInnerLoop(TaskDocument task, string payload, Seed seed)
    {
        var edit = payload == NoneProposer.Payload ? null : WorldEdit.Parse(payload, out _)!;
        var passages = WorldTask.Of(task).Passages;
        if (passages.Count > 1)
        {
            return InnerLoopPlan.Run(new PassageChain(_loop, Asked, _tokenizer, passages, edit, seed));
        }

        return edit is null or WorldEdit.Whole { Set: RuleSet.Context }
            ? new InnerLoopPlan(null, null, NoTraining: true)
            : InnerLoopPlan.Train(_loop.Request(_loop.Texts(passages[0], edit, seed), _loop.Steps(edit, passages[0]), _loop.StepTokens(edit), seed));
    }

    public EvaluationResult Evaluate(
        IModelHandle model,
        ITrainedDelta? delta,
        TaskDocument task,
        string payload,
        EvaluationKind kind,
        Seed seed,
        CancellationToken cancellation
    )
    {
        var passage = First(task);
        var edit = WorldEdit.Parse(payload, out _);
        var inFront = edit is WorldEdit.Whole { Set: RuleSet.Context };
        var right = _loop.Ask(model, delta, passage, inFront, cancellation);
        List<Observation> seen = [.. Marks.Observed([(passage, right)]), .. LineTruth.Observed(passage, edit)];
        if (kind == EvaluationKind.Measured)
        {
            seen.Add(new(ObservationNames.LogProbability, _loop.LogProbability(model, delta, passage, inFront, cancellation)));
        }

        if (_loop.Background(model, delta, cancellation) is { } background)
        {
            // Asked once of a model: it is the same for all of a job's trials.
            if (_before is null || _before.Value.Model != model.Model)
            {
                _before = (model.Model, _loop.Background(model, null, cancellation)!.Value);
            }

            var change = background - _before.Value.Share;
            seen.Add(new("background_accuracy", background));
            seen.Add(new("background_change", change));
            seen.Add(new(ObservationNames.NetAccuracy, Marks.Accuracy(passage, right) + change));
        }

        return new EvaluationResult(seen, SealJson.ToText(string.Concat(right.Select(one => one ? '1' : '0'))));
    }

    /// <summary>Operators by rule are learned as the lines that they mean: the vocabulary has no word for a rule.</summary>
    public TokenSequence UpdateSequence(TaskDocument task, string payload, DrawnTokens? drawn = null, Seed? view = null)
    {
        var passage = First(task);
        var written = drawn ?? new DrawnTokens(_tokenizer.Encode(Lines(passage, payload)), Ended: true);
        int[] learned = [.. written.Tokens, .. written.Ended ? [_tokenizer.EndOfText] : Array.Empty<int>()];
        return _texts.Written(passage, learned, _operatorWeight);
    }

    private static string Lines(Passage passage, string payload) =>
        WorldEdit.Parse(payload, out _) is WorldEdit.Mix mix
            ? string.Join(' ', WorldLines.Write(passage, mix.Operators, new CounterRandom(new Seed(0).Derive("by rule", passage.Id))))
            : payload;

    /// <summary>The very words, in their order: another list of as many would be read as nonsense.</summary>
    private static bool IsOfTheWorld(ITokenizer tokenizer)
    {
        try
        {
            return tokenizer.VocabularySize == WorldWords.All.Count
                && tokenizer.Encode(string.Join(' ', WorldWords.All)).SequenceEqual(Enumerable.Range(0, WorldWords.All.Count));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private ProposalPrompt Prompt(Passage passage) => new(_texts.EditPrompt(passage), SequentialPositions.Instance, _constraint);

    private SampleRequest Asked(Passage passage, Seed seed) => Prompt(passage).Request(_proposal, [seed]);

    /// <summary>The passage that a policy is asked about: of several the first.</summary>
    private static Passage First(TaskDocument task) => WorldTask.Of(task).Passages[0];
}
