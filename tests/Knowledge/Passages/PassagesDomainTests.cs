using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Judges;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;
using Seal.Knowledge.Passages;
using Seal.Knowledge.Tests.Support;

namespace Seal.Knowledge.Tests.Passages;

public sealed class PassagesDomainTests : IDisposable
{
    private const string Two = """
        [{"title":"A","context":"One {passage}.","questions":[{"question":"who?","answer":"he"},{"question":"when?","answer":"the 5th"}]},
         {"title":"B","context":"Two.","questions":[{"question":"q","answer":"a"}]}]
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seal-passages-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Load_OneFile_TakesTrainingPassagesFirst()
    {
        var sets = new PassagesDomain().Load(Source([Written(Two)], 1, 1));
        Assert.Equal(["t0000-A"], sets.Train.Select(task => task.Id));
        Assert.Equal(["e0000-B"], sets.Evaluate.Select(task => task.Id));
        Assert.Null(new PassagesDomain().Validate(sets.Train[0], needsTestOutputs: true));
    }

    [Fact]
    public void Load_SquadsForm_LeavesOutWhatHasNoAnswer()
    {
        var path = Written(
            """
            {"data":[{"title":"New_York","paragraphs":[
              {"context":"c","qas":[{"question":"q","answers":[{"text":"a","answer_start":0},{"text":"b","answer_start":1}]},
                                     {"question":"r","answers":[]}]},
              {"context":"d","qas":[]}]}]}
            """
        );
        var passage = Assert.Single(PassageTask.Read(path));
        Assert.Equal(("New York", "c"), (passage.Title, passage.Context));
        Assert.Equal(new PassageQuestion("q", "a"), Assert.Single(passage.Questions));
    }

    [Theory]
    [InlineData("{}", "is neither a list of passages")]
    [InlineData("[]", "has no passage")]
    [InlineData("""[{"title":1,"context":"c","questions":[]}]""", "\"title\" is no text")]
    [InlineData("[", "is neither")]
    public void Read_OtherFiles_SaysWhatIsWrong(string json, string problem) =>
        Assert.Contains(problem, Assert.Throws<SweepException>(() => PassageTask.Read(Written(json))).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_MoreThanThereAre_IsRefused() =>
        Assert.Contains(
            "tasks.evaluate_count",
            Assert.Throws<SweepException>(() => new PassagesDomain().Load(Source([Written(Two)], 1, 2))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Load_SamePassageInBothSets_IsRefused()
    {
        var path = Written(Two);
        Assert.Contains(
            "in both sets",
            Assert.Throws<SweepException>(() => new PassagesDomain().Load(Source([path, path], 1, 1))).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>Ten passes over two lines and the passage, one text a step, linear decay, every token in the loss.</summary>
    [Fact]
    public void PlanInnerLoop_Completion_TrainsOnItsLinesAndThePassage()
    {
        var (session, task) = Opened(new InnerSettings(Batch: 1, WarmupSteps: 0));
        var plan = session.PlanInnerLoop(task, session.Parse("first\n\nsecond").Payload!, new Seed(1));
        var training = plan.Training!;
        Assert.Equal(["A\nfirst", "A\nsecond", "A\nOne {passage}."], training.Sequences.Select(text => new ByteTokenizer().Decode(text.Tokens)));
        Assert.All(training.Sequences, text => Assert.All(text.Weights, weight => Assert.Equal(1, weight)));
        Assert.Equal(30, training.Batches.Count);
        Assert.All(training.Batches.Chunk(3), pass => Assert.Equal([0, 1, 2], pass.SelectMany(batch => batch).Order()));
        Assert.True(training.Optimizer.Linear);
    }

    [Fact]
    public void PlanInnerLoop_MoreStepsThanAllowed_IsRefused()
    {
        var (session, task) = Opened(new InnerSettings(Batch: 1, MaxSteps: 29));
        Assert.Contains(
            "30 steps",
            session.PlanInnerLoop(task, session.Parse("first\nsecond").Payload!, new Seed(1)).Refusal,
            StringComparison.Ordinal
        );
    }

    /// <summary>A policy may write the word that means "train nothing": it is text like any other.</summary>
    [Fact]
    public void Parse_TheWordNone_IsASelfEdit()
    {
        var (session, task) = Opened(new InnerSettings());
        Assert.NotNull(session.PlanInnerLoop(task, session.Parse("none").Payload!, new Seed(1)).Training);
        Assert.Null(session.Parse(" \u2028").Payload);
    }

    [Fact]
    public void Prompt_PassageWithBraces_IsFilledInOnce()
    {
        var (session, task) = Opened(new InnerSettings());
        var prompt = new ByteTokenizer().Decode(session.Prompt(task).Tokens);
        Assert.Contains("A\nOne {passage}.\n", prompt, StringComparison.Ordinal);
        Assert.EndsWith("Implications:\n", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_Answers_AreCutWhereTheModelAsksOnAndGraded()
    {
        var (session, task) = Opened(new InnerSettings());
        var model = new Answering(new ByteTokenizer(), " It was he.\nQuestion: and?", "on the 6th");
        var seen = session.Evaluate(model, null, task, "none", EvaluationKind.Plain, new Seed(1), default);
        double Of(string name) => seen.Observations.First(one => one.Name == name).Value;
        Assert.Equal((0.5, 0, 0.5), (Of(ObservationNames.Accuracy), Of(ObservationNames.Exact), Of("contained_answers")));
        Assert.Equal(["It was he.", "on the 6th"], SealJson.Parse<string[]>(seen.Predictions!));
        Assert.Contains("Topic: A\nQuestion: who?\n", model.Asked[0], StringComparison.Ordinal);
        Assert.DoesNotContain("One", model.Asked[0], StringComparison.Ordinal);
    }

    /// <summary>The judge is asked in our words about each answer but the empty one, and its word is what counts.</summary>
    [Fact]
    public void Evaluate_WithAJudge_ItsVerdictsCountAndAreKept()
    {
        var (session, task) = Opened(new InnerSettings(), """{"grader":"judge","judge":"org/m:1"}""");
        var judge = new Yes();
        var judged = Assert.IsType<IJudgedSession>(session, exactMatch: false);
        EvaluationResult Of(params string[] answers) =>
            judged.Evaluate(new Answering(new ByteTokenizer(), answers), null, task, "none", EvaluationKind.Plain, new Seed(1), judge, default);

        var seen = Of("A {gold}\nQuestion:", " \n\n");

        var query = Assert.Single(judge.Asked);
        Assert.Equal(("org/m:1", "who?", "he", "A {gold}"), (query.Judge, query.Question, query.Gold, query.Answer));
        Assert.Contains("Question: who?\nRight answer: he\nGiven answer: A {gold}\n", query.Prompt, StringComparison.Ordinal);
        Assert.Equal(0.5, seen.Observations.First(one => one.Name == ObservationNames.Accuracy).Value);
        Assert.Equal(0, seen.Observations.First(one => one.Name == "contained_answers").Value);
        Assert.Equal("""{"answers":["A {gold}",""],"verdicts":[true,false]}""", seen.Predictions);
        Assert.Equal(1, Of("x", "y").Observations.First(one => one.Name == ObservationNames.Exact).Value);
        Assert.Throws<InvalidOperationException>(() =>
            session.Evaluate(new Answering(new ByteTokenizer(), "x", "y"), null, task, "none", EvaluationKind.Plain, new Seed(1), default)
        );
    }

    /// <summary>Two judges are two experiments; sweeps without one are what they were.</summary>
    [Fact]
    public void TrialIdentity_OfJudges_NamesEach()
    {
        var domain = new PassagesDomain();
        string Identity(string? own) => domain.TrialIdentity(Settings(new InnerSettings(), own), EvaluationKind.Plain);
        Assert.DoesNotContain("judge", Identity(null), StringComparison.Ordinal);
        Assert.Contains("\"judge\":{\"name\":\"a\",\"wording\":\"", Identity("""{"grader":"judge","judge":"a"}"""), StringComparison.Ordinal);
        Assert.NotEqual(Identity("""{"grader":"judge","judge":"a"}"""), Identity("""{"grader":"judge","judge":"b"}"""));
        Assert.Equal(("a", null), (domain.Judge(Settings(new(), """{"grader":"judge","judge":"a"}""")), domain.Judge(Settings(new(), null))));
    }

    [Theory]
    [InlineData("""{"grader":"judge"}""", "needs the model's name in passages.judge")]
    [InlineData("""{"judge":"a"}""", "goes with passages.grader")]
    public void Open_JudgeAndGraderDoNotGoTogether_IsRefused(string own, string problem) =>
        Assert.Contains(problem, Assert.Throws<SweepException>(() => Opened(new InnerSettings(), own)).Message, StringComparison.Ordinal);

    [Fact]
    public void UpdateSequence_Completion_LearnsItAndItsEnd()
    {
        var (session, task) = Opened(new InnerSettings());
        var text = session.UpdateSequence(task, session.Parse("so\nit goes").Payload!);
        int[] learned = [.. text.Tokens.Where((_, t) => text.Weights[t] != 0)];
        Assert.Equal("so\nit goes", new ByteTokenizer().Decode(learned));
        Assert.Equal(ByteTokenizer.End, learned[^1]);
    }

    private (IDomainSession Session, TaskDocument Task) Opened(InnerSettings inner, string? own = null)
    {
        var domain = new PassagesDomain();
        var model = new ModelInfo(new ByteTokenizer(), 4096, UsesGridPositions: false);
        return (domain.Open(Settings(inner, own), model), domain.Load(Source([Written(Two)], 1, 0)).Train[0]);
    }

    private static RunSettings Settings(InnerSettings inner, string? own) =>
        new(
            PassagesDomain.Name,
            new EngineSettings(),
            new ProposalSettings(),
            inner,
            new RewardSettings(),
            new UpdateSettings(),
            new EvaluateSettings()
        )
        {
            Own = own,
        };

    private string Written(string json)
    {
        var path = Path.Combine(_folder.FullName, "passages.json");
        File.WriteAllText(path, json);
        return path;
    }

    /// <summary>Holds every answer for right.</summary>
    private sealed class Yes : IAnswerJudge
    {
        public List<JudgeQuery> Asked { get; } = [];

        public void Demand(string judge) { }

        public IReadOnlyList<bool> Verdicts(IReadOnlyList<JudgeQuery> queries, CancellationToken cancellation)
        {
            Asked.AddRange(queries);
            return [.. queries.Select(_ => true)];
        }
    }

    private static TaskSource Source(string[] paths, int train, int evaluate) => new("files", paths, [], [], train, evaluate, null, null, 0, 10);
}
