using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Grammars;
using Seal.Core.Json;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;
using Seal.Knowledge.InnerLoops;
using Seal.Knowledge.SelfEdits;
using Seal.Knowledge.World;

namespace Seal.Knowledge;

/// <summary>The domain bound to settings and vocabulary.</summary>
internal sealed class KnowledgeSession : IDomainSession, IEditSpace
{
    private readonly KnowledgeTraining _training;
    private readonly WorldTexts _texts;
    private readonly ITokenizer _tokenizer;
    private readonly LineConstraint _constraint;

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

        (_training, _texts) = (KnowledgeTraining.Of(settings), new WorldTexts(_tokenizer));
        _constraint = LineConstraint.Create(_tokenizer);
    }

    public IEditSpace Space => this;

    /// <summary>A policy writes lines of its own.</summary>
    public bool IsWhole => false;

    public string Random(CounterRandom random) => WorldEdit.Mixes[random.NextInt(WorldEdit.Mixes.Count)];

    public IEnumerable<string> Enumerate() => WorldEdit.Mixes;

    public ProposalPrompt Prompt(TaskDocument task) => new(_texts.EditPrompt(Read(task).Text), SequentialPositions.Instance, _constraint);

    public EditVerdict Parse(string text) =>
        WorldEdit.Parse(text, out var problem) is { } edit ? EditVerdict.Valid(edit.Text) : EditVerdict.Invalid(problem!);

    public InnerLoopPlan PlanInnerLoop(TaskDocument task, string payload, Seed seed)
    {
        var edit = payload == NoneProposer.Payload ? null : WorldEdit.Parse(payload, out _)!;
        if (edit is null or WorldEdit.Whole { Set: RuleSet.Context })
        {
            return new InnerLoopPlan(null, null, NoTraining: true);
        }

        var texts = Texts(Read(task), edit, seed);
        // One passage a step, whatever the others may read.
        var stepTokens = edit is WorldEdit.Whole { Set: RuleSet.Raw } ? 1 : _training.StepTokens;
        var batches = TokenBudget.Batches(texts, _training.Steps, stepTokens, seed.Derive("batches"));
        var optimizer = new OptimizerSpec(_training.LearningRate, _training.WarmupSteps, batches.Count, GradientClip: _training.GradientClip);
        return InnerLoopPlan.Train(new TrainRequest(_training.Delta, seed.Derive("initial"), texts, batches, optimizer));
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
        var passage = Read(task);
        var inFront = WorldEdit.Parse(payload, out _) is WorldEdit.Whole { Set: RuleSet.Context } ? passage.Text : null;
        WorldQuestion[] asked = [.. passage.Questions, .. passage.HeldOut];
        var sequences = asked.Select(question => _texts.Probe(question.Text, question.Answer, inFront)).ToArray();
        var scores = model.Score(delta, sequences, cancellation);
        var right = sequences.Zip(scores, (sequence, score) => score.IsExact(sequence)).ToArray();
        var own = right[..passage.Questions.Count];
        List<Observation> seen =
        [
            new(ObservationNames.Exact, Array.TrueForAll(own, one => one) ? 1 : 0),
            new(ObservationNames.Accuracy, Share(own)),
            new("held_out_accuracy", Share(right[passage.Questions.Count..])),
            .. Enum.GetValues<Format>()
                .Select(format => new Observation(
                    $"{format.ToString().ToLowerInvariant()}_accuracy",
                    Share([.. own.Where((_, i) => passage.Questions[i].Fact.Format == format)])
                )),
        ];
        return new EvaluationResult(seen, string.Concat(right.Select(one => one ? '1' : '0')) is var marks ? SealJson.ToText(marks) : null);
    }

    /// <summary>What is to be written by rule is learned as the lines that it means: the vocabulary has no word for a rule.</summary>
    public TokenSequence UpdateSequence(TaskDocument task, string payload, DrawnTokens? drawn = null, Seed? view = null)
    {
        var passage = Read(task);
        var prompt = _texts.EditPrompt(passage.Text);
        var written = drawn ?? new DrawnTokens(_tokenizer.Encode(Lines(passage, payload)), Ended: true);
        int[] learned = [.. written.Tokens, .. written.Ended ? [_tokenizer.EndOfText] : Array.Empty<int>()];
        return new TokenSequence([.. prompt, .. learned], [.. prompt.Select(_ => 0f), .. learned.Select(_ => 1f)]);
    }

    private static string Lines(Passage passage, string payload) =>
        WorldEdit.Parse(payload, out _) is WorldEdit.Mix mix
            ? string.Join(' ', WorldLines.Write(passage, mix.Operators, new CounterRandom(new Seed(0).Derive("by rule", passage.Id))))
            : payload;

    /// <summary>What a self-edit trains on: its lines, and always the passage behind them.</summary>
    internal IReadOnlyList<TokenSequence> Texts(Passage passage, WorldEdit edit, Seed seed)
    {
        var random = new CounterRandom(seed.Derive("texts"));
        var lines = edit switch
        {
            WorldEdit.Lines written => written.Written,
            WorldEdit.Mix mix => WorldLines.Write(passage, mix.Operators, random),
            WorldEdit.Whole whole => RuleSets.Texts(whole.Set, passage, random),
            _ => throw new InvalidOperationException(),
        };
        return [.. lines.Select(line => Text(line.Sentence)), _texts.Statement(passage.Text)];
    }

    /// <summary>A question is trained as one: behind its mark stands the answer.</summary>
    private TokenSequence Text(string sentence)
    {
        var mark = sentence.IndexOf(WorldWords.Asks, StringComparison.Ordinal);
        return mark < 0 || mark == sentence.Length - 1
            ? _texts.Statement(sentence)
            : _texts.Asked(sentence[..(mark + 1)], sentence[(mark + 1)..].Trim());
    }

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

    private static double Share(bool[] right) => right.Length == 0 ? 0 : right.Count(one => one) / (double)right.Length;

    private static Passage Read(TaskDocument task) => SealJson.Parse<Passage>(task.Json);
}
