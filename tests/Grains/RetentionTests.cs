using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Grains.Hosting;
using Seal.Grains.Sweeps;
using Seal.Grains.Tests.Support;
using Seal.Silo.Storage;

namespace Seal.Grains.Tests;

/// <summary>Which adapters a finished run has left: every round's policy, the best candidates, all of the latest phase.</summary>
public sealed class RetentionTests
{
    [Fact]
    public async Task Run_ThatKeepsTheBestTwo_LeavesTheirsAndThoseOfTheLatestPhase()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        var results = await Run(store, keep: 2);
        var run = results.Runs[0];
        string[] latest = [.. Trained(run.Phases[^1])];
        var best = run
            .Phases.SelectMany(phase => phase.Tasks.SelectMany(task => task.Candidates.Select(candidate => candidate.Reward ?? 0)))
            .OrderDescending()
            .Take(2)
            .ToArray();

        var kept = await Kept(store);
        Assert.Subset(kept.ToHashSet(), latest.ToHashSet());
        string[] older = [.. kept.Except(latest)];
        Assert.InRange(older.Length, 0, 2);
        Assert.True(older.Length + latest.Length >= 2);
        Assert.All(older, key => Assert.Contains(Reward(run, key), best));
        foreach (var adapter in run.Policies.Skip(1))
        {
            Assert.NotNull(await store.ReadAsync(ArtifactKey.Blob(adapter)));
        }

        Assert.Empty(await Defects(store));
        await store.WriteAsync($"adapters/{kept[0]}.safetensors", new byte[3], WriteCondition.Always);
        Assert.Contains(await Defects(store), defect => defect.Key == $"adapters/{kept[0]}.json");
    }

    [Fact]
    public async Task Run_ThatKeepsNone_WritesNoneAndGivesTheSameResults()
    {
        var (keeping, plain) = (new DirectoryArtifactStore(new MemoryFiles()), new DirectoryArtifactStore(new MemoryFiles()));
        Assert.Equal(SealJson.Hash(await Run(keeping, keep: 1)), SealJson.Hash(await Run(plain, keep: 0)));
        Assert.Empty(await Kept(plain));
    }

    private static async Task<SweepResults> Run(DirectoryArtifactStore store, int keep)
    {
        await using var host = await TestGrid.Start(store, grid: new GridOptions { HostIncarnation = "one", KeepAdapters = keep });
        var whole = await TestGrid.Submission(store, rounds: 2);
        await TestGrid.RunToEnd(host, whole with { Runs = [whole.Runs[0]] });
        return SealJson.Parse<SweepResults>((await store.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!.Bytes);
    }

    private static async Task<string[]> Kept(DirectoryArtifactStore store) =>
        [
            .. (await store.ListAsync("adapters/"))
                .Where(key => key.EndsWith(".json", StringComparison.Ordinal))
                .Select(key => key["adapters/".Length..^".json".Length]),
        ];

    private static IEnumerable<string> Trained(PhaseRecord phase) =>
        phase.Tasks.SelectMany(task =>
            task.Candidates.Where(candidate => candidate is { State: CandidateState.Scored, DuplicateOf: null, Trial.Steps: > 0 })
                .Select(candidate => $"{TestGrid.Sweep}/base-seal-s1/{phase.Phase}/{task.Task}/{candidate.Index:000}")
        );

    private static double Reward(RunRecord run, string key)
    {
        var parts = key.Split('/');
        var task = run.Phases.First(phase => phase.Phase.ToString() == parts[2]).Tasks.First(task => task.Task == parts[3]);
        return task.Candidates[int.Parse(parts[4], System.Globalization.CultureInfo.InvariantCulture)].Reward ?? 0;
    }

    private static async Task<List<ArtifactDefect>> Defects(DirectoryArtifactStore store)
    {
        var defects = new List<ArtifactDefect>();
        await foreach (var defect in new ArtifactAudit(store).Verify())
        {
            defects.Add(defect);
        }

        return defects;
    }
}
