using System.Text;
using System.Text.Json;
using CsCheck;
using Seal.Arc.Tasks;
using Seal.Core.Sweeps;

namespace Seal.Arc.Tests.Tasks;

public sealed class ArcReaderTests : IDisposable
{
    private const string A = """{"train":[{"input":[[1]],"output":[[2]]}],"test":[{"input":[[3]],"output":[[4]]}]}""";
    private const string B = """{"train":[{"input":[[5]],"output":[[6]]}],"test":[{"input":[[7]],"output":[[8]]}]}""";
    private const string Open = """{"train":[{"input":[[1]],"output":[[2]]}],"test":[{"input":[[3]]}]}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_AFolderOfTasks_NamesThemAfterTheirFilesInOrdinalOrder()
    {
        _folder.Write("b.json", B);
        _folder.Write("a.json", A);
        _folder.Write("notes.txt", "not a task");

        Assert.Equal([("a", A), ("b", B)], Read([_folder.Path]));
    }

    [Fact]
    public void Read_AnObjectOfTasks_KeepsTheOrderOfTheFile() =>
        Assert.Equal([("b", B), ("a", A)], Read([_folder.Write("all.json", $$"""{"b":{{B}},"a":{{A}}}""")]));

    [Fact]
    public void Read_WithIds_KeepsTheOrderOfTheIds() =>
        Assert.Equal([("a", A), ("b", B)], Read([_folder.Write("all.json", $$"""{"b":{{B}},"c":{{A}},"a":{{A}}}""")], "a", "b"));

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Read_ChallengesAndSolutions_PutsTheOutputsIn(bool nameSolutions, bool nameChallenges)
    {
        var challenges = _folder.Write("x_challenges.json", $$"""{"a":{{Open}}}""");
        var solutions = _folder.Write("x_solutions.json", """{"a":[[[4]]],"other":[[[1]]]}""");
        string[] paths = [.. nameSolutions ? [solutions] : Array.Empty<string>(), .. nameChallenges ? [challenges] : new[] { _folder.Path }];

        Assert.Equal([("a", A)], Read(paths));
    }

    [Fact]
    public void Read_TwoPairsOfFilesWithOneId_UsesTheSolutionsOfEach()
    {
        _folder.Write("x_challenges.json", $$"""{"a":{{Open}}}""");
        _folder.Write("x_solutions.json", """{"a":[[[4]]]}""");
        _folder.Write("y_challenges.json", $$"""{"a":{{Open}}}""");
        _folder.Write("y_solutions.json", """{"a":[[[9]]]}""");

        AssertRefused([_folder.Path], ["a"], "task a differs between", "x_challenges.json", "y_challenges.json");
    }

    [Fact]
    public void Read_ChallengesWithoutSolutions_LeavesTheOutputsUnknown() =>
        Assert.Null(Assert.Single(ArcReader.Read([_folder.Write("x_challenges.json", $$"""{"a":{{Open}}}""")], [])).Test[0].Output);

    [Fact]
    public void Read_SolutionsThatDoNotFit_AreRefused()
    {
        var challenges = _folder.Write("x_challenges.json", $$"""{"a":{{Open}},"b":{{B}}}""");

        _folder.Write("x_solutions.json", """{"a":[[[4]],[[5]]]}""");
        AssertRefused([challenges], [], "2 solutions", "1 test pairs");
        _folder.Write("x_solutions.json", """{"b":[[[4]]]}""");
        AssertRefused([challenges], [], "x_solutions.json: task b", "differ from the outputs");
        _folder.Write("x_solutions.json", """{"a":[[[44]]]}""");
        AssertRefused([challenges], [], "task a: solution 1", "44, not a colour");
    }

    [Fact]
    public void Read_TheSameTaskInTwoFiles_IsOneTaskUnlessTheContentDiffers()
    {
        var one = _folder.Write("one.json", $$"""{"a":{{Open}}}""");
        var two = _folder.Write("two.json", $$"""{"a":{{A}}}""");
        var three = _folder.Write("three.json", $$"""{"a":{{B}}}""");

        Assert.Equal([("a", A)], Read([one, two]));
        Assert.Equal([("a", A)], Read([two, one, two]));
        AssertRefused([one, three], [], "task a differs between", "one.json", "three.json");
        AssertRefused([_folder.Write("twice.json", $$"""{"a":{{A}},"a":{{B}}}""")], [], "twice.json:1: the key \"a\" stands twice in one object");
    }

    [Fact]
    public void Read_CertainIdsOfAFolder_PassesOverWhatIsNotAskedFor()
    {
        _folder.Write("tasks.json", $$$"""{"a":{{{A}}},"broken":{"train":[]}}""");
        _folder.Write("ids.json", """{"training":["a"],"note":"facts"}""");
        _folder.Write("cut.json", "{\"a\":");

        Assert.Equal([("a", A)], Read([_folder.Path], "a"));
        AssertRefused(
            [_folder.Path],
            ["a", "x", "broken", "y"],
            "tasks x, y not found, expected in " + _folder.Path,
            "ids.json",
            "cut.json:1: not valid JSON"
        );
        AssertRefused([_folder.Path], ["broken"], "tasks.json: task broken: has no demonstrations");
        AssertRefused([_folder.Path], [], "cut.json:1: not valid JSON");
    }

    /// <summary>What was probably meant is named; where nothing is near, of a few tasks all.</summary>
    [Theory]
    [InlineData("swop", "Did you mean swap?")]
    [InlineData("swap.json", "Did you mean swap?")]
    [InlineData("another-one", "There: mirror, swap.")]
    public void Read_IdThatIsNotThere_SaysWhatIs(string id, string said)
    {
        _folder.Write("mirror.json", A);
        _folder.Write("swap.json", A);

        AssertRefused([_folder.Path], [id], $"task {id} not found", said);
    }

    [Fact]
    public void Read_WithoutIds_RefusesAFileWithoutTasksByName() =>
        AssertRefused([_folder.Write("ids.json", """{"training":["a"],"note":"facts"}""")], [], "ids.json: is neither a task", "expected");

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("nonsense", ":1: not valid JSON")]
    [InlineData("{\"a\":\n{]}", ":2: not valid JSON")]
    [InlineData("[1]", "holds a list, not an object")]
    [InlineData("{}", "holds no tasks")]
    [InlineData("""{"a":{"train":[]}}""", "task a: has no demonstrations")]
    [InlineData("""{"a":[[[1]]]}""", "no tasks in")]
    [InlineData("""{"A b":{"train":[{"input":[[1]],"output":[[2]]}],"test":[{"input":[[3]]}]}}""", "the task id \"A b\" cannot be used")]
    [InlineData("""{"a":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}""", "not valid JSON")]
    public void Read_AMalformedFile_SaysWhatAndWhere(string content, string expected) =>
        AssertRefused([_folder.Write("f.json", content)], [], "f.json", expected, "expected");

    [Fact]
    public void Read_IdsOfConceptArc_AreTaken()
    {
        string[] ids = ["AboveBelow1", "Center_3", "center_3"];
        var path = _folder.Write("concepts.json", $"{{{string.Join(',', ids.Select(id => $"\"{id}\":{A}"))}}}");
        Assert.Equal(ids, Read([path]).Select(task => task.Id));
        Assert.Equal(["AboveBelow1"], Read([_folder.Write("AboveBelow1.json", A)]).Select(task => task.Id));
        var longer = $"{{\"{new string('A', 64)}\":{A}}}";
        AssertRefused([_folder.Write("long.json", longer)], [], "cannot be used, expected 1 to 63 characters A-Z, a-z, 0-9, '_' and '-'");
    }

    [Fact]
    public void Read_NothingThere_SaysWhereItLooked()
    {
        AssertRefused([], [], "no task files are named", "tasks.path");
        AssertRefused([Path.Combine(_folder.Path, "none")], [], "none: no such file or folder");
        AssertRefused([""], [], "no such file or folder");
        AssertRefused([_folder.Path], [], "no tasks in " + _folder.Path);
        AssertRefused([_folder.Path], ["a", "b"], "tasks a, b not found");
        AssertRefused([_folder.Write("a.json", A)], ["a", "a"], "task a is asked for twice");
    }

    [Fact]
    public void Read_AFileOverTheLimit_IsRefused()
    {
        var path = Path.Combine(_folder.Path, "large.json");
        using (var file = File.Create(path))
        {
            // Sparse: takes no room on disk.
            file.SetLength(ArcReader.MaxFileBytes + 1);
        }

        AssertRefused([path], [], "large.json: has 67108865 bytes; expected at most 67108864");
    }

    [Theory]
    [InlineData("{\"t\":TASK,\n\"t\":TASK}", 2, "t")]
    [InlineData("{\"train\":[{\"input\":[[1]],\"output\":[[2]]}],\n\"test\":[{\"input\":[[3]],\n\"input\":[[5]],\"output\":[[4]]}]}", 3, "input")]
    [InlineData("{\"train\":[{\"input\":[[1]],\"output\":[[2]]}],\"test\":[{\"input\":[[3]],\"output\":[[4]]}],\"test\":[]}", 1, "test")]
    [InlineData("{\"name\":1,\"name\":2,\"train\":[{\"input\":[[1]],\"output\":[[2]]}],\"test\":[{\"input\":[[3]],\"output\":[[4]]}]}", 1, "name")]
    public void Read_AKeyThatStandsTwice_IsRefusedByFileLineAndKey(string content, int line, string key)
    {
        var file = _folder.Write("twice.json", content.Replace("TASK", A, StringComparison.Ordinal));

        AssertRefused([file], [], $"twice.json:{line}: the key \"{key}\" stands twice in one object");
        Assert.Contains(
            $"task t:{line}: the key \"{key}\" stands twice in one object",
            Assert.Throws<SweepException>(() => ArcTaskJson.Parse("t", File.ReadAllText(file))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Read_AByteOrderMark_IsNoError() =>
        Assert.Equal([("a", A)], Read([_folder.Write("a.json", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(A)])]));

    [Fact]
    public void Read_MutatedFiles_GivesTasksOrSweepException()
    {
        var documents = new[] { A, $$"""{"a":{{A}},"b":{{Open}}}""", """{"a":[[[4]]],"b":[[[1,2],[3,4]]]}""" };
        var solutions = _folder.Write("solutions.json", documents[2]);
        var read = 0;
        Gen.OneOf([.. documents.Select(document => Draw.Mutations(Encoding.UTF8.GetBytes(document)))])
            .Sample(
                bytes =>
                {
                    var path = _folder.Write("a.json", bytes);
                    foreach (string[] ids in new[] { [], new[] { "a" } })
                    {
                        try
                        {
                            Assert.NotEmpty(ArcReader.Read([path, solutions], ids));
                            Interlocked.Increment(ref read);
                        }
                        catch (SweepException e)
                        {
                            Assert.Contains("expected", e.Message, StringComparison.Ordinal);
                        }
                    }
                },
                iter: 3000,
                threads: 1
            );
        Assert.True(read > 30, $"{read} mutated files could be read: too few to prove anything about those");
    }

    [SkippableFact]
    public void Read_ThePublicDataByThePapersIds_GivesThem()
    {
        var folder = Shared.Path("data/arc");
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "seal_filtered_ids.json")));
        string[] ids = [.. Ids("seal_training_12"), .. Ids("seal_evaluation_10")];

        var tasks = ArcReader.Read([folder], ids);

        Assert.Equal(ids, tasks.Select(task => task.Id));
        Assert.All(tasks, task => Assert.Null(ArcTaskJson.Validate(task, needsTestOutputs: true)));
        Assert.Contains(
            "seal_filtered_ids.json: is neither",
            Assert.Throws<SweepException>(() => ArcReader.Read([folder], [])).Message,
            StringComparison.Ordinal
        );

        IEnumerable<string> Ids(string key) => document.RootElement.GetProperty(key).EnumerateArray().Select(id => id.GetString()!);
    }

    [SkippableFact]
    public void Read_AllPublicTasks_GivesEightHundred()
    {
        var tasks = ArcReader.Read([Shared.Path("data/arc/arc-agi-1_training.json"), Shared.Path("data/arc/arc-agi-1_evaluation.json")], []);

        Assert.Equal(800, tasks.Count);
        Assert.All(tasks, task => Assert.InRange(task.MaxSide, 1, 30));
    }

    private static List<(string Id, string Json)> Read(string[] paths, params string[] ids) =>
        [.. ArcReader.Read(paths, ids).Select(task => (task.Id, ArcTaskJson.Write(task)))];

    private static void AssertRefused(string[] paths, string[] ids, params string[] expected)
    {
        var message = Assert.Throws<SweepException>(() => ArcReader.Read(paths, ids)).Message;
        Assert.All(expected, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
