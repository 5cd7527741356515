using Seal.Arc.SelfEdits;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Sweeps;

/// <summary>An arm whose self-edits come from a file: it is tried on the same tasks as the rows beside it, or not at all.</summary>
public sealed class EditsFileTests : IDisposable
{
    private static readonly string Edit = EditSchemas.Get("paper").Enumerate().First();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(
        "{\"task-b\":[EDIT],\"tsak-c\":[EDIT]}",
        "has self-edits for tsak-c, which the sweep does not have (did you mean task-c?); its evaluation tasks are task-b, task-c."
    )]
    [InlineData("{\"*\":[EDIT],\"tsak-c\":[EDIT]}", "has self-edits for tsak-c")]
    [InlineData("{\"task-b\":[EDIT]}", "has no self-edits for task-c; add them, or the key \"*\" for all others.")]
    public async Task Run_FileOfOtherTasks_IsRefusedBeforeAnythingRuns(string edits, string part)
    {
        var said = await Run(edits);

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("arms.listed.file: " + part, said.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "store")));
    }

    [Fact]
    public async Task Run_TextThatIsNoSelfEdit_IsRefusedByTaskAndPlace()
    {
        var said = await Run("{\"task-b\":[EDIT],\"task-c\":[EDIT,\"nonsense\"]}");

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("arms.listed.file, self-edit 2 of \"task-c\": ", said.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "store")));
    }

    [Fact]
    public async Task Run_DrawnTaskWithoutSelfEdits_IsRefused()
    {
        var said = await Run("{\"task-b\":[EDIT]}", "evaluate = [\"task-b\"]\nevaluate_draw = 1\n");

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("arms.listed.file: has no self-edits for task-c", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FileWithAByteOrderMark_TriesItsSelfEditsOnEveryTask()
    {
        var said = await Run("\uFEFF{\"task-b\":[EDIT],\"*\":[EDIT]}");

        Assert.Equal(ExitCode.Ok, said.Code);
        var results = await File.ReadAllTextAsync(Path.Combine(_folder.Path, "store", "sweeps", "listed", "results.json"));
        Assert.Contains("\"payload\"", results, StringComparison.Ordinal);
        Assert.DoesNotContain("\"candidates\": []", results, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TaskFileWithAKeyTwice_IsRefusedWithFileLineAndKey()
    {
        var said = await Run(
            "{\"*\":[EDIT]}",
            task: "{\"train\":[{\"input\":[[1]],\"output\":[[2]]}],\n\"test\":[{\"input\":[[3]],\"output\":[[4]],\"output\":[[5]]}]}"
        );

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("task-c.json:2: the key \"output\" stands twice in one object", said.Error, StringComparison.Ordinal);
    }

    private async Task<Said> Run(string edits, string tasks = "evaluate = [\"task-b\", \"task-c\"]\n", string? task = null)
    {
        _folder.Write("task-b.json", Task(1));
        _folder.Write("task-c.json", task ?? Task(5));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "edits"));
        _folder.Write("edits/edits.json", edits.Replace("EDIT", Edit, StringComparison.Ordinal));
        var sweep = _folder.Write(
            "edits/s.toml",
            $$"""
            name = "listed"
            seeds = [1]
            [tasks]
            source = "files"
            path = ["../task-b.json", "../task-c.json"]
            {{tasks}}
            [[arms]]
            name = "listed"
            proposer = "file"
            file = "edits.json"
            [engine]
            kind = "fake"
            [proposal]
            evaluation_candidates = 2
            [inner]
            max_texts = 8
            max_tokens = 512
            [evaluate]
            views = 0
            """
        );
        return await Shell.Run("run", sweep, "--store", Path.Combine(_folder.Path, "store"));
    }

    /// <summary>Every pair of a task is a grid of one row and its mirror image.</summary>
    private static string Task(int first) =>
        $$"""
            {"train":[{"input":[[{{first}},0,2]],"output":[[2,0,{{first}}]]},{"input":[[{{first}},3,0]],"output":[[0,3,{{first}}]]}],"test":[{"input":[[{{first}},4,0,0]],"output":[[0,0,4,{{first}}]]}]}
            """;
}
