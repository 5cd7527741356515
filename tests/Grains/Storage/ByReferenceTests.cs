using System.Reflection;
using Seal.Core.Artifacts;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Candidates;
using Seal.Grains.Policies;
using Seal.Grains.Sweeps;
using Seal.Grains.Tasks;
using Seal.Grains.Tests.Support;
using Seal.Silo.Storage;

namespace Seal.Grains.Tests.Storage;

/// <summary>What is big is in the store once, and travels by its hash.</summary>
public sealed class ByReferenceTests
{
    [Theory]
    [InlineData(typeof(JobAssignment))]
    [InlineData(typeof(PolicyWork))]
    [InlineData(typeof(TaskWork))]
    [InlineData(typeof(PackWork))]
    [InlineData(typeof(PolicyState))]
    [InlineData(typeof(TaskState))]
    [InlineData(typeof(CandidateState))]
    public void MessageOrState_OfAJob_HasNoContextInIt(Type type)
    {
        var reached = Reached(type);
        Assert.Contains(typeof(RunRef), reached);
        Assert.DoesNotContain(typeof(RunContext), reached);
        Assert.DoesNotContain(typeof(RunSettings), reached);
        Assert.DoesNotContain(typeof(ArmSpec), reached);
    }

    [Theory]
    [InlineData(typeof(PolicyState))]
    [InlineData(typeof(SoundPhases))]
    [InlineData(typeof(RunEnd))]
    [InlineData(typeof(RunProgress))]
    [InlineData(typeof(JobAssignment))]
    [InlineData(typeof(TaskWork))]
    [InlineData(typeof(PackWork))]
    [InlineData(typeof(SweepEventLog))]
    public void MessageOrState_OfAnyRound_HasNoPastRoundsInIt(Type type)
    {
        var reached = Reached(type);
        Assert.DoesNotContain(typeof(PhaseRecord), reached);
        Assert.DoesNotContain(typeof(PhaseEntry), reached);
        Assert.DoesNotContain(typeof(ModelRef), reached);
        Assert.DoesNotContain(typeof(SweepEvent), reached);
    }

    [Fact]
    public async Task Sweep_OfALargeFileOfSelfEdits_HasItInTheStoreOnce()
    {
        var byTask = Enumerable
            .Range(0, 20_000)
            .ToDictionary(i => $"task-{i:00000}", IReadOnlyList<string> (i) => [$"{{\"self-edit\":\"number {i:00000}, which no task asks for\"}}"]);
        byTask["*"] = ["abc", "aaa", "bcd"];
        var files = new MemoryFiles();
        var store = new DirectoryArtifactStore(files);
        var submission = await TestGrid.FileSubmission(store, byTask, 1, 2);
        var edits = ArmEdits.Of(byTask);
        Assert.True(edits.ToBytes().Length > 1_350_000, $"{edits.ToBytes().Length}");
        Assert.True(SealJson.ToBytes(submission).Length < 10_000);
        await using (var host = await TestGrid.Start(store))
        {
            Assert.Equal(SweepState.Completed, (await TestGrid.RunToEnd(host, submission)).State);
        }

        long all = 0;
        foreach (var key in await store.ListAsync(""))
        {
            var bytes = (await store.ReadAsync(key))!.Bytes.Length;
            Assert.True(
                bytes < 20_000 || key == ArtifactKey.Blob(edits.Sha256) || key == SweepDocuments.ResultsKey(TestGrid.Sweep),
                $"{key} has {bytes} bytes"
            );
            all += bytes;
        }

        Assert.InRange(all, edits.ToBytes().Length, 2 * edits.ToBytes().Length);
        var results = SealJson.Parse<SweepResults>((await store.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!.Bytes);
        Assert.All(
            results.Runs.SelectMany(run => run.Phases).SelectMany(phase => phase.Tasks),
            task => Assert.Equal(["abc", "aaa", "bcd"], task.Candidates.Select(candidate => candidate.Payload))
        );
    }

    [Fact]
    public async Task Verify_WithoutTheBlobOfTheSelfEditsOrAContext_NamesIt()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        var submission = await TestGrid.FileSubmission(store, new Dictionary<string, IReadOnlyList<string>> { ["*"] = ["abc"] }, 1);
        await using (var host = await TestGrid.Start(store))
        {
            await TestGrid.RunToEnd(host, submission);
        }

        Assert.Empty(await Defects(store));
        string[] named =
        [
            submission.Runs[0].Context.Arm.Edits!.Sha256,
            SealJson.Hash(submission.Runs[0].Context),
            SealJson.Hash(new SweepTasks(submission.Training, submission.Evaluation)),
        ];
        foreach (var key in named.Select(ArtifactKey.Blob))
        {
            var bytes = (await store.ReadAsync(key))!.Bytes;
            await store.DeleteAsync(key);
            Assert.Contains(await Defects(store), defect => defect.Key == key && defect.Problem.Contains("missing", StringComparison.Ordinal));
            await store.WriteAsync(key, bytes, WriteCondition.Always);
        }
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

    /// <summary>All types of the project that a value of this one can have in it.</summary>
    private static HashSet<Type> Reached(Type type)
    {
        var (reached, open) = (new HashSet<Type>(), new Stack<Type>([type]));
        while (open.TryPop(out var next))
        {
            foreach (var part in next.GetGenericArguments().Append(next.GetElementType()).OfType<Type>())
            {
                open.Push(part);
            }

            if (next.Namespace?.StartsWith("Seal.", StringComparison.Ordinal) == true && reached.Add(next))
            {
                foreach (var property in next.GetProperties(BindingFlags.Public | BindingFlags.Instance))
                {
                    open.Push(property.PropertyType);
                }
            }
        }

        return reached;
    }
}
