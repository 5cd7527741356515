using Seal.Arc.SelfEdits;
using Seal.Client.Sweeps;
using Seal.Client.Tests.Support;
using Seal.Core.Sweeps;
using Seal.Models.Llama;
using Seal.Models.Sizing;
using Seal.Silo.Engines;

namespace Seal.Client.Tests.Sweeps;

/// <summary>What an arm sets for itself, from the sweep file to the console's checks.</summary>
public sealed class ArmSettingsTests : IDisposable
{
    private const string Head = """
        name = "arms"
        seeds = [1]
        [tasks]
        source = "generated"
        train_count = 2
        evaluate_count = 2
        max_side = 5
        [engine]
        kind = "fake"
        [proposal]
        candidates = 2
        evaluation_candidates = 2
        [inner]
        max_texts = 8
        max_steps = 400
        max_tokens = 512
        [update]
        rounds = 1
        [evaluate]
        views = 0

        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_ConstantOfTheCellsSchemaInAnArmOfAnother_IsRefused()
    {
        var said = await Run(Constant("mini", First("paper")));

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("arms.fixed: ", said.Error, StringComparison.Ordinal);
        Assert.Contains("Expected a self-edit of schema 'mini'", said.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Store));
    }

    [Fact]
    public async Task Run_ConstantOfTheArmsOwnSchema_IsTried()
    {
        var said = await Run(Constant("mini", First("mini")), "--json");

        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.DoesNotContain("no self-edit", said.Error, StringComparison.Ordinal);
        var results = await File.ReadAllTextAsync(Path.Combine(Store, "sweeps", "arms", "results.json"));
        Assert.DoesNotContain("\"state\": \"invalid\"", results, StringComparison.Ordinal);
        Assert.Contains("\"state\": \"scored\"", results, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_RoundsOfAnArmWithoutTrainingTasks_IsRefused()
    {
        var said = await Run(
            Head.Replace("train_count = 2", "train_count = 0", StringComparison.Ordinal).Replace("rounds = 1", "rounds = 0", StringComparison.Ordinal)
                + "[[arms]]\nname = \"seal\"\nproposer = \"policy\"\nset = { update.rounds = 2 }\n"
        );

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("arm \"seal\" has rounds, but there are no training tasks", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gate_SweepWhoseArmsHaveSettings_TriesWithTheSweepsOwn()
    {
        var arm = "[[arms]]\nname = \"own\"\nproposer = \"random\"\nset = { proposal.schema = \"mini\", inner.max_texts = 2 }\n";
        var said = await Shell.Run("gate", _folder.Write("s.toml", Head + arm), "--draw", "1", "--inner-seeds", "1");

        Assert.Contains(said.Code, new[] { ExitCode.Ok, ExitCode.Failures });
        Assert.Contains("train_using", said.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("gate")]
    [InlineData("try")]
    public async Task Domain_ThatThereIsNot_IsUsageWithTheList(string verb)
    {
        var file = _folder.Write("s.toml", "domain = \"arcc\"\n" + Head);
        string[] command = verb == "try" ? ["try", "gen:tile", "--edit", "random", "--sweep", file] : [verb, file];
        var said = await Shell.Run(command);

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains(
            "domain: \"arcc\" is not known (did you mean \"arc\"?); expected one of \"arc\", \"knowledge\", \"passages\".",
            said.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Demand_ArmThatNeedsMoreThanItsCell_IsRefusedByName()
    {
        const string Large = "[[arms]]\nname = \"large\"\nproposer = \"policy\"\nset = { inner.batch = 64, inner.rank = 512 }\n";
        var small = Real("[[arms]]\nname = \"seal\"\nproposer = \"policy\"\n");
        var config = LlamaConfig.Load(small.ModelFolder!);
        var enough = MemoryCheck.Need(config, sizeof(float), small.Runs[0].Settings, Math.Min(512, config.ContextLength), 1, checkpointing: false);

        MemoryCheck.Demand(small, 1, enough);
        var both = Real("[[arms]]\nname = \"seal\"\nproposer = \"policy\"\n" + Large);
        var refused = Assert.Throws<SweepException>(() => MemoryCheck.Demand(both, 1, enough));
        Assert.StartsWith("arm large: the plan needs about ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Demand_ArmThatNeverTrainsAPolicy_NeedsNoMemoryForUpdates()
    {
        var learns = Real("[[arms]]\nname = \"a\"\nproposer = \"policy\"\n");
        var draws = Real("[[arms]]\nname = \"a\"\nproposer = \"random\"\n");
        var config = LlamaConfig.Load(draws.ModelFolder!);
        var settings = draws.Runs[0].Settings;
        var enough = MemoryCheck.Need(
            config,
            sizeof(float),
            settings with
            {
                Update = settings.Update with { Rounds = 0 },
            },
            Math.Min(512, config.ContextLength),
            1,
            checkpointing: false
        );

        MemoryCheck.Demand(draws, 1, enough);
        Assert.Throws<SweepException>(() => MemoryCheck.Demand(learns, 1, enough));
    }

    /// <summary>Slots share weights: the base once, and the policies of as many learning runs as may be open at once.</summary>
    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(4, 1, 2)]
    [InlineData(4, 3, 4)]
    [InlineData(2, 9, 3)]
    public void Need_OfSlotsAndLearningRuns_CountsWeightsOnceAModel(int slots, int policies, int models)
    {
        var sweep = Real("[[arms]]\nname = \"a\"\nproposer = \"policy\"\n");
        var config = LlamaConfig.Load(sweep.ModelFolder!);
        var sizing = new ModelSizing(config, sizeof(float));
        long Of(int workers, int runs) => MemoryCheck.Need(config, sizeof(float), sweep.Runs[0].Settings, 256, workers, false, policies: runs);
        var one = Of(1, 1);
        var alone = one - ModelSizing.Process - (2 * sizing.Weights); // what a slot holds for itself

        Assert.Equal(ModelSizing.Process + (models * sizing.Weights) + (slots * alone), Of(slots, policies));
    }

    [Fact]
    public void Demand_WithSeveralDevices_CountsTheSlotsOfOne()
    {
        var sweep = Real("[[arms]]\nname = \"a\"\nproposer = \"policy\"\n");
        var apart = sweep with { Engine = sweep.Engine with { Place = EnginePlace.Of("cuda:0,cuda:1", new Execution()) } };
        var config = LlamaConfig.Load(sweep.ModelFolder!);
        var enough = MemoryCheck.Need(config, sizeof(float), sweep.Runs[0].Settings, Math.Min(512, config.ContextLength), 4, false);

        MemoryCheck.Demand(apart, 4, enough);
        var refused = Assert.Throws<SweepException>(() => MemoryCheck.Demand(apart, 5, enough));
        Assert.Contains("It fits with --workers 8.", refused.Message, StringComparison.Ordinal);
        var tall = sweep with { Engine = sweep.Engine with { Place = EnginePlace.Of(Cards(config.Layers + 1), new Execution()) } };
        Assert.Contains("each of the", Assert.Throws<SweepException>(() => MemoryCheck.Demand(tall, 1, enough)).Message, StringComparison.Ordinal);

        static string Cards(int count) => string.Join('+', Enumerable.Range(0, count).Select(card => $"cuda:{card}"));
    }

    [Theory]
    [InlineData("cuda:0,cuda:0")]
    [InlineData("cuda,cuda:0")]
    [InlineData("cuda:0+cuda:1,cuda:1+cuda:2")]
    [InlineData("cuda:0+cuda:1,cuda:2")]
    [InlineData("cuda:0+")]
    public void Place_OfCardsThatOverlapOrDifferInNumber_IsRefused(string devices) =>
        Assert.Contains(
            "cuda:0+cuda:1",
            Assert.Throws<ArgumentException>(() => EnginePlace.Of(devices, new Execution())).Message,
            StringComparison.Ordinal
        );

    private string Store => Path.Combine(_folder.Path, "store");

    private static string First(string schema) => EditSchemas.Get(schema).Enumerate().First();

    private static string Constant(string schema, string edit) =>
        Head + $"[[arms]]\nname = \"fixed\"\nproposer = \"constant\"\nedit = '{edit}'\nset = {{ proposal.schema = \"{schema}\" }}\n";

    private Task<Said> Run(string sweep, params string[] more) => Shell.Run(["run", _folder.Write("s.toml", sweep), "--store", Store, .. more]);

    /// <summary>With the model that the project ships; nothing is trained.</summary>
    private LoadedSweep Real(string arms) =>
        LoadedSweep.Read(
            _folder.Write("s.toml", Head.Replace("kind = \"fake\"", "kind = \"torch\"", StringComparison.Ordinal) + arms),
            [$"model.path='{Places.InRepository("models/grid-mini")}'"]
        );
}
