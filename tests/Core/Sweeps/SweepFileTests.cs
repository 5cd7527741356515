using Seal.Core.Engines;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Sweeps;

public sealed class SweepFileTests
{
    [Fact]
    public void Parse_LeastFile_HasPaperDefaultsOneArmAndOneCell()
    {
        var spec = Toml.Read("");

        Assert.Equal("least", spec.Name);
        Assert.Equal([1L], spec.Seeds);
        Assert.Equal(new ArmSpec("seal", "policy"), Assert.Single(spec.Arms));
        var run = Assert.Single(spec.Runs);
        Assert.Equal("base", run.Cell.Name);
        Assert.Empty(run.Cell.Values);
        Assert.Equal(new RunSettings("arc", new(), new(), new(), new(), new(), new()), run.Settings);
        Assert.Equal("/sweeps/model", spec.Model.Path);
        Assert.Equal(("generated", 2, 3), (spec.Tasks.Kind, spec.Tasks.TrainCount, spec.Tasks.EvaluateCount));
    }

    [Fact]
    public void Parse_EverySettingKey_ReachesItsSetting()
    {
        using var folder = new TemporaryFolder();
        var template = folder.Write("prompt.txt", "Say it.\r\nNow.");
        var spec = Toml.Read(
            $"""
            [engine]
            kind = "fake"
            [proposal]
            schema = "wide"
            candidates = 3
            evaluation_candidates = 4
            temperature = 1
            max_new_tokens = 5
            grammar = false
            distinct = true
            max_redraws = 6
            template = "{template}"
            [inner]
            base = "frozen"
            delta = "full"
            rank = 7
            alpha = 8.5
            targets = ["v_proj", "q_proj"]
            batch = 9
            warmup_steps = 10
            gradient_clip = 0
            max_texts = 11
            max_steps = 12
            max_tokens = 13
            max_grid_side = 14
            pack_size = 15
            [reward]
            source = "exact"
            threshold = 0.5
            [update]
            rule = "rest-em"
            rounds = 1
            delta = "lora"
            rank = 16
            alpha = 17
            targets = ["k_proj"]
            training_epochs = 18
            batch = 19
            learning_rate = 2e-5
            warmup_steps = 20
            gradient_clip = 2.5
            deduplicate = true
            [evaluate]
            when = "every"
            views = 0
            """
        );

        var s = Assert.Single(spec.Runs).Settings;
        Assert.Equal(new EngineSettings("fake"), s.Engine);
        Assert.Equal(new ProposalSettings("wide", 3, 4, 1, 5, false, true, 6, "Say it.\nNow."), s.Proposal);
        Assert.Equal(new InnerSettings("frozen", DeltaKind.Full, 7, 8.5, null, 9, 10, 0, 11, 12, 13, 14, 15), s.Inner with { Targets = null });
        Assert.Equal(["q_proj", "v_proj"], s.Inner.Targets!);
        Assert.Equal(new RewardSettings("exact", 0.5), s.Reward);
        Assert.Equal(new UpdateSettings("rest-em", 1, DeltaKind.Lora, 16, 17, null, 18, 19, 2e-5, 20, 2.5, true), s.Update with { Targets = null });
        Assert.Equal(["k_proj"], s.Update.Targets!);
        Assert.Equal(new EvaluateSettings(EvaluateWhen.Every, 0), s.Evaluate);
    }

    [Theory]
    [InlineData("[inner]\nrank = 0", "s.toml:14 inner.rank: 0 is not in 1..1024; expected a whole number in 1..1024.")]
    [InlineData("[inner]\nrank = 8.0", "s.toml:14 inner.rank: is the number 8; expected a whole number in 1..1024.")]
    [InlineData("[inner]\nrank = \"8\"", "s.toml:14 inner.rank: is the text \"8\"; expected a whole number in 1..1024.")]
    [InlineData("[inner]\nrank = 2020-01-01", "s.toml:14 inner.rank: is a date or time; expected a whole number in 1..1024.")]
    [InlineData("[inner]\nrnak = 8", "s.toml:14 inner.rnak: is not a known key; did you mean inner.rank?")]
    [InlineData("[inner]\nlearning_rate = 8", "s.toml:14 inner.learning_rate: is not a known key; did you mean update.learning_rate?")]
    [InlineData("[iner]\nrank = 8", "s.toml:13 iner: is not a known key; did you mean inner?")]
    [InlineData(
        "[inner]\ndelta = \"loar\"",
        "s.toml:14 inner.delta: \"loar\" is not known (did you mean \"lora\"?); expected one of \"lora\", \"full\"."
    )]
    [InlineData("[proposal]\ntemperature = 0", "s.toml:14 proposal.temperature: 0 is not in (0, 10]; expected a number in (0, 10].")]
    [InlineData("[proposal]\ntemperature = nan", "s.toml:14 proposal.temperature: nan is not in (0, 10]; expected a number in (0, 10].")]
    [InlineData("[proposal]\ngrammar = 1", "s.toml:14 proposal.grammar: is the number 1; expected true or false.")]
    [InlineData("[update]\nlearning_rate = 5", "s.toml:14 update.learning_rate: 5 is not in (0, 1]; expected a number in (0, 1].")]
    [InlineData(
        "[inner]\ntargets = []",
        "s.toml:14 inner.targets: the list is empty; expected a list of different words out of \"q_proj\", \"k_proj\", \"v_proj\", \"o_proj\", "
            + "\"gate_proj\", \"up_proj\", \"down_proj\"."
    )]
    [InlineData("[inner]\nrank = [8, [9]]", "s.toml:14 inner.rank: is a list of one value; expected a whole number in 1..1024 (lists do not nest).")]
    [InlineData("[inner]\nrank = 8\nrank = 9", "s.toml:15 inner.rank: is set twice, first at s.toml:14; a key may stand once; keep one of the two.")]
    [InlineData("[model]", "s.toml:13 [model]: is set twice, first at s.toml:4; a key may stand once; keep one of the two.")]
    [InlineData(
        "inner = 3",
        "s.toml:13 tasks.inner: is not a known key; expected in [tasks] one of source, path, train, evaluate, train_count, evaluate_count, "
            + "fresh_count, retention, retention_count, train_families, evaluate_families, evaluate_draw, seed, max_side; remove it."
    )]
    public void Parse_WrongValue_SaysWhereWhatAndWhatWasExpected(string more, string expected) => Assert.Equal(expected, Toml.Error(more));

    [Theory]
    [InlineData("name = \"x", "s.toml:1: is not TOML here: ")]
    [InlineData("name = \"x\"\n[inner\nrank = 1", "s.toml:2: is not TOML here: ")]
    [InlineData("name = \"x\"\nseeds = = 3", "s.toml:2: is not TOML here: ")]
    public void Parse_SyntaxError_SaysTheLine(string text, string start) =>
        Assert.StartsWith(start, Toml.ErrorsOf(text)[0], StringComparison.Ordinal);

    [Fact]
    public void Parse_SeveralErrors_ReportsAllInTheOrderOfTheFile()
    {
        var errors = Toml.Errors("[update]\nrounds = -1\n[inner]\nrank = 0\nnope_at_all = 1\n[reward]\nsource = \"exacd\"", "evaluate.views=99");

        Assert.Equal(5, errors.Length);
        Assert.StartsWith("s.toml:14 update.rounds: -1 is not in 0..1000", errors[0], StringComparison.Ordinal);
        Assert.StartsWith("s.toml:16 inner.rank: 0", errors[1], StringComparison.Ordinal);
        Assert.StartsWith("s.toml:17 inner.nope_at_all: is not a known key", errors[2], StringComparison.Ordinal);
        Assert.StartsWith("s.toml:19 reward.source: \"exacd\" is not known", errors[3], StringComparison.Ordinal);
        Assert.StartsWith("--set evaluate.views=99: 99 is not in 0..64", errors[4], StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_MoreThanTwentyErrors_ShowsNineteenAndCountsTheRest()
    {
        var errors = Toml.Errors("[inner]\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"zzzzzzzz{i} = 1\n")));

        Assert.Equal(20, errors.Length);
        Assert.Equal("s.toml: and 11 more like these.", errors[^1]);
    }

    [Fact]
    public void Parse_EmptyFile_NamesEveryMissingKey()
    {
        var errors = Toml.ErrorsOf("");

        Assert.Equal(["name", "seeds", "model.path", "tasks.source"], errors.Select(error => error.Split(' ')[1].TrimEnd(':')));
        Assert.All(errors, error => Assert.Contains("is missing; expected", error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Least")]
    [InlineData("-least")]
    [InlineData("le ast")]
    [InlineData("../least")]
    [InlineData("")]
    public void Parse_NameThatIsNoFolder_IsRefused(string name) =>
        Assert.Contains(
            "is not a name",
            Toml.ErrorsOf(Toml.Least.Replace("\"least\"", $"\"{name}\"", StringComparison.Ordinal))[0],
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("[]", "s.toml:2 seeds: is an empty list; expected 1..1024 of them; add e.g. seeds = [1].")]
    [InlineData("[1, 2, 1]", "s.toml:2 seeds: 1 is listed twice; expected different values; remove one.")]
    [InlineData("[-1]", "s.toml:2 seeds: -1 is not in 0..9223372036854775807; expected a whole number in 0..9223372036854775807.")]
    public void Parse_BadSeeds_AreRefused(string seeds, string expected) =>
        Assert.Equal([expected], Toml.ErrorsOf(Toml.Least.Replace("[1]", seeds, StringComparison.Ordinal)));

    [Fact]
    public void Parse_FakeEngine_NeedsNoModel()
    {
        var text = Toml.Least.Replace("[model]\npath = \"model\"\n", "", StringComparison.Ordinal);

        Assert.Equal("", Toml.Parse(text + "[engine]\nkind = \"fake\"").Model.Path);
        Assert.StartsWith("s.toml model.path: is missing", Assert.Single(Toml.ErrorsOf(text)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MissingFile_SaysSoAndSuggests()
    {
        using var folder = new TemporaryFolder();
        folder.Write("sweeps/arc-paper.toml", "");

        var message = Assert.Throws<SweepException>(() => SweepFile.Read("sweeps/arc-papre.toml", [], folder.Path)).Message;
        Assert.Equal($"sweeps/arc-papre.toml: there is no such file; did you mean {Path.Combine("sweeps", "arc-paper.toml")}?", message);
    }

    /// <summary>As <c>seal run mine</c>: the sweep's name instead of its file.</summary>
    [Fact]
    public void Read_NameOfASweep_SuggestsItsFile()
    {
        using var folder = new TemporaryFolder();
        folder.Write("sweeps/mine.toml", "");

        var message = Assert.Throws<SweepException>(() => SweepFile.Read("mine", [], folder.Path)).Message;
        Assert.Equal($"mine: there is no such file; did you mean {Path.Combine("sweeps", "mine.toml")}?", message);
    }

    [Fact]
    public void Read_NotUtf8_IsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(Path.Combine(folder.Path, "s.toml"), [0x6e, 0xff, 0xfe]);

        Assert.Contains(
            "is not UTF-8",
            Assert.Throws<SweepException>(() => SweepFile.Read("s.toml", [], folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("quickstart-paper.toml", 4)]
    [InlineData("tiny-fake.toml", 2)]
    public void Read_ShippedSweep_IsGood(string file, int arms) => Assert.Equal(arms, SweepFile.Read(Repository.Sweep(file)).Arms.Count);

    [Fact]
    public void Read_ArcPaperWithoutData_SaysHowToGiveIt()
    {
        var message = Assert.Throws<SweepException>(() => SweepFile.Read(Repository.Sweep("arc-paper.toml"))).Message;

        Assert.EndsWith(
            "tasks.path: is empty; expected a folder or file of tasks; give it with --set tasks.path=<folder or file>.",
            message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Read_ArcPaperWithData_HasThePapersTasksAndNumbers()
    {
        using var folder = new TemporaryFolder();
        folder.Write("data/x.json", "{}");

        var spec = SweepFile.Read(Repository.Sweep("arc-paper.toml"), SweepOverrides.Parse("tasks.path=data"), folder.Path);

        Assert.Equal(12, spec.Tasks.Train.Count);
        Assert.Equal(10, spec.Tasks.Evaluate.Count);
        Assert.Equal([Path.Combine(folder.Path, "data")], spec.Tasks.Path);
        Assert.Equal((15, 5), (spec.Runs[0].Settings.Proposal.Candidates, spec.Runs[0].Settings.Proposal.EvaluationCandidates));
    }

    [Theory]
    [InlineData("arc-paper.toml")]
    [InlineData("arc-llama-1b.toml")]
    public void Read_SweepOfThePapersExperiment_DoesNotLearnWhatTheGrammarForces(string file)
    {
        using var folder = new TemporaryFolder();
        folder.Write("data/x.json", "{}");

        var spec = SweepFile.Read(Repository.Sweep(file), SweepOverrides.Parse("tasks.path=data", "model.path=data"), folder.Path);

        Assert.All(spec.Runs, run => Assert.Equal((true, UpdateSettings.Choices), (run.Settings.Proposal.Grammar, run.Settings.Update.Tokens)));
    }
}
