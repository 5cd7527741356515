using System.Text.Json;
using Seal.Client.Tests.Support;
using Seal.Client.Tests.Sweeps;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Reports.Tests.Metrics;

namespace Seal.Client.Tests.Exports;

/// <summary>Metrics of a whole sweep: each phase once, whatever happened on the way.</summary>
public sealed class MetricsTests(FinishedStore store) : IClassFixture<FinishedStore>
{
    [Fact]
    public void Run_ToItsEnd_LeavesEveryPhaseOnce()
    {
        DemandWhole(store.Root);
        Assert.Equal(10, File.ReadLines(Lines(store.Root)).Count());
    }

    [Fact]
    public async Task Lines_OfAFinishedSweep_ComeInTheOrderOfItsEvents()
    {
        var events = (await Shell.Run("sweep", "events", "--store", store.Root)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            events
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(one => one.GetProperty("kind").GetString() == "phase-ended")
                .Select(one => (one.GetProperty("run").GetString(), one.GetProperty("text").GetString())),
            Phases(store.Root)
        );
    }

    [Fact]
    public async Task Export_IntoAnotherFolder_GivesTheLinesOfTheRun()
    {
        using var folder = new TemporaryFolder();
        var said = await Shell.Run("export", "metrics", "--store", store.Root, "--out", folder.Path, "--json");

        Assert.Equal((ExitCode.Ok, 10), (said.Code, said.Document.GetProperty("phases").GetInt32()));
        Assert.Equal(File.ReadAllBytes(Lines(store.Root)), File.ReadAllBytes(folder.At("metrics.jsonl")));
    }

    [Fact]
    public async Task Export_OverFilesCutInTheMiddle_MakesThemWholeAndKeepsTimes()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(ExitCode.Ok, (await Export()).Code);
        var (lines, events) = (folder.At("metrics.jsonl"), Events(folder.Path, "base-seal-s1"));
        var (whole, first) = (File.ReadAllBytes(lines), EventFileReader.Read(File.ReadAllBytes(events)));
        File.WriteAllBytes(lines, whole[..^100]);
        File.WriteAllBytes(events, File.ReadAllBytes(events)[..^5]);

        Assert.Equal(ExitCode.Ok, (await Export()).Code);

        Assert.Equal(whole, File.ReadAllBytes(lines));
        var again = EventFileReader.Read(File.ReadAllBytes(events));
        Assert.Equal(first.Select(one => one.Step), again.Select(one => one.Step));
        // What was whole stays, its time included; the last one was written anew.
        Assert.Equal(first.SkipLast(1).Select(one => one.WallTime), again.SkipLast(1).Select(one => one.WallTime));
        Assert.True(again[^1].WallTime > first[^1].WallTime);

        Task<Said> Export() => Shell.Run("export", "metrics", "--store", store.Root, "--out", folder.Path);
    }

    [Fact]
    public async Task Resume_AfterAKillWithHalfALineWritten_HasEachPhaseOnce()
    {
        using var folder = new TemporaryFolder();
        using var whole = new TemporaryFolder();
        var sweep = Client.Sweeps.LoadedSweep.Read(Places.TinySweep, []);
        await using (var grid = await Client.Sweeps.Grid.HostHere(folder.Path, sweep.Spec.Name, sweep.Engine, 0, _ => { }, CancellationToken.None))
        {
            await grid.Submit(sweep, folder.Path, extend: false, CancellationToken.None);
        }

        folder.Write("sweeps/tiny-fake/metrics.jsonl", """{"run":"base-seal-s1","cell":"ba""");
        folder.Write("sweeps/tiny-fake/tensorboard/base-seal-s1/events.out.tfevents.0.seal", "half a rec");

        Assert.Equal(ExitCode.Ok, (await Shell.Run("sweep", "resume", "--store", folder.Path)).Code);

        DemandWhole(folder.Path);
        Assert.Equal(ExitCode.Ok, (await Shell.Run("export", "metrics", "--store", folder.Path, "--out", whole.Path)).Code);
        Assert.Equal(File.ReadAllBytes(whole.At("metrics.jsonl")), File.ReadAllBytes(Lines(folder.Path)));
    }

    [Fact]
    public async Task Extend_AfterTheEnd_HasThePhasesOfTheResults()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(ExitCode.Ok, (await Shell.Run("run", Places.TinySweep, "--store", folder.Path)).Code);
        Assert.Equal(ExitCode.Ok, (await Shell.Run("sweep", "extend", "--rounds", "3", "--store", folder.Path)).Code);
        Assert.Equal(ExitCode.Ok, (await Shell.Run("sweep", "resume", "--store", folder.Path)).Code);

        DemandWhole(folder.Path);
        Assert.Contains(("base-seal-s1", "evaluate-3"), Phases(folder.Path));
    }

    [Fact]
    public async Task Run_ThatCannotWriteMetrics_GoesOnAndSaysSoOnce()
    {
        using var folder = new TemporaryFolder();
        // A folder in the file's place: no user, root either, can write the file.
        folder.Write("sweeps/tiny-fake/metrics.jsonl/in the way", "");

        var said = await Shell.Run("run", Places.TinySweep, "--store", folder.Path);

        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.Equal(2, said.Error.Split("The metrics of tiny-fake are not written").Length);
        Assert.Contains($"export metrics tiny-fake --store {folder.Path}", said.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("metrics.jsonl", said.Output, StringComparison.Ordinal);

        var export = await Shell.Run("export", "metrics", "--store", folder.Path);
        Assert.Equal(ExitCode.Unreachable, export.Code);
        Assert.Contains("was not written", export.Error, StringComparison.Ordinal);
    }

    /// <summary>The phases of results.json are there, each once, in both forms, with the same numbers.</summary>
    private static void DemandWhole(string root)
    {
        var results = SealJson.Parse<SweepResults>(File.ReadAllBytes(Path.Combine(root, "sweeps/tiny-fake/results.json")));
        Assert.Equal(
            results.Runs.SelectMany(run => run.Phases.Select(phase => (run.Run, phase.Phase.ToString()))).Order(),
            Phases(root).Select(one => (one.Run!, one.Phase!)).Order()
        );
        var lines = File.ReadLines(Lines(root)).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        foreach (var run in results.Runs)
        {
            var events = EventFileReader.Read(File.ReadAllBytes(Events(root, run.Run)));
            Assert.Equal("brain.Event:2", events[0].FileVersion);
            Assert.Equal(run.Phases.Select(phase => (long)phase.Phase.Number), events.Skip(1).Select(one => one.Step));
            foreach (var (phase, one) in run.Phases.Zip(events.Skip(1)))
            {
                var line = lines.Single(line => Text(line, "run") == run.Run && Text(line, "phase") == phase.Phase.ToString());
                var share = (double)phase.SolvedBy(run.Score) / phase.Candidates;
                Assert.Equal(share, line.GetProperty("solved_share").GetDouble());
                Assert.Equal(phase.Phase.IsRound ? phase.Kept : null, Number(line, "kept"));
                Assert.Equal(phase.Update?.LastLoss, Number(line, "update_last_loss"));
                Assert.Equal((float)share, one.Scalars.Single(scalar => scalar.Tag == $"{Text(line, "kind")}/solved").Value);
            }
        }

        static double? Number(JsonElement line, string name) =>
            line.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;
    }

    private static IEnumerable<(string? Run, string? Phase)> Phases(string root) =>
        File.ReadLines(Lines(root)).Select(line => JsonDocument.Parse(line).RootElement).Select(line => (Text(line, "run"), Text(line, "phase")));

    private static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();

    private static string Lines(string root) => Path.Combine(root, "sweeps/tiny-fake/metrics.jsonl");

    private static string Events(string root, string run) =>
        Directory
            .EnumerateFiles(root, "*.tfevents.*", SearchOption.AllDirectories)
            .Single(file => Path.GetFileName(Path.GetDirectoryName(file)) == run);
}
