using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Knowledge.SelfEdits;
using Seal.Knowledge.World;

namespace Seal.Knowledge.InnerLoops;

/// <summary>What is trained for a self-edit, and how what came of it is asked.</summary>
internal sealed class PassageLoop(KnowledgeTraining training, WorldTexts texts)
{
    /// <summary>A passage and six lines about it have about twice the tokens of the passage.</summary>
    private const int LinesAndPassage = 2;

    private readonly IReadOnlyList<TokenSequence> _background =
    [
        .. WorldPretraining.BackgroundQuestions(training.BackgroundQuestions).Select(question => texts.Probe(question.Text, question.Answer)),
    ];

    public KnowledgeTraining Training => training;

    public WorldTexts Writer => texts;

    /// <summary>What a self-edit trains on: its lines, and always the passage behind them.</summary>
    public IReadOnlyList<TokenSequence> Texts(Passage passage, WorldEdit edit, Seed seed)
    {
        var random = new CounterRandom(seed.Derive("texts"));
        var lines = edit switch
        {
            WorldEdit.Lines written => written.Written,
            WorldEdit.Mix mix => WorldLines.Write(passage, mix.Operators, random),
            WorldEdit.Whole whole => RuleSets.Texts(whole.Set, passage, random),
            _ => throw new InvalidOperationException(),
        };
        return [.. lines.Select(line => Text(line.Sentence)), texts.Statement(passage.Text)];
    }

    /// <summary>Optimizer steps of a training on a passage and what is written about it. The raw passage gets as many passes as six lines and their
    /// passage do, one passage a step: losses are means, so that a step over copies of a text is a step over the text.</summary>
    public int Steps(WorldEdit edit, Passage passage) =>
        IsRaw(edit) ? Math.Max(1, training.Steps * training.StepTokens / (LinesAndPassage * Length(passage))) : training.Steps;

    /// <summary>Training tokens of such a training, as planned.</summary>
    public long Tokens(WorldEdit edit, Passage passage) => (long)Steps(edit, passage) * (IsRaw(edit) ? Length(passage) : training.StepTokens);

    /// <summary>Tokens of a step: for the raw passage one text, whatever its length.</summary>
    public int StepTokens(WorldEdit edit) => IsRaw(edit) ? 1 : training.StepTokens;

    private int Length(Passage passage) => texts.Statement(passage.Text).Length;

    private static bool IsRaw(WorldEdit edit) => edit is WorldEdit.Whole { Set: RuleSet.Raw };

    /// <summary>A training.</summary>
    /// <param name="own">Its texts, at least one.</param>
    /// <param name="steps">Optimizer steps.</param>
    /// <param name="stepTokens">Tokens of a step, on average.</param>
    /// <param name="seed">Shuffles.</param>
    /// <param name="again">Texts that take a share of every step (<c>knowledge.replay_share</c>), the same of each of the lists that have any; none
    /// for no replay.</param>
    public TrainRequest Request(
        IReadOnlyList<TokenSequence> own,
        int steps,
        int stepTokens,
        Seed seed,
        params IReadOnlyList<IReadOnlyList<TokenSequence>> again
    )
    {
        IReadOnlyList<TokenSequence>[] others = [.. again.Where(list => list.Count > 0)];
        var share = others.Length > 0 ? training.ReplayShare : 0;
        var batches = TokenBudget.Batches(own, steps, Math.Max(1, (int)Math.Round(stepTokens * (1 - share))), seed.Derive("batches"));
        List<TokenSequence> all = [.. own];
        foreach (var list in others)
        {
            var replayed = TokenBudget.Batches(
                list,
                steps,
                Math.Max(1, (int)Math.Round(stepTokens * share / others.Length)),
                seed.Derive("replay-batches"),
                mayBeEmpty: true
            );
            var first = all.Count;
            batches = [.. batches.Zip(replayed, (mine, theirs) => (int[])[.. mine, .. theirs.Select(index => first + index)])];
            all.AddRange(list);
        }

        var optimizer = new OptimizerSpec(training.LearningRate, training.WarmupSteps, batches.Count, GradientClip: training.GradientClip);
        return new TrainRequest(training.Delta, seed.Derive("initial"), all, batches, optimizer);
    }

    /// <summary>As many texts as replay has room for in a training, so that none of them is trained on twice.</summary>
    /// <param name="texts">Without end.</param>
    /// <param name="passage">The training's passage.</param>
    /// <param name="edit">Its self-edit.</param>
    public IReadOnlyList<TokenSequence> Fill(IEnumerable<TokenSequence> texts, Passage passage, WorldEdit edit)
    {
        var room = training.ReplayShare * Tokens(edit, passage);
        var filled = new List<TokenSequence>();
        foreach (var text in texts.TakeWhile(_ => room > 0))
        {
            filled.Add(text);
            room -= text.Length;
        }

        return filled;
    }

    /// <summary>How likely the right answers to a task's questions are: mean over their tokens, in nats.</summary>
    public double LogProbability(IModelHandle model, ITrainedDelta? delta, Passage passage, bool inFront, CancellationToken cancellation)
    {
        TokenSequence[] probes = [.. Probes(passage, passage.Questions, inFront)];
        return probes
            .Zip(model.Score(delta, probes, cancellation))
            .SelectMany(one => one.Second.LogProbabilities.Where((_, t) => one.First.Weights[t] != 0))
            .Average(likely => (double)likely);
    }

    /// <summary>Whether each question of a passage is answered, those in other words last.</summary>
    /// <param name="model">The model.</param>
    /// <param name="delta">What was trained on it, or null.</param>
    /// <param name="passage">Whose questions.</param>
    /// <param name="inFront">Whether the passage stands in front of each.</param>
    /// <param name="cancellation">Handed on.</param>
    public bool[] Ask(IModelHandle model, ITrainedDelta? delta, Passage passage, bool inFront, CancellationToken cancellation) =>
        Exact(model, delta, [.. Probes(passage, passage.Questions.Concat(passage.HeldOut), inFront)], cancellation);

    /// <summary>Share of <c>knowledge.background_questions</c> that are answered; null without any.</summary>
    public double? Background(IModelHandle model, ITrainedDelta? delta, CancellationToken cancellation) =>
        _background.Count == 0 ? null : Exact(model, delta, _background, cancellation).Average(right => right ? 1.0 : 0);

    private IEnumerable<TokenSequence> Probes(Passage passage, IEnumerable<WorldQuestion> questions, bool inFront) =>
        questions.Select(question => texts.Probe(question.Text, question.Answer, inFront ? passage.Text : null));

    private static bool[] Exact(IModelHandle model, ITrainedDelta? delta, IReadOnlyList<TokenSequence> probes, CancellationToken cancellation) =>
        [.. probes.Zip(model.Score(delta, probes, cancellation), (probe, score) => score.IsExact(probe))];

    /// <summary>A question is trained as one: behind its mark stands the answer.</summary>
    private TokenSequence Text(string sentence)
    {
        var mark = sentence.IndexOf(WorldWords.Asks, StringComparison.Ordinal);
        return mark < 0 || mark == sentence.Length - 1
            ? texts.Statement(sentence)
            : texts.Asked(sentence[..(mark + 1)], sentence[(mark + 1)..].Trim());
    }
}
