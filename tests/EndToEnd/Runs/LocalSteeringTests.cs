using System.Text.Json;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Runs;

/// <summary>A sweep of this machine is steered as one of a cluster: through the process that runs it, else for the next one.</summary>
public sealed class LocalSteeringTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    [Fact]
    public async Task PauseAndResume_FromAnotherTerminal_KeepTheProcessAndTheBytes()
    {
        using var folder = new TemporaryFolder();
        var store = folder.At("store");
        using var run = SealProcess.Start(
            ["run", Repository.Sweep("tiny-fake.toml"), "--store", store, "--workers", "2", "--no-page"],
            fakeStep: Step
        );
        Assert.True(await run.Until(() => StoreFolder.Manifests(store) > 3));

        var paused = await Sweep("pause", store);
        Assert.True(paused.Code == 0, paused.ToString());
        Assert.Equal("paused", await State(store));
        Assert.False(run.HasExited);

        // Goes on in the process that has it, and watches it to its end.
        var resumed = await Sweep("resume", store);
        Assert.True(resumed.Code == 0, resumed.ToString());
        var exit = await run.Exit();
        Assert.True(exit.Code == 0, exit.ToString());
        Assert.Contains(KnownResult.All.Single(known => known.Sweep == "tiny-fake").Sha256, exit.Out, StringComparison.Ordinal);

        var events = await Sweep("events", store, "--from", "1");
        var states = events
            .Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(one => one.GetProperty("kind").GetString() == "state")
            .Select(one => one.GetProperty("text").GetString()!.Split(',')[0]);
        Assert.Equal(["running", "paused", "running", "completed"], states);
    }

    [Fact]
    public async Task Extend_WhereNoProcessRunsIt_IsObeyedByTheFileItWasBegunWith()
    {
        using var folder = new TemporaryFolder();
        var store = folder.At("store");
        string[] file = ["run", Repository.Sweep("tiny-fake.toml"), "--no-page", "--json", "--store"];
        Assert.Equal(0, (await SealProcess.Run([.. file, store])).Code);

        var extended = await Sweep("extend", store, "--rounds", "3");
        Assert.True(extended.Code == 0, extended.ToString());
        Assert.Contains("written down", extended.Out, StringComparison.Ordinal);

        var again = await SealProcess.Run([.. file, store]);
        Assert.True(again.Code == 0, again.ToString());
        Assert.Contains("extended to 3 rounds", again.Err, StringComparison.Ordinal);
        var fresh = await SealProcess.Run([.. file, folder.At("fresh"), "--set", "update.rounds=3"]);
        Assert.Equal(Sha256(fresh), Sha256(again));
    }

    [Fact]
    public async Task Stop_OfASweepWhoseProcessWasKilled_LeavesItStopped()
    {
        using var folder = new TemporaryFolder();
        var store = folder.At("store");
        string[] file = ["run", Repository.Sweep("tiny-fake.toml"), "--no-page", "--json", "--store", store];
        using (var run = SealProcess.Start(file, fakeStep: Step))
        {
            Assert.True(await run.Until(() => StoreFolder.Manifests(store) > 3));
            run.Signal(Posix.Kill);
            await run.Exit();
        }

        var stopped = await Sweep("stop", store);
        Assert.True(stopped.Code == 0, stopped.ToString());
        Assert.Equal("stopped", await State(store));

        var again = await SealProcess.Run(file);
        Assert.True(again.Code == 0, again.ToString());
        Assert.Contains(KnownResult.All.Single(known => known.Sweep == "tiny-fake").Sha256, again.Out, StringComparison.Ordinal);
    }

    private static Task<SealExit> Sweep(string verb, string store, params string[] more) =>
        SealProcess.Run(["sweep", verb, "--store", store, .. more]);

    private static async Task<string> State(string store)
    {
        using var status = JsonDocument.Parse((await Sweep("status", store, "--json")).Out);
        return status.RootElement.GetProperty("state").GetString()!;
    }

    private static string Sha256(SealExit exit)
    {
        using var document = JsonDocument.Parse(exit.Out);
        return document.RootElement.GetProperty("reportSha256").GetString()!;
    }
}
