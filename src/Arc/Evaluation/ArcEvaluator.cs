using Seal.Arc.Prompts;
using Seal.Arc.Tasks;
using Seal.Arc.Views;
using Seal.Arc.Voting;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Arc.Evaluation;

/// <summary>
/// Judges an adapted model by a task's test pairs; a task counts only if all of them are right. The plain view costs one teacher-forced
/// pass: greedy decoding gives the true answer if and only if every answer token, the end included, is the argmax. Votes are decoded.
/// </summary>
internal sealed class ArcEvaluator(EvaluateSettings settings, ModelInfo model, IPromptFormat format)
{
    /// <summary>An answer may be this many times longer a side than any grid that is known; bounds what a model that never ends costs.</summary>
    private const int SideGrowth = 2;

    private const int LongestSide = 30;

    public EvaluationResult Evaluate(
        IModelHandle handle, ITrainedDelta? delta, ArcTask task, EvaluationKind kind, ViewKinds? kinds, Seed seed, CancellationToken cancellation)
    {
        if (ArcTaskJson.Validate(task, needsTestOutputs: true) is { } wrong)
        {
            throw new SweepException(wrong);
        }

        int[][] questions = [.. task.Test.Select(pair => format.Question(task.Train, pair.Input))];
        int[][] answers = [.. task.Test.Select(pair => format.Answer(pair.Output!))];
        if (questions.Zip(answers).Any(pair => pair.First.Length + pair.Second.Length > model.ContextLength))
        {
            return TooLong(kind);
        }

        var observations = Plain(handle.Score(delta, [.. questions.Zip(answers, format.Located)], cancellation), questions, answers);
        if (kind == EvaluationKind.Plain || settings.Views == 0)
        {
            return new EvaluationResult(observations, null);
        }

        var (votes, predictions) = Vote(handle, delta, task, kinds, seed, cancellation);
        return new EvaluationResult([.. observations, .. votes], SealJson.ToText(predictions));
    }

    private static List<Observation> Plain(IReadOnlyList<SequenceScore> scores, int[][] questions, int[][] answers)
    {
        int right = 0, all = 0;
        for (var i = 0; i < answers.Length; i++)
        {
            right += answers[i].Where((token, t) => scores[i].Argmax[questions[i].Length + t] == token).Count();
            all += answers[i].Length;
        }

        return [new Observation(ObservationNames.Exact, right == all ? 1 : 0), new Observation(ObservationNames.TokenAccuracy, right / (double)all)];
    }

    private (IReadOnlyList<Observation> Observations, Predictions Predictions) Vote(
        IModelHandle handle, ITrainedDelta? delta, ArcTask task, ViewKinds? kinds, Seed seed, CancellationToken cancellation)
    {
        bool first = true, second = true;
        var predictions = new List<TestPrediction>();
        for (var test = 0; test < task.Test.Count; test++)
        {
            var views = ArcViews.Take(task, test, settings.Views, seed, kinds);
            var found = handle.Generate(delta, [.. views.Select(view => Request(view.Task))], cancellation);
            Grid?[] answers = [.. views.Zip(found, (view, tokens) => format.ReadAnswer(tokens) is { } answer ? view.Invert(answer) : null)];
            var vote = TwoLevelVote.Count(
                [.. views.Zip(answers).Where(pair => pair.Second is not null).Select(pair => new Ballot(pair.Second!, pair.First.Category))]);
            var truth = task.Test[test].Output!;
            first &= truth.Equals(vote.First);
            second &= vote.Include(truth);
            // The plain view comes first.
            predictions.Add(new TestPrediction(
                TestPrediction.Rows(answers[0]), TestPrediction.Rows(vote.First), TestPrediction.Rows(vote.Second), [.. answers.Select(TestPrediction.Rows)]));
        }

        return ([new Observation(ObservationNames.VoteTop1, first ? 1 : 0), new Observation(ObservationNames.VoteTop2, second ? 1 : 0)], new Predictions(predictions));
    }

    private GenerateRequest Request(ArcTask view)
    {
        var question = format.Question(view.Train, view.Test[0].Input);
        // The true output must not tell how long to go on: only grids that a solver may see count.
        var known = view with { Test = [new ArcPair(view.Test[0].Input, null)] };
        var most = Math.Min(format.AnswerLength(Math.Min(LongestSide, SideGrowth * known.MaxSide)), model.ContextLength - question.Length);
        return new GenerateRequest(question, format.Positions, format.AnswerEnd, most);
    }

    /// <summary>A failure with a reason, not a crash: real tasks may be longer than a small model's context.</summary>
    private EvaluationResult TooLong(EvaluationKind kind)
    {
        var observations = new List<Observation> { new(ObservationNames.Exact, 0), new(ObservationNames.TokenAccuracy, 0), new(ArcObservations.TooLong, 1) };
        if (kind == EvaluationKind.Vote && settings.Views > 0)
        {
            observations.AddRange([new Observation(ObservationNames.VoteTop1, 0), new Observation(ObservationNames.VoteTop2, 0)]);
        }

        return new EvaluationResult(observations, null);
    }
}

/// <summary>Names of observations that only this domain makes.</summary>
public static class ArcObservations
{
    /// <summary>1 where question and answer are longer than the model's context, so that nothing was asked; absent otherwise.</summary>
    public const string TooLong = "too_long";
}
