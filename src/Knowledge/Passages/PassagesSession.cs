using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Judges;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Knowledge.Passages;

/// <summary>The domain bound to settings and vocabulary. Prompts are plain text, without a chat template: the paper's model is a base
/// model.</summary>
internal sealed class PassagesSession : IJudgedSession
{
    /// <summary>A base model goes on with questions of its own behind an answer.</summary>
    private static readonly string[] Stops = ["\nTopic:", "\nQuestion:", "\n\n"];

    private readonly PassageTraining _training;
    private readonly ITokenizer _tokenizer;
    private readonly int _context;
    private readonly string _template;
    private readonly int[] _begin;

    public PassagesSession(RunSettings settings, ModelInfo model)
    {
        PassageJudge.Check(settings);
        (_training, _tokenizer, _context) = (PassageTraining.Of(settings), model.Tokenizer, model.ContextLength);
        _template = PassageWording.Template(settings.Own<string>(PassageKeys.Prompt), settings.Proposal.Template);
        _begin = _tokenizer.TryGetSpecial("<|begin_of_text|>", out var begin) ? [begin] : [];
    }

    public string? Judge => _training.Judge?.Name;

    /// <summary>Self-edits are free text.</summary>
    public IEditSpace? Space => null;

    public ProposalPrompt Prompt(TaskDocument task) =>
        new(Plain(PassageWording.Fill(_template, Read(task))), SequentialPositions.Instance, Constraint: null);

    /// <summary>As JSON: what a policy writes may be a word that has a meaning elsewhere.</summary>
    public EditVerdict Parse(string text) =>
        PythonText.Strip(text).Length == 0 ? EditVerdict.Invalid("nothing was written") : EditVerdict.Valid(SealJson.ToText(new Written(text)));

    public InnerLoopPlan PlanInnerLoop(TaskDocument task, string payload, Seed seed)
    {
        if (payload == NoneProposer.Payload)
        {
            return new InnerLoopPlan(null, null, NoTraining: true);
        }

        var passage = Read(task);
        var longest = Math.Min(_training.MaxTokens, _context);
        TokenSequence[] texts =
        [
            .. TrainingTexts
                .Of(passage.Title, passage.Context, SealJson.Parse<Written>(payload).Text, _training.SplitLines)
                .Select(text => Plain(text))
                .Select(tokens => tokens.Length > longest ? tokens[..longest] : tokens)
                .Select(tokens => new TokenSequence(tokens, [.. tokens.Select(_ => 1f)])),
        ];
        var random = new CounterRandom(seed.Derive("batches"));
        int[][] batches =
        [
            .. Enumerable.Range(0, _training.TrainingEpochs).SelectMany(_ => random.NextPermutation(texts.Length).Chunk(_training.Batch)),
        ];
        return batches.Length > _training.MaxSteps
            ? InnerLoopPlan.Refuse($"{batches.Length} steps, and inner.max_steps allows {_training.MaxSteps}")
            : InnerLoopPlan.Train(
                new TrainRequest(
                    _training.Delta,
                    seed.Derive("initial"),
                    texts,
                    batches,
                    new OptimizerSpec(
                        _training.LearningRate,
                        _training.WarmupSteps,
                        batches.Length,
                        GradientClip: _training.GradientClip,
                        Linear: true
                    )
                )
            );
    }

    public EvaluationResult Evaluate(
        IModelHandle model,
        ITrainedDelta? delta,
        TaskDocument task,
        string payload,
        EvaluationKind kind,
        Seed seed,
        CancellationToken cancellation
    ) =>
        Judge is null
            ? Graded(Read(task), Answers(model, delta, Read(task), cancellation), null)
            : throw new InvalidOperationException("These settings need a judge.");

    /// <summary>An empty answer is wrong; nobody is asked about it.</summary>
    public EvaluationResult Evaluate(
        IModelHandle model,
        ITrainedDelta? delta,
        TaskDocument task,
        string payload,
        EvaluationKind kind,
        Seed seed,
        IAnswerJudge judge,
        CancellationToken cancellation
    )
    {
        var passage = Read(task);
        var answers = Answers(model, delta, passage, cancellation);
        int[] given = [.. Enumerable.Range(0, answers.Length).Where(i => answers[i].Length > 0)];
        var said = judge.Verdicts(
            [.. given.Select(i => JudgeWording.Query(Judge!, passage.Questions[i].Question, passage.Questions[i].Answer, answers[i]))],
            cancellation
        );
        var verdicts = new bool[answers.Length];
        foreach (var (i, correct) in given.Zip(said))
        {
            verdicts[i] = correct;
        }

        return Graded(passage, answers, verdicts);
    }

    private string[] Answers(IModelHandle model, ITrainedDelta? delta, PassageTask passage, CancellationToken cancellation)
    {
        var asked = passage
            .Questions.Select(question => new GenerateRequest(
                Plain(PassageWording.Ask(passage, question)),
                SequentialPositions.Instance,
                _tokenizer.EndTokens,
                _training.AnswerTokens
            ))
            .ToArray();
        return [.. model.Generate(delta, asked, cancellation).Select(tokens => Cut(_tokenizer.Decode(tokens)))];
    }

    private EvaluationResult Graded(PassageTask passage, string[] answers, bool[]? verdicts)
    {
        AnswerGrade[] grades = [.. passage.Questions.Zip(answers, (question, answer) => AnswerGrade.Of(question.Answer, answer))];
        var accuracy = verdicts is null ? grades.Average(Grade) : verdicts.Average(correct => correct ? 1.0 : 0);
        return new EvaluationResult(
            [
                new(ObservationNames.Exact, accuracy == 1 ? 1 : 0),
                new(ObservationNames.Accuracy, accuracy),
                new("exact_answers", grades.Average(grade => grade.Exact ? 1.0 : 0)),
                new("normalised_answers", grades.Average(grade => grade.Normalised ? 1.0 : 0)),
                new("contained_answers", grades.Average(grade => grade.Contains ? 1.0 : 0)),
                new("answer_f1", grades.Average(grade => grade.F1)),
            ],
            verdicts is null ? SealJson.ToText(answers) : SealJson.ToText(new JudgedAnswers(answers, verdicts))
        );
    }

    public TokenSequence UpdateSequence(TaskDocument task, string payload, DrawnTokens? drawn = null, Seed? view = null)
    {
        var prompt = Plain(PassageWording.Fill(_template, Read(task)));
        var written = drawn ?? new DrawnTokens(_tokenizer.Encode(SealJson.Parse<Written>(payload).Text), Ended: true);
        int[] learned = [.. written.Tokens, .. written.Ended && _tokenizer.EndOfText >= 0 ? [_tokenizer.EndOfText] : Array.Empty<int>()];
        return new TokenSequence([.. prompt, .. learned], [.. prompt.Select(_ => 0f), .. learned.Select(_ => 1f)]);
    }

    private double Grade(AnswerGrade grade) =>
        _training.Grader switch
        {
            "exact" => grade.Exact ? 1 : 0,
            "normalised" => grade.Normalised ? 1 : 0,
            "f1" => grade.F1,
            _ => grade.Contains ? 1 : 0,
        };

    private static string Cut(string answer)
    {
        var end = Stops.Select(stop => answer.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(answer.Length).Min();
        return PythonText.Strip(answer[..end]);
    }

    private int[] Plain(string text)
    {
        try
        {
            return [.. _begin, .. _tokenizer.Encode(text)];
        }
        catch (FormatException wrong)
        {
            throw new SweepException($"a passage cannot be written in the model's vocabulary: {wrong.Message}", wrong);
        }
    }

    private static PassageTask Read(TaskDocument task) => SealJson.Parse<PassageTask>(task.Json);

    /// <summary>What is kept of a trial that a model judged.</summary>
    private sealed record JudgedAnswers(string[] Answers, bool[] Verdicts);

    /// <summary>A self-edit: what was written.</summary>
    private sealed record Written(string Text);
}
