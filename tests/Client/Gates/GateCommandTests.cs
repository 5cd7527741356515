using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Gates;

/// <summary>On the fake engine, whose results mean nothing.</summary>
public sealed class GateCommandTests : IDisposable
{
    private const string Sweep = """
        name = "fake-gate"
        seeds = [1]
        [tasks]
        source = "generated"
        train_count = 3
        evaluate_count = 1
        train_families = ["place-moves", "colour-column", "turned-fall"]
        [engine]
        kind = "fake"
        [proposal]
        schema = "mini-core"
        [inner]
        max_texts = 8
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seal-gate-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Gate_RunAgain_TriesNothingTwiceAndSaysTheSame()
    {
        File.WriteAllText(Sweeps, Sweep);
        string[] command = ["gate", Sweeps, "--with", "\"max_steps\":32", "--with", "\"full\"", "--out", Table, "--workers", "2", "--json"];
        var first = await Shell.Run(command);
        Assert.Contains(first.Code, new[] { ExitCode.Ok, ExitCode.Failures });
        var written = await File.ReadAllTextAsync(Table);
        Assert.Equal(2 + (3 * 8 * 2), written.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var again = await Shell.Run(command);
        Assert.Equal((first.Code, first.Output), (again.Code, again.Output));
        Assert.Equal(written, await File.ReadAllTextAsync(Table));

        var other = await Shell.Run([.. command, "--set", "inner.batch=1"]);
        Assert.Equal(ExitCode.NotFoundOrConflict, other.Code);
        Assert.Contains("give another --out", other.Error, StringComparison.Ordinal);
        Assert.Equal(written, await File.ReadAllTextAsync(Table));
    }

    [Theory]
    [InlineData("proposal.schema=mini-core-240")]
    [InlineData("inner.rank=4")]
    [InlineData("evaluate.views=2")]
    [InlineData("evaluate.demonstrations=true")]
    public async Task Gate_TableOfOtherTrials_IsRefused(string other)
    {
        File.WriteAllText(Sweeps, Sweep);
        string[] command = ["gate", Sweeps, "--draw", "1", "--inner-seeds", "1", "--out", Table, "--workers", "1"];
        Assert.Equal(ExitCode.Failures, (await Shell.Run(command)).Code);
        var written = await File.ReadAllTextAsync(Table);

        var refused = await Shell.Run([.. command, "--set", other]);

        Assert.Equal(ExitCode.NotFoundOrConflict, refused.Code);
        Assert.Equal(written, await File.ReadAllTextAsync(Table));
    }

    [Fact]
    public async Task Gate_SettingThatNoTrialReads_GoesOnWithTheTable()
    {
        File.WriteAllText(Sweeps, Sweep);
        string[] command = ["gate", Sweeps, "--draw", "1", "--inner-seeds", "1", "--out", Table, "--workers", "1"];
        await Shell.Run(command);
        var written = await File.ReadAllTextAsync(Table);

        Assert.Equal(ExitCode.Failures, (await Shell.Run([.. command, "--set", "proposal.candidates=3", "--set", "evaluate.when=never"])).Code);
        Assert.Equal(written, await File.ReadAllTextAsync(Table));
    }

    [Fact]
    public async Task Gate_OtherTaskOfTheSameName_IsTriedAnew()
    {
        File.WriteAllText(
            Sweeps,
            Sweep
                .Replace(
                    "source = \"generated\"\ntrain_count = 3\nevaluate_count = 1",
                    $"source = \"files\"\npath = \"{_folder.FullName}\"\ntrain = [\"one\"]\nevaluate = [\"two\"]",
                    StringComparison.Ordinal
                )
                .Replace("train_families = [\"place-moves\", \"colour-column\", \"turned-fall\"]\n", "", StringComparison.Ordinal)
        );
        File.WriteAllText(Path.Combine(_folder.FullName, "two.json"), ArcJson(3).Replace("[[", "[[3,3],[", StringComparison.Ordinal));
        string[] command = ["gate", Sweeps, "--draw", "1", "--inner-seeds", "1", "--out", Table, "--workers", "1"];
        await Try(4);
        var first = await File.ReadAllLinesAsync(Table);

        await Try(5);

        var both = await File.ReadAllLinesAsync(Table);
        Assert.Equal(first, both[..^1]);
        Assert.Equal("one", both[^1].Split('\t')[0]);
        Assert.NotEqual(first[^1].Split('\t')[1], both[^1].Split('\t')[1]);

        async Task Try(int colour)
        {
            File.WriteAllText(Path.Combine(_folder.FullName, "one.json"), ArcJson(colour));
            var said = await Shell.Run(command);
            Assert.True(said.Code == ExitCode.Failures, said.Error);
        }

        static string ArcJson(int colour)
        {
            var pair = $$"""{"input":[[1,0]],"output":[[{{colour}},0]]}""";
            return $$"""{"train":[{{pair}},{{pair.Replace("[[1,0]]", "[[0,1]]", StringComparison.Ordinal)}}],"test":[{{pair}}]}""";
        }
    }

    [Fact]
    public async Task Gate_OneInnerSeed_IsNoVerdict()
    {
        File.WriteAllText(Sweeps, Sweep);
        var said = await Shell.Run("gate", Sweeps, "--inner-seeds", "1", "--draw", "8");
        Assert.Equal(ExitCode.Failures, said.Code);
        Assert.Contains("No verdict", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gate_TableWhoseLastLineWasCutShort_GoesOnInALineOfItsOwn()
    {
        File.WriteAllText(Sweeps, Sweep);
        string[] command = ["gate", Sweeps, "--draw", "2", "--out", Table, "--workers", "1"];
        await Shell.Run(command);
        var whole = await File.ReadAllLinesAsync(Table);
        File.WriteAllText(Table, string.Join('\n', whole[..^1]) + "\n" + whole[^1][..20]);
        await Shell.Run(command);
        var again = await File.ReadAllLinesAsync(Table);
        Assert.Equal(whole.Length + 1, again.Length);
        Assert.Equal(whole[^1].Split('\t')[..2], again[^1].Split('\t')[..2]);
    }

    [Fact]
    public async Task Gate_NoSuchEdit_IsUsageWithAnExample()
    {
        File.WriteAllText(Sweeps, Sweep);
        var said = await Shell.Run("gate", Sweeps, "--with", "nonsense");
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("no self-edit of schema 'mini-core' has all of that in it", said.Error, StringComparison.Ordinal);
    }

    private string Sweeps => Path.Combine(_folder.FullName, "gate.toml");

    private string Table => Path.Combine(_folder.FullName, "gate.tsv");
}
