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
internal sealed class ArcEvaluator(ArcJudging settings, ModelInfo model, IPromptFormat format)
{
    /// <summary>An answer may be this many times longer a side than any grid that is known; bounds what a model that never ends costs.</summary>
    private const int SideGrowth = 2;

    private const int LongestSide = 30;

    /// <summary>Up to so many views it is known, by trying every case, that more than half of them decide the vote (VotingTests).</summary>
    private const int MostSettled = 8;

    public EvaluationResult Evaluate(
        IModelHandle handle,
        ITrainedDelta? delta,
        ArcTask task,
        ViewKinds? kinds,
        Seed seed,
        CancellationToken cancellation
    )
    {
        if (ArcTaskJson.Validate(task, needsTestOutputs: true) is { } wrong)
        {
            throw new SweepException(wrong);
        }

        int[][] questions = [.. task.Test.Select(pair => format.Question(task.Train, pair.Input))];
        int[][] answers = [.. task.Test.Select(pair => format.Answer(pair.Output!))];
        if (questions.Zip(answers).Any(pair => pair.First.Length + pair.Second.Length > model.ContextLength))
        {
            return TooLong();
        }

        var scores = handle.Score(delta, [.. questions.Zip(answers, format.Located)], cancellation);
        var observations = Plain(scores, questions, answers);
        if (settings.Demonstrations)
        {
            observations.Add(new Observation(ObservationNames.DemonstrationAccuracy, Demonstrations(handle, delta, task, cancellation)));
        }

        if (settings.Kind == EvaluationKind.Shown)
        {
            return new EvaluationResult(observations, SealJson.ToText(Shown(handle, delta, task, cancellation)));
        }

        if (settings.Kind == EvaluationKind.Measured)
        {
            var likely = questions.Zip(scores).SelectMany(pair => pair.Second.LogProbabilities.Skip(pair.First.Length)).Average();
            return new EvaluationResult([.. observations, new Observation(ObservationNames.LogProbability, likely)], null);
        }

        if (settings.Kind == EvaluationKind.Plain)
        {
            return new EvaluationResult(observations, null);
        }

        var (votes, predictions) = Vote(handle, delta, task, kinds, seed, cancellation);
        return new EvaluationResult([.. observations, .. votes], SealJson.ToText(predictions));
    }

    private static List<Observation> Plain(IReadOnlyList<SequenceScore> scores, int[][] questions, int[][] answers)
    {
        int right = 0,
            all = 0;
        for (var i = 0; i < answers.Length; i++)
        {
            right += answers[i].Where((token, t) => scores[i].Argmax[questions[i].Length + t] == token).Count();
            all += answers[i].Length;
        }

        return [new Observation(ObservationNames.Exact, right == all ? 1 : 0), new Observation(ObservationNames.TokenAccuracy, right / (double)all)];
    }

    private (IReadOnlyList<Observation> Observations, Predictions Predictions) Vote(
        IModelHandle handle,
        ITrainedDelta? delta,
        ArcTask task,
        ViewKinds? kinds,
        Seed seed,
        CancellationToken cancellation
    )
    {
        bool first = true,
            second = true;
        var predictions = new List<TestPrediction>();
        for (var test = 0; test < task.Test.Count; test++)
        {
            var views = ArcViews.Take(task, test, settings.Views, seed, kinds);
            var answers = Answers(handle, delta, task.Test[test].Output!, views, cancellation);
            var vote = TwoLevelVote.Count([
                .. views.Zip(answers).Where(pair => pair.Second is not null).Select(pair => new Ballot(pair.Second!, pair.First.Category)),
            ]);
            var truth = task.Test[test].Output!;
            first &= truth.Equals(vote.First);
            second &= vote.Include(truth);
            // The plain view comes first.
            predictions.Add(
                new TestPrediction(
                    TestPrediction.Rows(answers[0]),
                    TestPrediction.Rows(vote.First),
                    TestPrediction.Rows(vote.Second),
                    [.. answers.Select(TestPrediction.Rows)]
                )
            );
        }

        return (
            [new Observation(ObservationNames.VoteTop1, first ? 1 : 0), new Observation(ObservationNames.VoteTop2, second ? 1 : 0)],
            new Predictions(predictions)
        );
    }

    /// <summary>
    /// The answer of each view. A view whose every answer token is the teacher-forced argmax would be decoded to the true answer, so where the
    /// sweep allows it such views are not decoded; nor are the others where the vote no longer hangs on them: more than half of the views right
    /// settle it, none right loses it.
    /// </summary>
    private Grid?[] Answers(IModelHandle handle, ITrainedDelta? delta, Grid truth, IReadOnlyList<ArcView> views, CancellationToken cancellation)
    {
        var hits = settings.Decode == "all" ? new bool[views.Count] : Hits(handle, delta, views, cancellation);
        var count = hits.Count(hit => hit);
        var open = settings.Decode == "all" || (count > 0 && (2 * count <= views.Count || views.Count > MostSettled));
        int[] missed = open ? [.. Enumerable.Range(0, views.Count).Where(i => !hits[i])] : [];
        var found = missed.Length == 0 ? [] : handle.Generate(delta, [.. missed.Select(i => Request(views[i].Task))], cancellation);
        var answers = new Grid?[views.Count];
        for (var i = 0; i < views.Count; i++)
        {
            answers[i] = hits[i] ? truth : null;
        }

        for (var i = 0; i < missed.Length; i++)
        {
            answers[missed[i]] = format.ReadAnswer(found[i]) is { } answer ? views[missed[i]].Invert(answer) : null;
        }

        return answers;
    }

    private bool[] Hits(IModelHandle handle, ITrainedDelta? delta, IReadOnlyList<ArcView> views, CancellationToken cancellation)
    {
        int[][] questions = [.. views.Select(view => format.Question(view.Task.Train, view.Task.Test[0].Input))];
        int[][] truths = [.. views.Select(view => format.Answer(view.Task.Test[0].Output!))];
        // A view may be longer than the plain one by a token or two; one that does not fit is not hit.
        int[] fitting = [.. Enumerable.Range(0, views.Count).Where(i => questions[i].Length + truths[i].Length <= model.ContextLength)];
        var scores = handle.Score(delta, [.. fitting.Select(i => format.Located(questions[i], truths[i]))], cancellation);
        var hits = new bool[views.Count];
        for (var f = 0; f < fitting.Length; f++)
        {
            var i = fitting[f];
            hits[i] = !truths[i].Where((token, t) => scores[f].Argmax[questions[i].Length + t] != token).Any();
        }

        return hits;
    }

    /// <summary>Share of the demonstrations' answer tokens that are right, each demonstration asked with the others before it.</summary>
    private double Demonstrations(IModelHandle handle, ITrainedDelta? delta, ArcTask task, CancellationToken cancellation)
    {
        int right = 0,
            all = 0;
        for (var i = 0; i < task.Train.Count; i++)
        {
            var question = format.Question([.. task.Train.Where((_, other) => other != i)], task.Train[i].Input);
            var answer = format.Answer(task.Train[i].Output!);
            all += answer.Length;
            if (question.Length + answer.Length <= model.ContextLength)
            {
                var score = handle.Score(delta, [format.Located(question, answer)], cancellation)[0];
                right += answer.Where((token, t) => score.Argmax[question.Length + t] == token).Count();
            }
        }

        return all == 0 ? 0 : right / (double)all;
    }

    private Predictions Shown(IModelHandle handle, ITrainedDelta? delta, ArcTask task, CancellationToken cancellation)
    {
        var found = handle.Generate(delta, [.. task.Test.Select(pair => Request(task with { Test = [pair] }))], cancellation);
        return new Predictions([.. found.Select(tokens => new TestPrediction(TestPrediction.Rows(format.ReadAnswer(tokens)), null, null, []))]);
    }

    private GenerateRequest Request(ArcTask view)
    {
        var question = format.Question(view.Train, view.Test[0].Input);
        // The true output must not tell how long to go on: only grids that a solver may see count.
        var known = view with
        {
            Test = [new ArcPair(view.Test[0].Input, null)],
        };
        var most = Math.Min(format.AnswerLength(Math.Min(LongestSide, SideGrowth * known.MaxSide)), model.ContextLength - question.Length);
        return new GenerateRequest(question, format.Positions, format.AnswerEnds, most);
    }

    /// <summary>A failure with a reason, not a crash: real tasks may be longer than a small model's context.</summary>
    private EvaluationResult TooLong()
    {
        var observations = new List<Observation>
        {
            new(ObservationNames.Exact, 0),
            new(ObservationNames.TokenAccuracy, 0),
            new(ArcObservations.TooLong, 1),
        };
        if (settings.Kind == EvaluationKind.Vote)
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
