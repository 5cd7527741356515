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
