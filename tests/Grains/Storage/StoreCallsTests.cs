using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Sweeps;
using Seal.Grains.Tests.Support;
using Seal.Silo.Storage;
using Xunit.Abstractions;

namespace Seal.Grains.Tests.Storage;

/// <summary>What a sweep asks of its store when all goes well. On a cluster each call is one to the blob account: some milliseconds of a slot's
/// time, and a fraction of a cent.</summary>
public sealed class StoreCallsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Candidate_ThatIsTrained_CostsEightCalls()
    {
        var (calls, results) = await Run(slots: 1);
        // Every job has a manifest: that of a candidate is five folders deep (sweep, run, phase, task, index), a task's four.
        var trained = calls.Count(call => call.Verb == "write" && Depth(call.Key, "jobs/") == 7);
        var states = calls.Where(call => call.Key.StartsWith("grains/candidate/", StringComparison.Ordinal)).ToLookup(call => call.Verb);
        var cache = calls.Where(call => call.Key.StartsWith("cache/", StringComparison.Ordinal)).ToLookup(call => call.Verb);
        var candidates = states["read"].Select(call => call.Key).Distinct().Count();
        output.WriteLine(
            $"{candidates} candidates, {trained} of them trained; states {states["read"].Count()} read, {states["write"].Count()} written; cache "
                + $"{cache["read"].Count()} and {cache["write"].Count()}"
        );

        Assert.True(trained > 20, $"{trained}");
        // Its state is read when it is first heard of, written with its lease and with its outcome; one that is found in the cache has no lease.
        Assert.Equal(candidates, states["read"].Count());
        Assert.Equal(trained + candidates, states["write"].Count());
        // The cache is asked before the candidate stands in line and before it is leased, and told the outcome.
        Assert.Equal(candidates + trained, cache["read"].Count());
        Assert.Equal(trained, cache["write"].Count());
        // What a trial leaves is sent without asking whether it is there; a task is read once on a slot, a policy's adapter once on a silo, however
        // many candidates they have. The run's context and the sweep's tasks are two blobs more: written once, and never read where they were
        // written.
        var adapters = results.Runs[0].Policies.Skip(1).Count();
        var blobs = calls.Where(call => call.Key.StartsWith("blobs/", StringComparison.Ordinal)).ToLookup(call => call.Verb);
        // What the policy drew is kept once for all proposals of a task, and read once by the update that learns of it.
        var learned = results.Runs.Sum(run =>
            run.Phases.Where(phase => phase.Update is not null).Sum(phase => Drawn(phase, candidate => candidate.Reward > 0))
        );
        var drawn = results.Runs.Sum(run => run.Phases.Sum(phase => Drawn(phase, _ => true)));
        Assert.True(learned > 0 && drawn > learned, $"{learned} {drawn}");
        // A phase that has ended is two blobs, and an adapter has a link in the list of the policy's.
        var kept = 2 + (2 * results.Runs.Sum(run => run.Phases.Count)) + (2 * adapters) + drawn;
        Assert.InRange(blobs["write"].Count(), kept + 1, kept + trained);
        Assert.Equal(4 + adapters + learned, blobs["read"].Count());

        static int Drawn(PhaseRecord phase, Func<CandidateRecord, bool> counts) =>
            phase.Tasks.Sum(task => task.Candidates.Where(counts).Select(candidate => candidate.Drawn?.Sha256).OfType<string>().Distinct().Count());
    }

    [Fact]
    public async Task Task_ThatProposes_CostsFiveCalls()
    {
        var (calls, results) = await Run(slots: 2);
        var tasks = results.Runs.Sum(run => run.Phases.Sum(phase => phase.Tasks.Count));
        var states = calls.Where(call => call.Key.StartsWith("grains/task/", StringComparison.Ordinal)).ToLookup(call => call.Verb);

        // Read once; written with the lease, with the proposals and with the record; and the job's manifest.
        Assert.Equal((tasks, 3 * tasks), (states["read"].Count(), states["write"].Count()));
        Assert.Equal(
            tasks,
            calls.Count(call => call.Verb == "write" && Depth(call.Key, "jobs/") == 6 && !call.Key.Contains("/update/", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Put_OfABlobThatIsThere_LeavesItWhole(bool damaged)
    {
        var store = new CountingStore(new DirectoryArtifactStore(new MemoryFiles()));
        var bytes = "content"u8.ToArray();
        var sha256 = await Blobs.Put(store, bytes);
        Assert.Equal(("write", ArtifactKey.Blob(sha256)), Assert.Single(store.Calls));
        if (damaged)
        {
            await store.WriteAsync(ArtifactKey.Blob(sha256), "c0ntent"u8.ToArray(), WriteCondition.Always);
        }

        Assert.Equal(sha256, await Blobs.Put(store, bytes));
        Assert.Equal(bytes, await Blobs.Get(store, sha256));
    }

    private static int Depth(string key, string folder) => key.StartsWith(folder, StringComparison.Ordinal) ? key.Split('/').Length - 1 : 0;

    /// <summary>One run of a sweep to its end; nobody looks again for what might be lost, so that only what is needed is counted.</summary>
    private static async Task<(IReadOnlyCollection<(string Verb, string Key)> Calls, SweepResults Results)> Run(int slots)
    {
        var disk = new DirectoryArtifactStore(new MemoryFiles());
        var submission = await TestGrid.Submission(disk, candidates: 12, distinct: true);
        var store = new CountingStore(disk);
        await using var host = await TestGrid.Start(
            store,
            slots,
            new GridOptions { HostIncarnation = Guid.NewGuid().ToString("n"), Redrive = TimeSpan.FromHours(1) }
        );
        var status = await TestGrid.RunToEnd(host, submission with { Runs = [submission.Runs[0]] });
        Assert.Equal(SweepState.Completed, status.State);
        return (store.Calls, SealJson.Parse<SweepResults>((await disk.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!.Bytes));
    }
}
