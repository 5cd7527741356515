namespace Seal.Core.Tests.Sweeps;

public sealed class TaskAndArmTests
{
    private const string Head = "name = \"least\"\nseeds = [1]\n[model]\npath = \"m\"\n";

    [Fact]
    public void Parse_FileTasks_ResolvesPathsAndKeepsOrder()
    {
        using var folder = new TemporaryFolder();
        var a = folder.Write("a.json", "{}");
        var spec = Toml.Parse(
            Head + $"[tasks]\nsource = \"files\"\npath = [\"{a}\", \"{folder.Path}\"]\ntrain = [\"b2\", \"a1\"]\nevaluate = [\"Center_3\"]"
        );

        Assert.Equal([a, folder.Path], spec.Tasks.Path);
        Assert.Equal(["b2", "a1"], spec.Tasks.Train);
        Assert.Equal(["Center_3"], spec.Tasks.Evaluate);
    }

    [Theory]
    [InlineData(
        "train = [\"a1\", \"b2\"]\nevaluate = [\"b2\"]",
        "s.toml:9 tasks.evaluate: task b2 is also in tasks.train; evaluation tasks must be unseen; take it out of one of the two."
    )]
    [InlineData("train = [\"a1\", \"a1\"]\nevaluate = [\"b2\"]", "s.toml:8 tasks.train: a1 is listed twice; expected different values; remove one.")]
    [InlineData(
        "train = []\nevaluate = [\"b2\"]",
        "s.toml:5 tasks.train: there are no training tasks, but update.rounds > 0 asks for rounds; add ids, or set update.rounds = 0."
    )]
    [InlineData("train = [\"b2\"]", "s.toml:5 tasks.evaluate: there are no evaluation tasks; add ids, or set evaluate.when = \"never\".")]
    [InlineData(
        "train = [\"b2\"]\nevaluate = [\"a1\"]\nmax_side = 9",
        "s.toml:10 tasks.max_side: does not go with tasks.source = \"files\"; remove it, or change tasks.source."
    )]
    [InlineData(
        "train = \"b2\"\nevaluate = [\"a1\"]",
        "s.toml:8 tasks.train: is the text \"b2\"; expected a list, each a task id of 1 to 63 characters A-Z, a-z, 0-9, '_' and '-' that start with "
            + "a letter or digit; put it in [ ]."
    )]
    [InlineData(
        "train = [\"../b\"]\nevaluate = [\"a1\"]",
        "s.toml:8 tasks.train: \"../b\" is not a task id; expected a task id of 1 to 63 characters A-Z, a-z, 0-9, '_' and '-' that start with a "
            + "letter or digit."
    )]
    public void Parse_BadFileTasks_AreRefused(string tasks, string expected) =>
        Assert.Contains(expected, Toml.ErrorsOf(Head + $"[tasks]\nsource = \"files\"\npath = \"{Repository.Root}\"\n{tasks}"));

    [Fact]
    public void Parse_PathThatIsNotThere_IsRefused() =>
        Assert.Equal(
            "s.toml:7 tasks.path: there is no \"no/such\" (/sweeps/no/such); expected a folder or file of tasks; give it with --set "
                + "tasks.path=<folder or file>.",
            Assert.Single(Toml.ErrorsOf(Head + "[tasks]\nsource = \"files\"\npath = \"no/such\"\ntrain = [\"a1\"]\nevaluate = [\"b2\"]"))
        );

    [Fact]
    public void Parse_GeneratedTasks_TakeFamiliesSeedAndSide()
    {
        var tasks = Toml.Parse(
            Head + "[tasks]\nsource = \"generated\"\ntrain_count = 1\nevaluate_count = 2\ntrain_families = [\"fill\"]\nseed = 9\nmax_side = 3"
        ).Tasks;

        Assert.Equal(["fill"], tasks.TrainFamilies!);
        Assert.Null(tasks.EvaluateFamilies);
        Assert.Equal((9L, 3), (tasks.Seed, tasks.MaxSide));
    }

    [Theory]
    [InlineData(
        "rounds = 0",
        "never",
        "s.toml arms: arm \"seal\" has nothing to do: it does not train and evaluate.when is \"never\"; evaluate, or remove the arm."
    )]
    [InlineData("rounds = 1", "never", null)]
    [InlineData("rounds = 0", "ends", null)]
    public void Parse_RunWithoutPhases_IsRefused(string rounds, string when, string? expected)
    {
        var more = $"[update]\n{rounds}\n[evaluate]\nwhen = \"{when}\"";
        if (expected is null)
        {
            Toml.Read(more);
        }
        else
        {
            Assert.Equal(expected, Toml.Error(more));
        }
    }

    [Fact]
    public void Parse_EditAsTable_IsItsJson()
    {
        var arm = Assert.Single(
            Toml.Read("[[arms]]\nname = \"c\"\nproposer = \"constant\"\nedit = { b = { x = true, y = [1, 2.5] }, a = \"ö\", lr = 1e-4 }").Arms
        );

        Assert.Equal("{\"b\":{\"x\":true,\"y\":[1,2.5]},\"a\":\"ö\",\"lr\":0.0001}", arm.Edit);
    }

    [Theory]
    [InlineData(
        "name = \"c\"",
        "s.toml:13 arms.proposer: is missing; expected one of \"policy\", \"constant\", \"random\", \"file\", \"grid\", \"none\", \"table\", or a plug-in's: "
            + "add --plugin <dll>; say where the arm's self-edits come from."
    )]
    [InlineData(
        "proposer = \"policy\"",
        "s.toml:13 arms.name: is missing; expected a name of 1 to 63 characters a-z, 0-9 and -, that starts with a letter or digit; name the arm; "
            + "it is a row of the result table."
    )]
    [InlineData(
        "name = \"c\"\nproposer = \"polcy\"",
        "s.toml:15 arms.proposer: \"polcy\" is not known (did you mean \"policy\"?); expected one of \"policy\", \"constant\", \"random\", "
            + "\"file\", \"grid\", \"none\", \"table\", or a plug-in's: add --plugin <dll>."
    )]
    [InlineData(
        "name = \"c\"\nproposer = \"constant\"",
        "s.toml:13 arms.edit: is missing; expected a self-edit: its JSON as text in quotes, or a table { … }; arm \"c\" with proposer \"constant\" "
            + "needs it."
    )]
    [InlineData(
        "name = \"c\"\nproposer = \"random\"\nedit = \"{}\"",
        "s.toml:16 arms.edit: goes with proposer = \"constant\", but arm \"c\" has \"random\"; remove it, or change the proposer."
    )]
    [InlineData("name = \"c\"\nproposer = \"random\"\nedits = \"{}\"", "s.toml:16 arms.edits: is not a known key; did you mean arms.edit?")]
    [InlineData(
        "name = \"c\"\nproposer = \"random\"\n[[arms]]\nname = \"c\"\nproposer = \"none\"",
        "s.toml:17 arms.name: two arms are named \"c\"; expected different names; rename one."
    )]
    [InlineData(
        "name = \"table\"\nproposer = \"table\"\n[[arms]]\nname = \"uniform\"\nproposer = \"random\"\n[inner]\nseeds = 2\nbase = \"frozen\"",
        "s.toml:16 arms.name: \"uniform\" is what a row is called that is looked up in the reward table; expected another name, e.g. \"uniform-arm\"."
    )]
    [InlineData(
        "name = \"table\"\nproposer = \"table\"\n[[arms]]\nname = \"more\"\nproposer = \"table\"\n[inner]\nseeds = 2\nbase = \"frozen\"",
        "s.toml:16 arms: arm \"more\" would make a second reward table beside \"table\"; remove one."
    )]
    [InlineData(
        "name = \"c\"\nproposer = \"constant\"\nedit = { a = nan }",
        "s.toml:16 arms.edit: the number nan has no form in JSON; expected a self-edit: its JSON as text in quotes, or a table { … }."
    )]
    public void Parse_BadArm_IsRefused(string arm, string expected) => Assert.Equal(expected, Toml.Error("[[arms]]\n" + arm));

    [Fact]
    public void Parse_ArmsAsOneTable_IsRefused() => Assert.Contains("under [[arms]]", Toml.Error("[arms]\nname = \"c\""), StringComparison.Ordinal);

    [Fact]
    public void Parse_EditsFile_IsReadByTask()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("edits.json", """{ "t2": ["{\"a\":1}", {"b": [1, 2]}], "*": ["x"] }""");
        var arm = Assert.Single(Toml.Read($"[[arms]]\nname = \"f\"\nproposer = \"file\"\nfile = \"{file}\"").Arms);

        Assert.Equal(["*", "t2"], arm.Edits!.Texts.Keys);
        Assert.Equal(["{\"a\":1}", "{\"b\":[1,2]}"], arm.Edits.For("t2"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "a": [] }""")]
    [InlineData("""{ "a": "x" }""")]
    [InlineData("""{ "a": [1] }""")]
    [InlineData("""{ "a": ["x"], "a": ["y"] }""")]
    [InlineData("""{ "a": ["x"] """)]
    public void Parse_BadEditsFile_IsRefused(string json)
    {
        using var folder = new TemporaryFolder();
        folder.Write("edits.json", json);

        var error = Toml.Error($"[[arms]]\nname = \"f\"\nproposer = \"file\"\nfile = \"{Path.Combine(folder.Path, "edits.json")}\"");
        Assert.StartsWith("s.toml:16 arms.file: ", error, StringComparison.Ordinal);
        Assert.Contains("is not JSON of the form", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_MissingEditsFile_IsRefused() =>
        Assert.StartsWith(
            "s.toml:16 arms.file: no.json cannot be read (/sweeps/no.json): ",
            Toml.Error("[[arms]]\nname = \"f\"\nproposer = \"file\"\nfile = \"no.json\""),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("{\n \"a\": [\"x\"],\n \"a\": [\"y\"] }", "line 3: the key \"a\" stands twice in one object")]
    [InlineData("{ \"*\": [{ \"training\": {}, \"training\": {} }] }", "line 1: the key \"training\" stands twice in one object")]
    [InlineData("{ \"a\": [\"x\"] } trailing", "is not JSON of the form")]
    [InlineData("{ \"a\": [\"\\ud800\"] }", "is not JSON of the form")]
    [InlineData("{ \"\\ud800\": [\"x\"] }", "a key is not valid Unicode")]
    public void Parse_EditsFileThatCanBeReadInTwoWays_SaysWhere(string json, string part)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("edits.json", json);

        Assert.Contains(part, Toml.Error($"[[arms]]\nname = \"f\"\nproposer = \"file\"\nfile = \"{file}\""), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_EditsFileWithAByteOrderMark_IsRead()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("edits.json", "\uFEFF{ \"*\": [\"x\"] }");

        Assert.Equal(["*"], Assert.Single(Toml.Read($"[[arms]]\nname = \"f\"\nproposer = \"file\"\nfile = \"{file}\"").Arms).Edits!.Texts.Keys);
    }
}
