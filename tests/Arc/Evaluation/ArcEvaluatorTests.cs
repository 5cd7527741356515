using Seal.Arc.Evaluation;
using Seal.Arc.Generators;
using Seal.Arc.Prompts;
using Seal.Arc.Tasks;
using Seal.Arc.Tests.Support;
using Seal.Arc.Views;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;

namespace Seal.Arc.Tests.Evaluation;

public sealed class ArcEvaluatorTests
{
    private static readonly TestVocabulary Vocabulary = new();
    private static readonly GridPromptFormat Format = new(Vocabulary);
    private static readonly ModelInfo Model = new(Vocabulary, 2048, UsesGridPositions: true);

    // Every output is its input upside down; no two demonstrations look alike.
    private static readonly ArcTask Task = new("upside-down", [Pair("12/30"), Pair("40/05/60"), Pair("777/080/900")], [Pair("10/20/35")]);

    [Fact]
    public void Evaluate_Demonstrations_AreEachAskedWithTheOthersAlone()
    {
        var model = new ScriptedModel(Format, Model, _ => null);
        Evaluate(model, new EvaluateSettings(Views: 0, Demonstrations: true), EvaluationKind.Plain);

        int[][] expected =
        [
            Format.Question(Task.Train, Task.Test[0].Input),
            Format.Question([Task.Train[1], Task.Train[2]], Task.Train[0].Input),
            Format.Question([Task.Train[0], Task.Train[2]], Task.Train[1].Input),
            Format.Question([Task.Train[0], Task.Train[1]], Task.Train[2].Input),
        ];
        Assert.Equal(expected, model.Scored.Select(QuestionOf));
    }

    [Fact]
    public void Evaluate_DemonstrationsByAModelThatOnlyCopiesWhatItIsShown_AreAllWrong()
    {
        var seen = Evaluate(new ScriptedModel(Format, Model, Copied), new EvaluateSettings(Views: 0, Demonstrations: true), EvaluationKind.Plain);
        Assert.Equal(0, seen[ObservationNames.DemonstrationAccuracy]);
    }

    [Fact]
    public void Evaluate_DemonstrationsByAModelThatKnowsOneOfThree_AreTheShareOfItsTokens()
    {
        // Answers of 6, 9 and 12 tokens: two rows of two cells with their ends, three of two, three of three; the model has the second.
        var model = new ScriptedModel(
            Format,
            Model,
            question => ScriptedModel.InputOf(Format, question).Equals(Task.Train[1].Input) ? Task.Train[1].Output : null
        );
        int[] lengths = [.. Task.Train.Select(pair => Format.Answer(pair.Output!).Length)];
        Assert.Equal([6, 9, 12], lengths);
        var seen = Evaluate(model, new EvaluateSettings(Views: 0, Demonstrations: true), EvaluationKind.Plain);
        Assert.Equal(9 / 27.0, seen[ObservationNames.DemonstrationAccuracy]);
    }

    [Theory]
    [InlineData(1, 2, 1)]
    [InlineData(2, 4, 2)]
    [InlineData(4, 8, 4)]
    [InlineData(3, 4, 0)]
    [InlineData(5, 8, 0)]
    [InlineData(0, 8, 0)]
    [InlineData(1, 8, 7)]
    public void Evaluate_SomeViewsRight_DecodesTheOthersUnlessMoreThanHalfOrNoneAre(int right, int views, int decoded)
    {
        var seed = new Seed(1);
        var taken = ArcViews.Take(Task, 0, views, seed);
        Assert.Equal(views, taken.Count);
        var known = taken.Take(right).Select(view => Key(Format.Question(view.Task.Train, view.Task.Test[0].Input))).ToHashSet();
        Assert.Equal(right, known.Count);
        Grid? Answer(int[] question) => known.Contains(Key(question)) ? TruthOf(taken, question) : null;

        var model = new ScriptedModel(Format, Model, Answer);
        var seen = Evaluate(model, new EvaluateSettings(Views: views, Decode: "unsettled"), EvaluationKind.Vote, seed);
        Assert.Equal(decoded, model.Generated.Count);

        var all = Evaluate(new ScriptedModel(Format, Model, Answer), new EvaluateSettings(Views: views, Decode: "all"), EvaluationKind.Vote, seed);
        Assert.Equal(all, seen);
    }

    [Fact]
    public void Evaluate_HalfOfTheViewsRightAndTheOthersOfOneMind_IsLeftToTheVote()
    {
        // Two views that agree on a wrong answer against two that are right: the right ones settle nothing.
        var seed = new Seed(1);
        var taken = ArcViews.Take(Task, 0, 4, seed);
        var wrong = Grid.Create(3, 2, (_, _) => 9);
        Grid? Answer(int[] question)
        {
            var place = Enumerable.Range(0, 4).First(i => Key(Format.Question(taken[i].Task.Train, taken[i].Task.Test[0].Input)) == Key(question));
            return place < 2 ? taken[place].Map.Apply(wrong) : TruthOf(taken, question);
        }

        var model = new ScriptedModel(Format, Model, Answer);
        var seen = Evaluate(model, new EvaluateSettings(Views: 4, Decode: "unsettled"), EvaluationKind.Vote, seed);
        Assert.Equal(2, model.Generated.Count);
        Assert.Equal(
            Evaluate(new ScriptedModel(Format, Model, Answer), new EvaluateSettings(Views: 4, Decode: "all"), EvaluationKind.Vote, seed),
            seen
        );
    }

    [Fact]
    public void Evaluate_LongestAnswer_IsTwiceTheLongestSideASolverSees()
    {
        var model = new ScriptedModel(Format, Model, _ => null);
        Evaluate(model, new EvaluateSettings(Views: 1, Decode: "all"), EvaluationKind.Vote);
        Assert.Equal(Format.AnswerLength(6), Assert.Single(model.Generated).MaxNewTokens);
        var longer = Task with { Test = [Task.Test[0] with { Output = Grid.Create(20, 20, (_, _) => 3) }] };
        Evaluate(model, new EvaluateSettings(Views: 1, Decode: "all"), EvaluationKind.Vote, task: longer);
        Assert.Equal(Format.AnswerLength(6), model.Generated[1].MaxNewTokens);
    }

    [Fact]
    public void Evaluate_OneWrongCell_IsNotExactAndCountsTheOtherTokens()
    {
        var output = Task.Test[0].Output!;
        var wrong = Grid.Create(output.Height, output.Width, (row, column) => row + column == 0 ? 7 : output[row, column]);
        var seen = Evaluate(new ScriptedModel(Format, Model, _ => wrong), new EvaluateSettings(Views: 0), EvaluationKind.Plain);
        Assert.Equal((0, 8 / 9.0), (seen[ObservationNames.Exact], seen[ObservationNames.TokenAccuracy]));
    }

    private static Dictionary<string, double> Evaluate(
        ScriptedModel model,
        EvaluateSettings settings,
        EvaluationKind kind,
        Seed? seed = null,
        ArcTask? task = null
    ) =>
        new ArcEvaluator(ArcJudging.Of(settings, kind), Model, Format)
            .Evaluate(model, null, task ?? Task, null, seed ?? new Seed(1), default)
            .Observations.ToDictionary(seen => seen.Name, seen => seen.Value);

    private static int[] QuestionOf(Core.Sequences.TokenSequence text) => text.Tokens[..(Array.LastIndexOf(text.Tokens, 4) + 1)];

    /// <summary>The output that the question itself shows beside the same input, if it does.</summary>
    private static Grid? Copied(int[] question)
    {
        var asked = ScriptedModel.InputOf(Format, question);
        return Task.Train.FirstOrDefault(pair => pair.Input.Equals(asked) && Shows(question, pair))?.Output;
    }

    private static bool Shows(int[] question, ArcPair pair)
    {
        var shown = Format.Question([pair], pair.Input);
        var demonstration = shown.AsSpan(1, Format.Question([pair], pair.Input).Length - Format.Question([], pair.Input).Length);
        return question.AsSpan().IndexOf(demonstration) >= 0;
    }

    /// <summary>The true answer of the view that asks this.</summary>
    private static Grid TruthOf(IReadOnlyList<ArcView> views, int[] question) =>
        views.First(view => Key(Format.Question(view.Task.Train, view.Task.Test[0].Input)) == Key(question)).Task.Test[0].Output!;

    private static string Key(int[] tokens) => string.Join(',', tokens);

    private static ArcPair Pair(string rows)
    {
        var input = Grid.FromRows([.. rows.Split('/').Select(row => row.Select(digit => digit - '0').ToArray())]);
        return new ArcPair(input, Sketch.Orient(input, 1));
    }
}
