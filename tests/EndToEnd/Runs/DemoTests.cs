using System.Text.Json;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Runs;

/// <summary>A finished sweep of seconds as a pack.</summary>
public sealed class PackedSweep : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal static string Sweep { get; } = Repository.Sweep("tiny-table.toml");

    internal string File => _folder.At("tiny.sealpack");

    internal string ResultsSha256 { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var run = await SealProcess.Run(["run", Sweep, "--store", _folder.At("store"), "--json"]);
        Assert.True(run.Code == 0, run.ToString());
        using var document = JsonDocument.Parse(run.Out);
        ResultsSha256 = document.RootElement.GetProperty("reportSha256").GetString()!;
        var packed = await SealProcess.Run(["artifacts", "pack", "tiny-table", "--store", _folder.At("store"), "--output", File]);
        Assert.True(packed.Code == 0, packed.ToString());
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();
}

/// <summary>Whole demos, on a sweep of seconds.</summary>
public sealed class DemoTests(PackedSweep packed) : IClassFixture<PackedSweep>
{
    [Fact]
    public async Task Demo_WithItsWorkerKilledHalfWay_EndsWithThePackedBytes()
    {
        using var folder = new TemporaryFolder();

        var demo = await SealProcess.Run(
            ["demo", "--sweep", PackedSweep.Sweep, "--pack", packed.File, "--store", folder.At("demo"), "--kill", "--json", "--workers", "2"],
            fakeStep: TimeSpan.FromMilliseconds(20)
        );

        Assert.True(demo.Code == 0, demo.ToString());
        using var document = JsonDocument.Parse(demo.Out);
        var said = document.RootElement;
        Assert.Equal(
            (packed.ResultsSha256, packed.ResultsSha256, 1, true),
            (Text("results"), Text("shipped"), said.GetProperty("kills").GetInt32(), said.GetProperty("equal").GetBoolean())
        );
        Assert.Equal(3, said.GetProperty("rounds").GetArrayLength()); // before, and after each of two rounds
        Assert.Equal(5, said.GetProperty("checks").GetArrayLength());
        Assert.Contains("SIGKILL", demo.Err, StringComparison.Ordinal);

        string Text(string name) => said.GetProperty(name).GetString()!;
    }

    /// <summary>The screen shows the worker's number: who kills it by hand sees it start again.</summary>
    [Fact]
    public async Task Demo_WithItsWorkerKilledFromOutside_StartsItAgain()
    {
        using var folder = new TemporaryFolder();
        var store = folder.At("demo");
        using var demo = SealProcess.Start(
            ["demo", "--sweep", PackedSweep.Sweep, "--pack", packed.File, "--store", store, "--json"],
            fakeStep: TimeSpan.FromMilliseconds(30)
        );
        Assert.True(await demo.Until(() => StoreFolder.Manifests(store) >= 1));
        using (var host = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(store, "host.json"))))
        {
            Posix.Send(host.RootElement.GetProperty("process").GetInt32(), Posix.Kill);
        }

        var ended = await demo.Exit();

        Assert.True(ended.Code == 0, ended.ToString());
        using var document = JsonDocument.Parse(ended.Out);
        Assert.Equal(packed.ResultsSha256, document.RootElement.GetProperty("results").GetString());
        Assert.Equal(1, document.RootElement.GetProperty("kills").GetInt32());
        Assert.Contains("from outside", ended.Err, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_Fresh_ComputesTheSameBytesWithoutAPack()
    {
        using var folder = new TemporaryFolder();

        var demo = await SealProcess.Run([
            "demo",
            "--sweep",
            PackedSweep.Sweep,
            "--pack",
            folder.At("none"),
            "--store",
            folder.At("demo"),
            "--fresh",
            "--json",
        ]);

        Assert.True(demo.Code == 0, demo.ToString());
        using var document = JsonDocument.Parse(demo.Out);
        Assert.Equal(packed.ResultsSha256, document.RootElement.GetProperty("results").GetString());
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("shipped").ValueKind);
    }

    /// <summary>The worker of an interrupted demo ends with it, and the same command goes on.</summary>
    [Fact]
    public async Task Demo_Interrupted_TakesItsWorkerAlongAndGoesOn()
    {
        using var folder = new TemporaryFolder();
        string[] words = ["demo", "--sweep", PackedSweep.Sweep, "--pack", packed.File, "--store", folder.At("demo"), "--json"];
        SealExit stopped;
        using (var demo = SealProcess.Start(words, fakeStep: TimeSpan.FromMilliseconds(100)))
        {
            Assert.True(await demo.Until(() => StoreFolder.Manifests(folder.At("demo")) >= 1));
            demo.Signal(Posix.Interrupt);
            stopped = await demo.Exit();
        }

        Assert.True(stopped.Code == 130, stopped.ToString());
        Assert.Contains("go on with", stopped.Err, StringComparison.Ordinal);

        var again = await SealProcess.Run(words);

        Assert.True(again.Code == 0, again.ToString());
        using var document = JsonDocument.Parse(again.Out);
        Assert.Equal(packed.ResultsSha256, document.RootElement.GetProperty("results").GetString());
    }
}
