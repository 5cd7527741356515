using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Commands;

public sealed class TaskCommandTests
{
    private const string Good = """{"train":[{"input":[[1,2]],"output":[[2,1]]}],"test":[{"input":[[3,4]],"output":[[4,3]]}]}""";
    private const string Unsolved = """{"train":[{"input":[[1,2]],"output":[[2,1]]}],"test":[{"input":[[3,4]]}]}""";

    [Fact]
    public async Task Show_Generated_IsTheSameForTheSameSeed()
    {
        var (first, again, other) = (await Show("3"), await Show("3"), await Show("4"));
        Assert.Equal(ExitCode.Ok, first.Code);
        Assert.Equal(first.Output, again.Output);
        Assert.NotEqual(first.Output, other.Output);

        static Task<Said> Show(string seed) => Shell.Run("task", "show", "gen:tile", "--seed", seed, "--json");
    }

    [Fact]
    public async Task Show_OneTaskInAFile_NeedsNoId()
    {
        using var folder = new TemporaryFolder();
        var said = await Shell.Run("task", "show", folder.Write("swap.json", Good), "--json");
        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.Equal(Good, said.Output.Trim());
    }

    [Fact]
    public async Task Show_SeveralTasks_AsksWhich()
    {
        using var folder = new TemporaryFolder();
        folder.Write("one.json", Good);
        folder.Write("two.json", Good);
        var said = await Shell.Run("task", "show", folder.Path);
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("one, two", said.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await Shell.Run("task", "show", folder.Path, "two")).Code);
        Assert.Equal(ExitCode.NotFoundOrConflict, (await Shell.Run("task", "show", folder.Path, "three")).Code);
    }

    [Theory]
    [InlineData("gen:nothing", ExitCode.Usage)]
    [InlineData("/nowhere/at/all", ExitCode.NotFoundOrConflict)]
    public async Task Show_NoSuchTask_SaysWhatThereIs(string place, int code) => Assert.Equal(code, (await Shell.Run("task", "show", place)).Code);

    [Fact]
    public async Task Validate_BrokenFiles_NamesEachAndCountsTheRest()
    {
        using var folder = new TemporaryFolder();
        folder.Write("good.json", Good);
        folder.Write("open.json", Unsolved);
        folder.Write("ragged.json", Good.Replace("[[2,1]]", "[[2,1],[3]]", StringComparison.Ordinal));
        folder.Write("torn.json", Good[..40]);
        var said = await Shell.Run("task", "validate", folder.Path, "--json");
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Equal((2, 1), (said.Document.GetProperty("tasks").GetInt32(), said.Document.GetProperty("withoutTestOutputs").GetInt32()));
        Assert.Collection(
            said.Document.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!).Order(StringComparer.Ordinal),
            problem => Assert.Contains("ragged", problem, StringComparison.Ordinal),
            problem => Assert.Contains("torn", problem, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Validate_GoodFiles_ExitsWithZero()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(ExitCode.Ok, (await Shell.Run("task", "validate", folder.Write("good.json", Good))).Code);
    }

    [Fact]
    public async Task Validate_NoTasks_IsAProblem()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(ExitCode.Usage, (await Shell.Run("task", "validate", folder.Path)).Code);
    }

    [Fact]
    public async Task Families_AsJson_TellUseAndDescription()
    {
        var said = await Shell.Run("task", "families", "--json");
        var families = said.Document.GetProperty("families").EnumerateArray().ToArray();
        Assert.Contains(
            families,
            family => family.GetProperty("family").GetString() == "tile" && family.GetProperty("use").GetString() == "training"
        );
        Assert.Contains(families, family => family.GetProperty("use").GetString() == "evaluation");
        Assert.All(families, family => Assert.NotEmpty(family.GetProperty("description").GetString()!));
    }
}
