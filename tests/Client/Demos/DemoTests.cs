using Seal.Client.Demos;
using Seal.Client.Sweeps;
using Seal.Client.Tests.Support;
using Seal.Client.Tests.Sweeps;
using Seal.Core.Artifacts;
using Seal.Silo.Packs;

namespace Seal.Client.Tests.Demos;

/// <summary>What the demo refuses before it starts its worker. Whole demos are in the tests of processes.</summary>
public sealed class DemoTests(TableStore store) : IClassFixture<TableStore>, IDisposable
{
    private static readonly string Sweep = Places.InRepository("sweeps/tiny-table.toml");

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Demo_StoredTrialsThatNobodyComputed_AreFoundAndNotLookedUp()
    {
        var results = Path.Combine(store.Root, "sweeps/tiny-table/results.json");
        var honest = await File.ReadAllTextAsync(results);
        try
        {
            await File.WriteAllTextAsync(results, honest.Replace("\"steps\": ", "\"steps\": 1", StringComparison.Ordinal));
            await Shell.Run("artifacts", "pack", "tiny-table", "--store", store.Root, "--output", _folder.At("wrong.sealpack"));
        }
        finally
        {
            await File.WriteAllTextAsync(results, honest);
        }

        var said = await Demo("wrong.sealpack");

        Assert.True(said.Code == ExitCode.Failures, $"{said}");
        Assert.Contains("0 equal", said.Output, StringComparison.Ordinal);
        Assert.Contains("--fresh", said.Error, StringComparison.Ordinal);
        Assert.Empty(await new DirectoryArtifactStore(_folder.At("demo")).ListAsync("cache/"));
    }

    [Fact]
    public async Task Demo_OneChangedByte_IsRefused()
    {
        await Pack("tiny.sealpack");
        var bytes = await File.ReadAllBytesAsync(_folder.At("tiny.sealpack"));
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(_folder.At("tiny.sealpack"), bytes);

        Assert.Equal(ExitCode.Unreachable, (await Demo("tiny.sealpack")).Code);
    }

    [Fact]
    public async Task Demo_PackOfAnotherSweep_IsRefusedWithTheWayOut()
    {
        await Pack("tiny.sealpack");

        var said = await Demo("tiny.sealpack", await AnotherSweep());

        Assert.True(said.Code == ExitCode.NotFoundOrConflict, $"{said}");
        Assert.Contains("--fresh", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_SweepInWhichNothingLearns_IsRefused()
    {
        var other = _folder.At("other.toml");
        var text = await File.ReadAllTextAsync(Sweep);
        await File.WriteAllTextAsync(
            other,
            text.Replace("proposer = \"policy\"", "proposer = \"random\"", StringComparison.Ordinal)
                .Replace("set = { reward.source = \"shuffled\" }", "", StringComparison.Ordinal)
        );

        var said = await Shell.Run("demo", "--sweep", other, "--fresh", "--store", _folder.At("demo"));

        Assert.True(said.Code == ExitCode.Usage, $"{said}");
        Assert.Contains("nothing learns", said.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rounds = 2", "rounds = 1")]
    [InlineData("when = \"every\"", "when = \"ends\"")]
    public async Task Demo_SweepWithoutACurve_IsRefused(string some, string other)
    {
        var file = _folder.At("other.toml");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(Sweep)).Replace(some, other, StringComparison.Ordinal));

        var said = await Shell.Run("demo", "--sweep", file, "--fresh", "--store", _folder.At("demo"));

        Assert.True(said.Code == ExitCode.Usage, $"{said}");
        Assert.Contains("update.rounds of 2 or more and evaluate.when", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_InAStoreWithAnOlderDemo_SaysToDeleteIt()
    {
        await Pack("tiny.sealpack");

        var said = await Shell.Run("demo", "--sweep", await AnotherSweep(), "--fresh", "--store", store.Root);

        Assert.True(said.Code == ExitCode.NotFoundOrConflict, $"{said}");
        Assert.Contains("Delete the store", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_InAStoreThatIsInUse_IsRefused()
    {
        await Pack("tiny.sealpack");
        using var held = Grid.Take(_folder.At("demo"));

        var said = await Demo("tiny.sealpack");

        Assert.True(said.Code == ExitCode.NotFoundOrConflict, $"{said}");
    }

    [Fact]
    public async Task ShippedPack_IsOfTheShippedSweep()
    {
        var pack = SweepPack.Parse("the shipped pack", await File.ReadAllBytesAsync(Places.InRepository("results/demo/demo.sealpack")));
        var sweep = LoadedSweep.Read(Places.InRepository("sweeps/demo.toml"), []);
        var submission = await SweepUpload.Put(
            sweep,
            new DirectoryArtifactStore(_folder.At("store")),
            "any",
            wholeModel: false,
            CancellationToken.None
        );

        Assert.True(
            DemoRun.IsOf(pack, submission),
            "results/demo/demo.sealpack was made from another sweeps/demo.toml; make it again (results/demo/README.md says how)."
        );
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The sweep with one setting changed.</summary>
    private async Task<string> AnotherSweep()
    {
        var changed = (await File.ReadAllTextAsync(Sweep)).Replace("max_steps = 20", "max_steps = 21", StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder.At("other.toml"), changed);
        return _folder.At("other.toml");
    }

    private Task<Said> Demo(string pack, string? sweep = null) =>
        Shell.Run("demo", "--sweep", sweep ?? Sweep, "--pack", _folder.At(pack), "--store", _folder.At("demo"), "--workers", "1");

    private async Task Pack(string name) =>
        Assert.Equal(ExitCode.Ok, (await Shell.Run("artifacts", "pack", "tiny-table", "--store", store.Root, "--output", _folder.At(name))).Code);
}
