using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Sweeps;
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
        Assert.Equal([PhaseId.Evaluate(0), PhaseId.Train(1), PhaseId.Train(2), PhaseId.Evaluate(2)], seal.Phases.Select(phase => phase.Phase));
        Assert.Equal(3, seal.Policies.Distinct().Count());
        var states = seal.Phases.SelectMany(phase => phase.Tasks).SelectMany(task => task.Candidates).Select(candidate => candidate.State).Distinct();
        Assert.Equal([CandidateState.Scored, CandidateState.Invalid, CandidateState.Failed], states.Order());
        Assert.All(seal.Phases, phase => Assert.Equal(phase.Phase.IsRound, phase.Update is not null));
        Assert.All(
            results.Runs[1].Phases.Single().Tasks,
            task => Assert.Equal([null, 0, 0], task.Candidates.Select(candidate => candidate.DuplicateOf))
        );
    }

    /// <summary>A row over fewer tasks than the rows beside it would look like one of them.</summary>
    [Fact]
    public async Task Submit_ArmThatProposesNothingForATask_EndsIncompleteAndSaysSo()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        var submission = await TestGrid.FileSubmission(store, new Dictionary<string, IReadOnlyList<string>> { ["ea"] = ["abc"] }, 1);
        var status = await TestGrid.RunToEnd(host, submission);

        Assert.Equal(SweepState.Incomplete, status.State);
        Assert.Equal("eb: the arm proposed no self-edit", Assert.Single(status.Runs).Problem);
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Submit_EndedSweepWhoseResultsAreGoneOrAltered_WritesTheSameBytesAgain(bool altered)
    {
        var disk = new MemoryFiles();
        var store = new DirectoryArtifactStore(disk);
        await using (var host = await TestGrid.Start(store))
        {
            await TestGrid.RunToEnd(host, await TestGrid.SmallSubmission(store));
        }

        var key = SweepDocuments.ResultsKey(TestGrid.Sweep);
        var expected = (await store.ReadAsync(key))!.Bytes;
        if (altered)
        {
            await store.WriteAsync(key, "{}"u8.ToArray(), WriteCondition.Always);
        }
        else
        {
            await store.DeleteAsync(key);
        }

        await using var next = await TestGrid.Start(store);
        var status = await TestGrid.RunToEnd(next, await TestGrid.SmallSubmission(store));

        Assert.Equal(SweepState.Completed, status.State);
        Assert.Equal(expected, (await store.ReadAsync(key))!.Bytes);
        Assert.Equal(status.ReportSha256, ArtifactKey.Sha256(expected));
    }

    [Fact]
    public async Task Submit_TaskIdsThatDifferByCaseAlone_HaveKeysOfTheirOwnAndStandInTheResultsAsGiven()
    {
        string[] ids = ["Center_3", "center_3", "CENTER_3", "center-3"];
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        var submission = await TestGrid.SmallSubmission(store);
        var status = await TestGrid.RunToEnd(host, submission with { Evaluation = [.. ids.Select(id => submission.Evaluation[0] with { Id = id })] });

        Assert.Equal(SweepState.Completed, status.State);
        var results = SealJson.Parse<SweepResults>((await store.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!.Bytes);
        Assert.Equal(ids, results.Evaluation.Select(task => task.Id));
        Assert.Equal(ids, results.Runs[0].Phases.Single(phase => phase.Phase == PhaseId.Evaluate(1)).Tasks.Select(task => task.Task));
        var keys = await store.ListAsync("grains/task/toy/base-seal-s1/evaluate-1/");
        Assert.Equal(4, keys.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Contains("grains/task/toy/base-seal-s1/evaluate-1/c_enter-_3.json", keys);
    }

    [Fact]
    public async Task Submit_OtherSettingsUnderTheSameName_ChangesNothingAndSaysWhatDiffers()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        var submission = await TestGrid.SmallSubmission(store);
        var before = await TestGrid.RunToEnd(host, submission);
        var run = submission.Runs[0];
        var other = run with
        {
            Context = run.Context with { Settings = run.Context.Settings with { Inner = run.Context.Settings.Inner with { Rank = 4 } } },
        };

        var grain = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
        var reply = await grain.Submit(submission with { Runs = [other] });
        var more = await grain.Submit(submission with { Runs = [run, run with { Context = run.Context with { Run = "new", Seed = 2 } }] });

        Assert.Null(reply.Status);
        Assert.Equal(
            ["run base-seal-s1.context.settings.inner.rank: 128 → 4"],
            reply.Differences.Where(line => !line.Contains("delta_spec", StringComparison.Ordinal))
        );
        Assert.Equal(["runs: base-seal-s1 → base-seal-s1 new"], more.Differences);
        Assert.Equal(before.ReportSha256, (await grain.Status())!.ReportSha256);
    }
}
