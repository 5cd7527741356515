using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Knowledge.Passages;

/// <summary>The domain bound to settings and vocabulary. Prompts are plain text, without a chat template: the paper's model is a base
/// model.</summary>
internal sealed class PassagesSession : IDomainSession
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
        (_training, _tokenizer, _context) = (PassageTraining.Of(settings), model.Tokenizer, model.ContextLength);
        _template = PassageWording.Template(settings.Own<string>(PassageKeys.Prompt), settings.Proposal.Template);
        _begin = _tokenizer.TryGetSpecial("<|begin_of_text|>", out var begin) ? [begin] : [];
    }

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
    )
    {
        var passage = Read(task);
        var asked = passage
            .Questions.Select(question => new GenerateRequest(
                Plain(PassageWording.Ask(passage, question)),
                SequentialPositions.Instance,
                _tokenizer.EndTokens,
                _training.AnswerTokens
            ))
            .ToArray();
        string[] answers = [.. model.Generate(delta, asked, cancellation).Select(tokens => Cut(_tokenizer.Decode(tokens)))];
        AnswerGrade[] grades = [.. passage.Questions.Zip(answers, (question, answer) => AnswerGrade.Of(question.Answer, answer))];
        var accuracy = grades.Average(Grade);
        return new EvaluationResult(
            [
                new(ObservationNames.Exact, accuracy == 1 ? 1 : 0),
                new(ObservationNames.Accuracy, accuracy),
                new("exact_answers", grades.Average(grade => grade.Exact ? 1.0 : 0)),
                new("normalised_answers", grades.Average(grade => grade.Normalised ? 1.0 : 0)),
                new("contained_answers", grades.Average(grade => grade.Contains ? 1.0 : 0)),
                new("answer_f1", grades.Average(grade => grade.F1)),
            ],
            SealJson.ToText(answers)
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

    /// <summary>A self-edit: what was written.</summary>
    private sealed record Written(string Text);
}
