using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests;

public sealed class SweepTests
{
    [Fact]
    public async Task Submit_WholeSweep_EndsWithEveryKindOfCandidateAndAPolicyPerRound()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        var status = await TestGrid.RunToEnd(host, await TestGrid.Submission(store, candidates: 12));

        Assert.Equal(SweepState.Completed, status.State);
        var stored = (await store.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!;
        Assert.Equal(status.ReportSha256, ArtifactKey.Sha256(stored.Bytes));
        var results = SealJson.Parse<SweepResults>(stored.Bytes);
        Assert.Equal(["base-seal-s1", "base-constant-s1", "base-random-s1", "base-in-context-s1"], results.Runs.Select(run => run.Run));
        var seal = results.Runs[0];
        Assert.Equal(["evaluate-0", "train-1", "train-2", "evaluate-2"], seal.Phases.Select(phase => phase.Phase));
        Assert.Equal(3, seal.Policies.Distinct().Count());
        var states = seal.Phases.SelectMany(phase => phase.Tasks).SelectMany(task => task.Candidates).Select(candidate => candidate.State).Distinct();
        Assert.Equal([CandidateState.Scored, CandidateState.Invalid, CandidateState.Failed], states.Order());
        Assert.All(seal.Phases, phase => Assert.Equal(phase.Phase.StartsWith("train", StringComparison.Ordinal), phase.Update is not null));
        Assert.All(results.Runs[1].Phases.Single().Tasks, task => Assert.Equal([null, 0, 0], task.Candidates.Select(candidate => candidate.DuplicateOf)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 4)]
    public async Task Submit_OtherNumberOfWorkers_GivesTheSameBytes(int workers, int packSize)
    {
        Assert.Equal(await Hash(2, packSize), await Hash(workers, packSize));

        static async Task<string> Hash(int workers, int packSize)
        {
            var store = new DirectoryArtifactStore(new MemoryFiles());
            await using var host = await TestGrid.Start(store, workers);
            return (await TestGrid.RunToEnd(host, await TestGrid.Submission(store, packSize: packSize))).ReportSha256!;
        }
    }
}
