using CsCheck;
using Seal.Arc.Evaluation;
using Seal.Arc.Generators;
using Seal.Arc.Prompts;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Arc.Tests.Support;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;

namespace Seal.Arc.Tests;

public sealed class ArcDomainTests
{
    private static readonly TestVocabulary Vocabulary = new();
    private static readonly GridPromptFormat Format = new(Vocabulary);
    private static readonly ModelInfo Model = new(Vocabulary, 2048, UsesGridPositions: true);
    private static readonly RunSettings Settings = new("arc", new(), new(), new(Batch: 4), new(), new(), new(Views: 8));
    private static readonly IDomainSession Session = new ArcDomain().Open(Settings, Model);

    // Every output is its input upside down; the test has two inputs.
    private static readonly ArcTask Task = new(
        "upside-down",
        [Pair("12/30"), Pair("40/05/60"), Pair("777/080/900")],
        [Pair("10/20/30"), Pair("123/450")]
    );

    private static readonly TaskDocument Document = ArcTaskJson.ToDocument(Task);

    [Fact]
    public void PlanInnerLoop_SameArguments_SamePlan()
    {
        var edit = Edit(basic: true, epochs: 2);
        var first = Session.PlanInnerLoop(Document, edit, new Seed(3));
        var again = new ArcDomain().Open(Settings, Model).PlanInnerLoop(Document, edit, new Seed(3));
        Assert.Equal(SealJson.Hash(first), SealJson.Hash(again));
        Assert.NotEqual(SealJson.Hash(first), SealJson.Hash(Session.PlanInnerLoop(Document, edit, new Seed(4))));
    }

    [Fact]
    public void PlanInnerLoop_AnyEditOfTheMenu_TrainsEveryTextOncePerEpochOrSaysWhyNot() =>
        Gen.Select(Gen.Int[0, 1119], Gen.ULong)
            .Sample(
                (number, seed) =>
                {
                    var payload = PaperSchema.Instance.Enumerate().ElementAt(number);
                    var edit = PaperSchema.Instance.ReadEdit(payload);
                    var plan = Session.PlanInnerLoop(Document, payload, new Seed(seed));
                    if (plan.Training is not { } training)
                    {
                        return plan.Refusal!.Contains("over the cap of 375", StringComparison.Ordinal);
                    }

                    var perEpoch = (training.Sequences.Count + 3) / 4;
                    var uses = training.Batches.SelectMany(batch => batch).GroupBy(index => index).Select(group => group.Count()).ToArray();
                    return plan.Steps == perEpoch * edit.TrainingEpochs
                        && plan.Steps <= 375
                        && uses.Length == training.Sequences.Count
                        && uses.All(count => count == edit.TrainingEpochs)
                        && training.Sequences.Count <= 250
                        && training.Optimizer.LearningRate == edit.LearningRate
                        && training.Optimizer.TotalSteps == plan.Steps
                        && training.Optimizer.WarmupSteps == Math.Min(11, plan.Steps / 4)
                        && training.Delta.Rank == 128;
                },
                iter: 60
            );

    [Fact]
    public void PlanInnerLoop_AnyEditOfTheMiniMenu_TrainsItsDeltaForNoMoreThanItsSteps()
    {
        var session = new ArcDomain().Open(Settings with { Proposal = new(Schema: "mini-core") }, Model);
        foreach (var payload in MiniSchema.Core.Enumerate())
        {
            var recipe = MiniSchema.Core.Interpret(payload);
            var training = session.PlanInnerLoop(Document, payload, new Seed(7)).Training!;
            Assert.InRange(training.Batches.Count, 1, recipe.MaxSteps!.Value);
            Assert.Equal(training.Batches.Count, training.Optimizer.TotalSteps);
            Assert.Equal(recipe.Delta!.Rank, training.Delta.Rank);
            Assert.Equal(recipe.Delta.Rank == 0 ? DeltaKind.Full : DeltaKind.Lora, training.Delta.Kind);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PlanInnerLoop_ColoursWithoutGeometry_AreAChoiceOfTheirOwn(bool colours)
    {
        var session = new ArcDomain().Open(Settings with { Proposal = new(Schema: "mini-core") }, Model);
        var edit = MiniSchema
            .Core.Enumerate()
            .First(payload => MiniSchema.Core.Interpret(payload) is { Augmentations.Basic: false } recipe && recipe.PermuteColours == colours);
        var task = new ArcTask("few-colours", [Pair("12/10"), Pair("20/01/20"), Pair("111/010/200")], [Pair("10/20/20")]);
        var texts = session.PlanInnerLoop(ArcTaskJson.ToDocument(task), edit, new Seed(2)).Training!.Sequences;
        var unseen = texts.SelectMany(text => text.Tokens).Except(Format.Question(task.Train, task.Train[0].Input));
        Assert.Equal(colours, unseen.Any());
    }

    [Fact]
    public void PlanInnerLoop_OutputTokens_WeighsOutputGridsAlone()
    {
        var plan = Session.PlanInnerLoop(Document, Edit(basic: false), new Seed(1));
        foreach (var text in plan.Training!.Sequences)
        {
            var inOutput = false;
            for (var t = 0; t < text.Length; t++)
            {
                Assert.Equal(inOutput ? 1 : 0, text.Weights[t]);
                inOutput = text.Tokens[t] == 4 || (inOutput && text.Tokens[t] != 6);
            }
        }
    }

    [Fact]
    public void PlanInnerLoop_AllTokens_WeighsAllButTheFirst()
    {
        var plan = Session.PlanInnerLoop(Document, Edit(strategy: TrainingStrategy.AllTokens), new Seed(1));
        Assert.All(plan.Training!.Sequences, text => Assert.Equal(text.Length - 1, text.WeightedLength));
    }

    [Fact]
    public void PlanInnerLoop_TooManySteps_IsRefusedWithBothNumbers()
    {
        var session = new ArcDomain().Open(Settings with { Inner = new(Batch: 1, MaxSteps: 20) }, Model);
        var plan = session.PlanInnerLoop(Document, Edit(basic: true, epochs: 3), new Seed(1));
        Assert.Null(plan.Training);
        Assert.Matches(@"^\d+ steps over the cap of 20$", plan.Refusal!);
    }

    [Fact]
    public void PlanInnerLoop_NoTextFits_IsRefused()
    {
        var session = new ArcDomain().Open(Settings with { Inner = new(MaxTokens: 8) }, Model);
        Assert.Contains("fits 8 tokens", session.PlanInnerLoop(Document, Edit(), new Seed(1)).Refusal!, StringComparison.Ordinal);
    }

    [Fact]
    public void PlanInnerLoop_MaxTexts_Bounds()
    {
        var session = new ArcDomain().Open(Settings with { Inner = new(MaxTexts: 7, Batch: 2) }, Model);
        var plan = session.PlanInnerLoop(Document, Edit(basic: true), new Seed(1));
        Assert.Equal(7, plan.Training!.Sequences.Count);
        Assert.Equal(4, plan.Steps);
    }

    [Fact]
    public void PlanInnerLoop_NoEdit_TrainsNothing() => Assert.True(Session.PlanInnerLoop(Document, "none", new Seed(1)).NoTraining);

    [Fact]
    public void Evaluate_PlainRightAnswers_IsExactInOnePassWithoutDecoding()
    {
        var model = Answering(UpsideDown);
        var seen = Evaluate(model, EvaluationKind.Plain);
        Assert.Equal(1, seen[ObservationNames.Exact]);
        Assert.Equal(1, seen[ObservationNames.TokenAccuracy]);
        Assert.Equal(2, model.Scored.Count);
        Assert.Empty(model.Generated);
    }

    [Fact]
    public void Evaluate_OneOfTwoTestsWrong_IsNotExact()
    {
        var seen = Evaluate(Answering(input => input.Width == 3 ? input : UpsideDown(input)), EvaluationKind.Vote);
        Assert.Equal(0, seen[ObservationNames.Exact]);
        // 9 tokens of the first answer; of the second one's 8 the ends of its two rows.
        Assert.Equal(11 / 17.0, seen[ObservationNames.TokenAccuracy]);
        Assert.Equal(0, seen[ObservationNames.VoteTop1]);
    }

    [Fact]
    public void Evaluate_RightAnswerThatGoesOn_IsNotExact()
    {
        var model = Answering(input =>
            Grid.Create(input.Height + 1, input.Width, (row, column) => row == input.Height ? 1 : UpsideDown(input)[row, column])
        );
        Assert.Equal(0, Evaluate(model, EvaluationKind.Plain)[ObservationNames.Exact]);
    }

    [Fact]
    public void Evaluate_VoteOfAModelThatKnowsTheRule_InvertsEveryView()
    {
        // The rule holds in each view as the view shows it: learned from the view's own demonstrations.
        var model = new ScriptedModel(
            Format,
            Model,
            question =>
            {
                var input = ScriptedModel.InputOf(Format, question);
                var (shownInput, shownOutput) = FirstDemonstration(question);
                return new[] { UpsideDown, Mirrored }.First(rule => rule(shownInput).Equals(shownOutput))(input);
            }
        );
        var result = Session.Evaluate(model, null, Document, "none", EvaluationKind.Vote, new Seed(1), default);
        var seen = result.Observations.ToDictionary(observation => observation.Name, observation => observation.Value);
        Assert.Equal((1, 1, 1), (seen[ObservationNames.Exact], seen[ObservationNames.VoteTop1], seen[ObservationNames.VoteTop2]));
        Assert.True(model.Generated.Count > 8);

        var predictions = SealJson.Parse<Predictions>(result.Predictions!);
        Assert.Equal(2, predictions.Tests.Count);
        Assert.All(predictions.Tests, test => Assert.All(test.Answers, answer => Assert.Equal(test.Plain, answer)));
        Assert.Equal(TestPrediction.Rows(Task.Test[0].Output), predictions.Tests[0].First);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("unsettled")]
    public void Evaluate_VoteOfAnyModel_HasTheSameVerdictsHoweverMuchIsDecoded(string decode)
    {
        // Right in the views that are not mapped, three of eight: the vote hangs on the others.
        Grid? Half(Grid input) => Task.Test.Any(pair => pair.Input.Equals(input)) ? UpsideDown(input) : null;
        var model = Answering(Half);
        var session = new ArcDomain().Open(Settings with { Evaluate = Settings.Evaluate with { Decode = decode } }, Model);
        var seen = session.Evaluate(model, null, Document, "none", EvaluationKind.Vote, new Seed(1), default).Observations;
        var all = Session.Evaluate(Answering(Half), null, Document, "none", EvaluationKind.Vote, new Seed(1), default).Observations;

        Assert.Equal(all, seen);
        Assert.InRange(model.Generated.Count, decode == "all" ? 16 : 1, decode == "all" ? 16 : 15);
    }

    [Fact]
    public void Evaluate_VoteOfAModelThatIsRightInNoView_IsSettledWithoutDecoding()
    {
        var model = Answering(_ => null);
        var session = new ArcDomain().Open(Settings with { Evaluate = Settings.Evaluate with { Decode = "unsettled" } }, Model);
        session.Evaluate(model, null, Document, "none", EvaluationKind.Vote, new Seed(1), default);

        Assert.Empty(model.Generated);
    }

    [Fact]
    public void Evaluate_Shown_DecodesThePlainViewAlone()
    {
        var model = Answering(UpsideDown);
        var result = Session.Evaluate(model, null, Document, "none", EvaluationKind.Shown, new Seed(1), default);

        Assert.Equal(2, model.Generated.Count);
        Assert.Equal(TestPrediction.Rows(Task.Test[0].Output), SealJson.Parse<Predictions>(result.Predictions!).Tests[0].Plain);
        Assert.DoesNotContain(result.Observations, seen => seen.Name == ObservationNames.VoteTop1);
    }

    [Fact]
    public void Evaluate_WithDemonstrations_TellsHowManyOfThemTheModelHas()
    {
        var session = new ArcDomain().Open(Settings with { Evaluate = Settings.Evaluate with { Demonstrations = true } }, Model);
        double Share(ScriptedModel model) =>
            session
                .Evaluate(model, null, Document, "none", EvaluationKind.Plain, new Seed(1), default)
                .Observations.Single(seen => seen.Name == ObservationNames.DemonstrationAccuracy)
                .Value;

        // A model that reads the rule off the first demonstration that it is shown: it has to be shown others than the one it is asked.
        var learning = new ScriptedModel(
            Format,
            Model,
            question =>
            {
                var (input, output) = FirstDemonstration(question);
                var asked = ScriptedModel.InputOf(Format, question);
                return asked.Equals(input) ? null : new[] { UpsideDown, Mirrored }.First(rule => rule(input).Equals(output))(asked);
            }
        );
        Assert.Equal((1, 0), (Share(learning), Share(Answering(_ => null))));
    }

    [Fact]
    public void Evaluate_AnswersThatAreNoGrids_CountAsWrong()
    {
        var result = Session.Evaluate(Answering(_ => null), null, Document, "none", EvaluationKind.Vote, new Seed(1), default);
        Assert.All(result.Observations, observation => Assert.Equal(0, observation.Value));
        Assert.All(SealJson.Parse<Predictions>(result.Predictions!).Tests, test => Assert.Null(test.Plain));
    }

    [Fact]
    public void Evaluate_GenerateRequests_DoNotDependOnTheTrueOutput()
    {
        var model = Answering(UpsideDown);
        Evaluate(model, EvaluationKind.Vote);
        var other = Answering(UpsideDown);
        var longer = ArcTaskJson.ToDocument(
            Task with
            {
                Test = [.. Task.Test.Select(pair => pair with { Output = Grid.Create(20, 20, (_, _) => 3) })],
            }
        );
        Session.Evaluate(other, null, longer, "none", EvaluationKind.Vote, new Seed(1), default);
        Assert.Equal(
            model.Generated.Select(request => SealJson.ToText(request.Prompt)),
            other.Generated.Select(request => SealJson.ToText(request.Prompt))
        );
        Assert.Equal(model.Generated.Select(request => request.MaxNewTokens), other.Generated.Select(request => request.MaxNewTokens));
    }

    [Fact]
    public void Evaluate_TaskLongerThanTheContext_IsWrongAndSaysSo()
    {
        var session = new ArcDomain().Open(Settings with { Proposal = new(MaxNewTokens: 20) }, Model with { ContextLength = 40 });
        var model = Answering(UpsideDown);
        var result = session.Evaluate(model, null, Document, "none", EvaluationKind.Vote, new Seed(1), default);
        Assert.Equal(
            [("exact", 0), ("token_accuracy", 0), ("too_long", 1), ("vote_top1", 0), ("vote_top2", 0)],
            result.Observations.Select(observation => (observation.Name, (int)observation.Value))
        );
        Assert.Empty(model.Scored);
    }

    [Fact]
    public void Evaluate_NoTestOutput_SaysWhatIsMissing()
    {
        var blind = ArcTaskJson.ToDocument(Task with { Test = [new ArcPair(Task.Test[0].Input, null)] });
        Assert.Null(new ArcDomain().Validate(blind, needsTestOutputs: false));
        Assert.Contains("no output", new ArcDomain().Validate(blind, needsTestOutputs: true), StringComparison.Ordinal);
        Assert.Throws<SweepException>(() => Session.Evaluate(Answering(UpsideDown), null, blind, "none", EvaluationKind.Plain, new Seed(1), default));
    }

    [Fact]
    public void UpdateSequence_Edit_ContinuesTheProposalPromptWithLossOnTheEdit()
    {
        var edit = Edit();
        var prompt = Session.Prompt(Document);
        var text = Session.UpdateSequence(Document, edit);
        Assert.Equal(prompt.Tokens, text.Tokens.Take(prompt.Tokens.Length));
        Assert.Equal(edit + "<eos>", Vocabulary.Decode(text.Tokens.AsSpan()[prompt.Tokens.Length..]));
        Assert.All(text.Weights.Take(prompt.Tokens.Length), weight => Assert.Equal(0, weight));
        Assert.All(text.Weights.Skip(prompt.Tokens.Length), weight => Assert.Equal(1, weight));

        // The edit is one of the grammar's, in the grammar's tokens.
        var state = prompt.Constraint!.Start;
        foreach (var token in text.Tokens.Skip(prompt.Tokens.Length))
        {
            state = state.Next(token);
        }

        Assert.True(state.IsComplete);
    }

    [Fact]
    public void Prompt_TestPairs_AreNotShown()
    {
        var other = ArcTaskJson.ToDocument(Task with { Test = [Pair("9")] });
        Assert.Equal(Session.Prompt(Document).Tokens, Session.Prompt(other).Tokens);
    }

    [Fact]
    public void Prompt_LongerThanTheContext_ShowsFewerDemonstrations()
    {
        var room = Session.Prompt(Document).Tokens.Length - 1;
        var session = new ArcDomain().Open(Settings with { Proposal = new(MaxNewTokens: 64) }, Model with { ContextLength = room + 64 });
        var prompt = session.Prompt(Document);
        Assert.Equal(Format.Proposal([.. Task.Train.Take(2)]), prompt.Tokens);
        Assert.Equal(prompt.Tokens, session.UpdateSequence(Document, Edit()).Tokens.Take(prompt.Tokens.Length));
    }

    [Fact]
    public void Parse_Text_GivesPayloadOrTheReasonsName()
    {
        Assert.Equal(Edit(), Session.Parse("  " + Edit()).Payload);
        Assert.StartsWith("not-json: ", Session.Parse("none").Rejection, StringComparison.Ordinal);
        Assert.StartsWith("missing-key: ", Session.Parse("{}").Rejection, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoRoomForAPrompt_IsRefused() =>
        Assert.Contains(
            "max_new_tokens",
            Assert.Throws<SweepException>(() => new ArcDomain().Open(Settings, Model with { ContextLength = 128 })).Message,
            StringComparison.Ordinal
        );

    private static Dictionary<string, double> Evaluate(ScriptedModel model, EvaluationKind kind) =>
        Session.Evaluate(model, null, Document, "none", kind, new Seed(1), default).Observations.ToDictionary(o => o.Name, o => o.Value);

    private static ScriptedModel Answering(Func<Grid, Grid?> rule) => new(Format, Model, question => rule(ScriptedModel.InputOf(Format, question)));

    private static (Grid Input, Grid Output) FirstDemonstration(int[] question)
    {
        int output = Array.IndexOf(question, 4),
            end = Array.IndexOf(question, 6, output);
        return (Format.ReadAnswer(question.AsSpan(2, output - 2))!, Format.ReadAnswer(question.AsSpan(output + 1, end - output))!);
    }

    private static Grid UpsideDown(Grid grid) => Sketch.Orient(grid, 1);

    private static Grid Mirrored(Grid grid) => Sketch.Orient(grid, 2);

    private static ArcPair Pair(string rows)
    {
        var input = Grid.FromRows([.. rows.Split('/').Select(row => row.Select(digit => digit - '0').ToArray())]);
        return new ArcPair(input, UpsideDown(input));
    }

    private static string Edit(bool basic = false, int epochs = 1, TrainingStrategy strategy = TrainingStrategy.OutputTokens) =>
        PaperSchema.Instance.Write(new PaperEdit(basic, false, false, false, strategy, 1e-3, epochs));
}
