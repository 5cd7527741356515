using System.Text.Json;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Policies;

/// <summary>A sweep with a gate, as a user meets it. On the fake engine versions answer as it happens, so some pass and some do not.</summary>
public sealed class GatedStore : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Root => Path.Combine(_folder.Path, "store");

    public string Beside(string name) => Path.Combine(_folder.Path, name);

    /// <summary>What <c>seal run</c> printed.</summary>
    public string Said { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var said = await Shell.Run([.. Sweep, "--store", Root]);
        Assert.True(said.Code == ExitCode.Ok, said.Error);
        Said = said.Output;
    }

    /// <summary>Its command, but for the store.</summary>
    public static string[] Sweep { get; } =
    [
        "run",
        Places.TinySweep,
        "--set",
        "seeds=[1]",
        "--set",
        "update.rounds=8",
        "--set",
        "tasks.retention_count=30",
        "--set",
        "gate.rules=[\"retention\", \"collapse\"]",
        "--set",
        "gate.retention_measure=token-accuracy",
        "--set",
        "gate.min_cases=1",
        "--set",
        "gate.confidence=0.5",
        "--set",
        "gate.retention_margin=0.0005",
    ];

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();
}

public sealed class GatedRunTests(GatedStore store) : IClassFixture<GatedStore>
{
    private const string Run = "base-seal-s1";

    [Fact]
    public async Task List_OfAGatedRun_NamesEveryVersionAndTheOneInUse()
    {
        var versions = await Versions();
        Assert.Equal(Enumerable.Range(0, versions.Length), versions.Select(version => version.GetProperty("version").GetInt32()));
        Assert.Single(versions, version => version.GetProperty("inUse").GetBoolean());
        Assert.Contains(versions, version => version.GetProperty("gate").GetString() == "promoted");
        Assert.Contains(versions, version => version.GetProperty("gate").GetString() is "quarantined" or "undecided");
        // Each is trained on the version that was promoted last.
        var stands = versions[0].GetProperty("sha256").GetString();
        foreach (var version in versions.Skip(1))
        {
            Assert.Equal(stands, version.GetProperty("parent").GetString());
            stands = version.GetProperty("gate").GetString() == "promoted" ? version.GetProperty("sha256").GetString() : stands;
        }

        Assert.Equal(stands, versions.Single(version => version.GetProperty("inUse").GetBoolean()).GetProperty("sha256").GetString());
    }

    [Fact]
    public async Task Show_OfAVersion_HasTheEvidence()
    {
        var refused = (await Versions()).First(version => version.GetProperty("gate").GetString() is "quarantined" or "undecided");
        var said = await Shell.Run("policy", "show", Run, $"{refused.GetProperty("version")}", "--store", store.Root);
        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.Contains(refused.GetProperty("sha256").GetString()!, said.Output, StringComparison.Ordinal);
        Assert.Contains(
            "of whose answers the base model had some token right",
            string.Join(' ', said.Output.Split((char[])['\n', '│', ' '], StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal
        );

        var none = await Shell.Run("policy", "show", Run, "99", "--store", store.Root);
        Assert.Equal(ExitCode.NotFoundOrConflict, none.Code);
        Assert.Contains("has no version 99; it has 0, 1", none.Error, StringComparison.Ordinal);
        Assert.Contains(
            "none that trains its policy",
            (await Shell.Run("policy", "list", "base-random-s1", "--store", store.Root)).Error.Replace(
                "no run 'base-random-s1' that",
                "none that",
                StringComparison.Ordinal
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Export_OfAGatedRun_LeavesOutWhatWasNotPromoted()
    {
        var versions = await Versions();
        var promoted = versions
            .Where(version => version.GetProperty("gate").GetString() == "promoted")
            .Select(version => $"round-{version.GetProperty("version")}");
        var others = versions
            .Where(version => version.GetProperty("gate").GetString() is "quarantined" or "undecided")
            .Select(version => $"round-{version.GetProperty("version")}-{version.GetProperty("gate").GetString()}");
        Assert.Equal(ExitCode.Ok, (await Shell.Run("artifacts", "export", Run, store.Beside("good"), "--store", store.Root)).Code);
        Assert.Equal(promoted.Order(), Folders("good"));
        Assert.Equal(ExitCode.Ok, (await Shell.Run("artifacts", "export", Run, store.Beside("all"), "--quarantined", "--store", store.Root)).Code);
        Assert.Equal(promoted.Concat(others).Order(), Folders("all"));

        // An adapter stands on those that were promoted before it, and on no other.
        foreach (var folder in Folders("all"))
        {
            using var origin = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(store.Beside("all"), folder, "seal.json")));
            var version = versions.Single(one =>
                one.GetProperty("sha256").GetString() == origin.RootElement.GetProperty("adapter_sha256").GetString()
            );
            var before = origin.RootElement.GetProperty("merged_before").EnumerateArray().Select(one => one.GetString()).ToArray();
            Assert.Equal(version.GetProperty("parent").GetString(), before.LastOrDefault() ?? versions[0].GetProperty("sha256").GetString());
        }

        var card = await File.ReadAllTextAsync(Path.Combine(store.Beside("all"), others.First(), "model-card.md"));
        Assert.Contains("The gate did not promote this version.", card, StringComparison.Ordinal);
        Assert.Contains("| retention |", card, StringComparison.Ordinal);
        Assert.Contains("## What it is not for", card, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "did not promote this version.**",
            await File.ReadAllTextAsync(Path.Combine(store.Beside("good"), promoted.First(), "model-card.md")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Report_OfAGatedRun_SaysWhatWasRefusedAndWhy()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(store.Root, "sweeps", "tiny-fake", "report.html"));
        Assert.Contains("<h2>Gate</h2>", page, StringComparison.Ordinal);
        Assert.Contains("<b>quarantined</b>", page, StringComparison.Ordinal);
        Assert.Contains("of whose answers the base model had some token right", page, StringComparison.Ordinal);
        var report = await File.ReadAllTextAsync(Path.Combine(store.Root, "sweeps", "tiny-fake", "report.md"));
        Assert.Matches(@"\| base-seal-s1 \| \d \| retention \| quarantined \|", report);
        var shown = await Shell.Run("show", Run, "--store", store.Root);
        Assert.Contains("quarantined by", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OfAGatedSweep_EndsWithHowManyVersionsWereRefused()
    {
        var versions = await Versions();
        var refused = versions.Count(version => version.GetProperty("gate").GetString() is "quarantined" or "undecided");
        Assert.Contains($"gate: {refused} of {versions.Length - 1} versions refused (", store.Said, StringComparison.Ordinal);
    }

    /// <summary>A word uses what the gate refused: the card says so, and that it is no finding.</summary>
    [Fact]
    public async Task Promote_OfARefusedVersion_IsACautionOnItsCard()
    {
        var own = store.Beside("promoted");
        Assert.Equal(ExitCode.Ok, (await Shell.Run([.. GatedStore.Sweep, "--store", own])).Code);
        var refused = (await Versions()).First(version => version.GetProperty("gate").GetString() == "quarantined").GetProperty("version").GetInt32();
        string[] words = ["--after", $"{refused}", "--by", "ann", "--why", "its <b>ten</b> worst", "--store", own];
        Assert.Equal(ExitCode.Ok, (await Shell.Run(["policy", "promote", Run, $"{refused}", .. words])).Code);

        // What was written of it before is not what it is now.
        var packed = await Shell.Run("artifacts", "pack", "tiny-fake", "--output", store.Beside("early.sealpack"), "--store", own);
        Assert.Equal(ExitCode.NotFoundOrConflict, packed.Code);
        Assert.Contains("has not ended", packed.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await Shell.Run("sweep", "resume", "--store", own)).Code);
        Assert.Equal(
            ExitCode.Ok,
            (await Shell.Run("artifacts", "pack", "tiny-fake", "--output", store.Beside("late.sealpack"), "--store", own)).Code
        );

        Assert.Equal(ExitCode.Ok, (await Shell.Run("artifacts", "export", Run, store.Beside("used"), "--store", own)).Code);
        var card = await File.ReadAllTextAsync(Path.Combine(store.Beside("used"), $"round-{refused}", "model-card.md"));
        var caution =
            "The gate has refused this version (retention: quarantined). It is used all the same by the word of ann, after "
            + $"{refused} round{(refused == 1 ? "" : "s")}: its &lt;b&gt;ten&lt;/b&gt; worst.";
        Assert.Contains($"**{caution}**", card, StringComparison.Ordinal);
        Assert.Contains(caution, card[card.IndexOf("## What it is not for", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    /// <summary>Where no folder could be written anyway, that is said at once.</summary>
    [Fact]
    public async Task Export_OfFullFineTuningsThatWereRefused_DoesNotAdviseQuarantined()
    {
        var own = store.Beside("full");
        string[] sets =
        [
            "seeds=[1]",
            "update.delta=full",
            "update.rounds=1",
            "gate.rules=[\"collapse\"]",
            // Any self-edit at all is one too many.
            "gate.largest_share=0.0001",
            "gate.confidence=0.5",
            "gate.min_cases=1",
        ];
        var ran = await Shell.Run(["run", Places.TinySweep, .. sets.SelectMany(set => new[] { "--set", set }), "--store", own]);
        Assert.True(ran.Code == ExitCode.Ok, ran.Error);
        var said = await Shell.Run("artifacts", "export", Run, store.Beside("nothing"), "--store", own);
        Assert.Equal(ExitCode.NotFoundOrConflict, said.Code);
        Assert.Contains("--quarantined would not write them either, as its updates train all weights", said.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gate.rules=[\"none\", \"strict\"]", "\"none\" stands beside other words")]
    [InlineData("gate.hazards=[\"none\", \"rate\"]", "\"none\" stands beside other words")]
    [InlineData("gate.rules=[\"strict\"]", "tasks.retention_count: has 0 tasks for the gate; with its margin")]
    [InlineData("gate.rules=[\"collapse\"]", "gate.min_cases is 50, but training tasks × proposal.candidates are 12 self-edits")]
    [InlineData("gate.min_cases=5", "gate.rules names no rule")]
    [InlineData("gate.rules=[\"retention\"]", "tasks.retention_count: has 0 tasks")]
    [InlineData("gate.rules=[\"retension\"]", "did you mean \"retention\"?")]
    public async Task Run_WithAGateThatCannotTell_IsRefusedBeforeItBegins(string set, string expected)
    {
        var said = await Shell.Run("run", Places.TinySweep, "--store", store.Beside("none"), "--set", set, "--dry-run");
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains(expected, said.Error, StringComparison.Ordinal);
    }

    private string[] Folders(string name) => [.. Directory.GetDirectories(store.Beside(name)).Select(path => Path.GetFileName(path)).Order()];

    private async Task<JsonElement[]> Versions()
    {
        var said = await Shell.Run("policy", "list", Run, "--store", store.Root, "--json");
        Assert.True(said.Code == ExitCode.Ok, said.Error);
        using var document = JsonDocument.Parse(said.Output);
        return [.. document.RootElement.GetProperty("runs")[0].GetProperty("versions").EnumerateArray().Select(version => version.Clone())];
    }
}
