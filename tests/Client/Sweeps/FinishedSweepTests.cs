using System.Security.Cryptography;
using System.Text.Json;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Sweeps;

/// <summary>A store that a finished sweep of the fake engine left behind.</summary>
public sealed class FinishedStore : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Root => Path.Combine(_folder.Path, "store");

    internal Said Run { get; private set; } = null!;

    public async Task InitializeAsync() => Run = await Shell.Run("run", Places.TinySweep, "--store", Root, "--workers", "2", "--json");

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();
}

public sealed class FinishedSweepTests(FinishedStore store) : IClassFixture<FinishedStore>
{
    [Fact]
    public void Run_ToItsEnd_ExitsWithZeroAndOneDocument()
    {
        Assert.Equal(ExitCode.Ok, store.Run.Code);
        Assert.Equal(["sweep", "state", "runs", "reportSha256"], Keys(store.Run.Document));
        Assert.Equal("tiny-fake", store.Run.Document.GetProperty("sweep").GetString());
        Assert.Equal("completed", store.Run.Document.GetProperty("state").GetString());
    }

    [Fact]
    public void Run_Document_HasTheAgreedKeysOfRunsAndRounds()
    {
        var runs = store.Run.Document.GetProperty("runs").EnumerateArray().ToArray();
        Assert.Equal(["base-seal-s1", "base-seal-s2", "base-random-s1", "base-random-s2"], runs.Select(run => run.GetProperty("run").GetString()));
        Assert.All(runs, run => Assert.Equal(["run", "arm", "cell", "seed", "phase", "rounds", "evaluations"], Keys(run)));
        var rounds = runs[0].GetProperty("rounds").EnumerateArray().ToArray();
        Assert.Equal([1, 2], rounds.Select(round => round.GetProperty("round").GetInt32()));
        Assert.All(
            rounds,
            round =>
            {
                Assert.Equal(["round", "policySha256", "solved", "candidates", "kept"], Keys(round));
                Assert.Matches("^[0-9a-f]{64}$", round.GetProperty("policySha256").GetString());
                Assert.Equal(12, round.GetProperty("candidates").GetInt32());
            }
        );
        Assert.Empty(runs[2].GetProperty("rounds").EnumerateArray());
    }

    [Fact]
    public void Run_ReportSha256_IsTheHashOfResults()
    {
        var results = File.ReadAllBytes(Path.Combine(store.Root, "sweeps/tiny-fake/results.json"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(results)), store.Run.Document.GetProperty("reportSha256").GetString());
    }

    [Fact]
    public void Run_PolicySha256_NamesAnAdapterInTheStore()
    {
        foreach (var round in store.Run.Document.GetProperty("runs").EnumerateArray().SelectMany(run => run.GetProperty("rounds").EnumerateArray()))
        {
            var sha256 = round.GetProperty("policySha256").GetString()!;
            var file = Directory
                .EnumerateFiles(Path.Combine(store.Root, "blobs"), "*", SearchOption.AllDirectories)
                .Single(path => Path.GetFileName(path).StartsWith(sha256, StringComparison.Ordinal));
            Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));
        }
    }

    [Fact]
    public async Task Status_WithoutAHost_ReadsTheSameDocument()
    {
        var status = await Shell.Run("sweep", "status", "--store", store.Root, "--json");
        Assert.Equal((ExitCode.Ok, store.Run.Output), (status.Code, status.Output));
    }

    [Fact]
    public async Task Watch_OfAnEndedSweep_EndsAsRunDid()
    {
        var watch = await Shell.Run("sweep", "watch", "tiny-fake", "--store", store.Root, "--json");
        Assert.Equal((ExitCode.Ok, store.Run.Output), (watch.Code, watch.Output));
    }

    [Fact]
    public async Task Resume_OfAnEndedSweep_DoesNothingAgain()
    {
        var before = File.GetLastWriteTimeUtc(Path.Combine(store.Root, "sweeps/tiny-fake/accounting.json"));
        var resume = await Shell.Run("sweep", "resume", "tiny-fake", "--store", store.Root, "--json");
        Assert.Equal(ExitCode.Ok, resume.Code);
        Assert.Equal("the sweep tiny-fake has ended (completed)", resume.Document.GetProperty("nothingToDo").GetString());
        Assert.Equal(store.Run.Document.GetProperty("runs").GetRawText(), resume.Document.GetProperty("runs").GetRawText());
        Assert.Equal(before, File.GetLastWriteTimeUtc(Path.Combine(store.Root, "sweeps/tiny-fake/accounting.json")));
    }

    [Fact]
    public async Task Run_TheSameAgain_GivesTheSameDocument()
    {
        var again = await Shell.Run("run", Places.TinySweep, "--store", store.Root, "--workers", "1", "--json");
        const string Ended = ",\"nothingToDo\":\"the sweep tiny-fake has ended (completed)\"";

        // But for the word that nothing was run.
        Assert.Equal(ExitCode.Ok, again.Code);
        Assert.Equal(store.Run.Output, again.Output.Replace(Ended, "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_AnotherSweepOfThisName_IsRefusedWithWhatDiffers()
    {
        var refused = await Shell.Run("run", Places.TinySweep, "--store", store.Root, "--set", "inner.max_steps=19");
        Assert.Equal(ExitCode.NotFoundOrConflict, refused.Code);
        Assert.Contains("max_steps: 20 → 19", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--set name=", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_WithoutAHost_TellsStateAndReport()
    {
        var list = await Shell.Run("sweep", "list", "--store", store.Root, "--json");
        Assert.Equal(["store", "host", "sweeps"], Keys(list.Document));
        Assert.Equal(JsonValueKind.Null, list.Document.GetProperty("host").ValueKind);
        var sweep = Assert.Single(list.Document.GetProperty("sweeps").EnumerateArray());
        Assert.Equal(
            ("tiny-fake", "completed", 4, 4, store.Run.Document.GetProperty("reportSha256").GetString()),
            (
                sweep.GetProperty("sweep").GetString(),
                sweep.GetProperty("state").GetString(),
                sweep.GetProperty("runs").GetInt32(),
                sweep.GetProperty("runsEnded").GetInt32(),
                sweep.GetProperty("reportSha256").GetString()
            )
        );
    }

    [Fact]
    public async Task Cancel_OfAnEndedSweep_HasNothingToDoAndSaysWhy()
    {
        var cancel = await Shell.Run("sweep", "cancel", "tiny-fake", "--store", store.Root);
        Assert.Equal(
            (ExitCode.Ok, "nothing to do: the sweep tiny-fake has ended (completed).\n"),
            (cancel.Code, cancel.Output.ReplaceLineEndings("\n"))
        );
        var documented = await Shell.Run("sweep", "cancel", "tiny-fake", "--store", store.Root, "--json");
        Assert.Equal("the sweep tiny-fake has ended (completed)", documented.Document.GetProperty("nothingToDo").GetString());
        Assert.Equal("completed", documented.Document.GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("status")]
    [InlineData("watch")]
    [InlineData("resume")]
    [InlineData("cancel")]
    public async Task Verb_UnknownSweep_SaysWhichThereAre(string verb)
    {
        var said = await Shell.Run("sweep", verb, "other", "--store", store.Root);
        Assert.Equal(ExitCode.NotFoundOrConflict, said.Code);
        Assert.Contains("no sweep 'other'; there is tiny-fake", said.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("status")]
    [InlineData("watch")]
    [InlineData("resume")]
    [InlineData("cancel")]
    public async Task Verb_WithoutAStore_SaysSoAndMakesNone(string verb)
    {
        var nowhere = Path.Combine(store.Root, "nowhere");
        var said = await Shell.Run("sweep", verb, "--store", nowhere);
        Assert.Equal(ExitCode.NotFoundOrConflict, said.Code);
        Assert.False(Directory.Exists(nowhere));
    }

    [Fact]
    public async Task Status_DamagedState_IsToldNotLoaded()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "grains/sweep"));
        folder.Write("store.json", File.ReadAllText(Path.Combine(store.Root, "store.json")));
        var state = File.ReadAllText(Path.Combine(store.Root, "grains/sweep/tiny-fake.json"));
        folder.Write("grains/sweep/tiny-fake.json", state.Replace("completed", "cancelled", StringComparison.Ordinal) + " ");
        var said = await Shell.Run("sweep", "status", "--store", folder.Path);
        Assert.Equal(ExitCode.Unreachable, said.Code);
        Assert.Contains("damaged", said.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
