using System.Globalization;
using System.Text.RegularExpressions;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Policies;
using Seal.Grains.Sweeps;
using Seal.Grains.Tests.Support;
using Seal.Silo.Storage;
using Xunit.Abstractions;

namespace Seal.Grains.Tests.Storage;

/// <summary>What a round costs the store does not grow with the rounds before it.</summary>
public sealed partial class HistoryBytesTests(ITestOutputHelper output)
{
    private const int Rounds = 200;
    private const int Window = 20;

    [Fact]
    public async Task Round_TheTwoHundredth_WritesAndReadsAsManyBytesAsTheFirst()
    {
        var disk = new DirectoryArtifactStore(new MemoryFiles());
        var store = new CountingStore(disk);
        await using (var host = await TestGrid.Start(store, workers: 1, new GridOptions { HostIncarnation = "one", Redrive = TimeSpan.FromHours(1) }))
        {
            Assert.Equal(SweepState.Completed, (await TestGrid.RunToEnd(host, await Submission(disk))).State);
        }

        var (round, bytes) = (0, new Dictionary<(int Round, string Verb), long>());
        foreach (var (verb, key, length) in store.Traffic)
        {
            // A round begins with the first call that names it; the last evaluation is behind them all.
            round =
                key.Contains("/evaluate-", StringComparison.Ordinal) ? Rounds + 1
                : Training().Match(key) is { Success: true } match ? Math.Max(round, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
                : round;
            bytes[(round, verb)] = bytes.GetValueOrDefault((round, verb)) + length;
        }

        var results = SealJson.Parse<SweepResults>((await disk.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!.Bytes);
        var adapters = results.Runs[0].Policies.Count - 1;
        // Most rounds teach the policy something, or nothing would be shown here.
        Assert.True(adapters > Rounds / 2, $"{adapters}");
        Flat("written", Sum(1, Window, "write"), Sum(Rounds - Window + 1, Window, "write"));
        Flat(
            "written and read",
            Sum(1, Window, "write") + Sum(1, Window, "read"),
            Sum(Rounds - Window + 1, Window, "write") + Sum(Rounds - Window + 1, Window, "read")
        );
        // Read are the new adapter and what is learned, where a round learns at all: by halves, chance evens out, and what grows with the rounds
        // would be threefold.
        Flat("read, by halves", Sum(1, Rounds / 2, "read"), Sum((Rounds / 2) + 1, Rounds / 2, "read"));

        void Flat(string what, long first, long last)
        {
            output.WriteLine($"bytes {what}: {first}, then {last}");
            Assert.True(last <= 1.2 * first && first > 0, $"bytes {what}: {first}, then {last}");
        }

        long Sum(int from, int rounds, string verb) => Enumerable.Range(from, rounds).Sum(one => bytes.GetValueOrDefault((one, verb)));
    }

    [Fact]
    public async Task History_OfARunThatIsReadBack_IsWholeAndTheAuditNamesWhatOfItIsMissing()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using (var host = await TestGrid.Start(store))
        {
            await TestGrid.RunToEnd(host, await TestGrid.Submission(store, rounds: 2));
        }

        var results = SealJson.Parse<SweepResults>((await store.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!.Bytes);
        var key = $"grains/policy/{TestGrid.Sweep}/base-seal-s1.json";
        var state = StoredDocument.Parse<PolicyState>(key, (await store.ReadAsync(key))!.Bytes);
        var phases = await new PhaseArchive(new DocumentCache(), store).Read(state.Phases);
        Assert.Equal(SealJson.ToText(results.Runs[0].Phases), SealJson.ToText(phases));

        var entries = await new BlobLists(new DocumentCache(), store).Read<PhaseEntry>(state.Phases);
        var first = await new BlobLists(new DocumentCache(), store).Prefix<PhaseEntry>(state.Phases, 1);
        string[] named = [state.Phases.Head!, first.Head!, entries[1].TasksSha256, state.Adapters.Head!];
        Assert.Empty(await Defects(store));
        foreach (var blob in named.Select(ArtifactKey.Blob))
        {
            var bytes = (await store.ReadAsync(blob))!.Bytes;
            await store.DeleteAsync(blob);
            Assert.Contains(await Defects(store), defect => defect.Key == blob && defect.Problem.Contains("missing", StringComparison.Ordinal));
            await store.WriteAsync(blob, bytes, WriteCondition.Always);
        }
    }

    [Fact]
    public void Observe_ManyLooks_LeavesAStateOfTheSameSize()
    {
        var run = SmallRecords.Run(update: new UpdateSettings(Rounds: 500));
        var sweep = new SweepGrainState { Submission = new SweepSubmission([new RunSubmission(run, "base")], new(new string('0', 64), []), [], []) };
        var log = new SweepEventLog();
        var found = Enumerable.Range(0, 500).SelectMany(ended => log.Observe(sweep, [Progress(ended)])).ToArray();

        Assert.Equal(Enumerable.Range(1, 500).Select(n => (long)n), found.Select(one => one.Sequence));
        Assert.Equal(500, log.Count);
        Assert.InRange(SealJson.ToBytes(log).Length, 1, 200);

        static RunProgress Progress(int ended) =>
            new("base-seal-s1", "seal", "base", 1, "p", ended, 1001, 0, 0, 0, 0, 0, false, null, Accounting.Zero);
    }

    /// <summary>One run that learns from one task, and is evaluated at its end.</summary>
    private static async Task<SweepSubmission> Submission(DirectoryArtifactStore store)
    {
        var small = await TestGrid.SmallSubmission(store);
        var run = small.Runs[0].Context;
        var settings = run.Settings with
        {
            Proposal = run.Settings.Proposal with { Candidates = 8, MaxNewTokens = 3 },
            Update = run.Settings.Update with { Rounds = Rounds },
        };
        return small with { Runs = [small.Runs[0] with { Context = run with { Settings = settings } }] };
    }

    private static async Task<List<ArtifactDefect>> Defects(IArtifactStore store)
    {
        var defects = new List<ArtifactDefect>();
        await foreach (var defect in new ArtifactAudit(store).Verify())
        {
            defects.Add(defect);
        }

        return defects;
    }

    [GeneratedRegex("/train-([0-9]+)/")]
    private static partial Regex Training();
}
