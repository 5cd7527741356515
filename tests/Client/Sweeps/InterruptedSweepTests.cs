using Orleans;
using Orleans.Runtime;
using Seal.Client.Sweeps;
using Seal.Client.Tests.Support;
using Seal.Core.Artifacts;
using Seal.Core.Runs;
using Seal.Grains.Abstractions;
using Seal.Grains.Policies;
using Seal.Grains.Sweeps;
using Seal.Grains.Tasks;
using Seal.Silo.Storage;

namespace Seal.Client.Tests.Sweeps;

/// <summary>A sweep that was submitted and whose host then went away, before any work was done.</summary>
public sealed class InterruptedSweepTests : IDisposable
{
    private readonly TemporaryFolder _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Status_WithoutAHost_SaysInterruptedAndHowFar()
    {
        await Interrupt();
        var status = await Shell.Run("sweep", "status", "--store", _store.Path, "--json");
        Assert.Equal((ExitCode.Ok, "interrupted"), (status.Code, status.Document.GetProperty("state").GetString()));
        Assert.All(status.Document.GetProperty("runs").EnumerateArray(), run => Assert.Equal("evaluate-0", run.GetProperty("phase").GetString()));
        var stored = await new StoredSweeps(_store.Path).Status("tiny-fake");
        Assert.Equal((0, 4, 2, 4), (stored.Runs[0].PhaseIndex, stored.Runs[0].Phases, stored.Runs[0].Tasks, stored.Runs[0].Candidates));
    }

    [Fact]
    public async Task Watch_WithoutAHost_SaysHowToGoOn()
    {
        await Interrupt();
        var watch = await Shell.Run("sweep", "watch", "--store", _store.Path);
        Assert.Equal(ExitCode.NotFoundOrConflict, watch.Code);
        Assert.Contains($"sweep resume tiny-fake --store {_store.Path}", watch.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_ThenResume_EndsLikeAnUndisturbedRun()
    {
        await Interrupt();
        var cancel = await Shell.Run("sweep", "cancel", "--store", _store.Path, "--json");
        Assert.Equal((ExitCode.Ok, "cancelled"), (cancel.Code, cancel.Document.GetProperty("state").GetString()));
        Assert.Equal(SweepState.Cancelled, (await new StoredSweeps(_store.Path).State("tiny-fake")).State);
        var again = await Shell.Run("sweep", "cancel", "--store", _store.Path, "--json");
        Assert.Equal((ExitCode.Ok, "the sweep tiny-fake is cancelled already"), (again.Code, again.Document.GetProperty("nothingToDo").GetString()));

        var resume = await Shell.Run("sweep", "resume", "--store", _store.Path, "--json");
        using var undisturbed = new TemporaryFolder();
        var run = await Shell.Run("run", Places.TinySweep, "--store", undisturbed.Path, "--json");
        Assert.Equal((ExitCode.Ok, run.Output), (resume.Code, resume.Output));
    }

    [Fact]
    public async Task WhileAHostHasTheStore_OthersAttachAndASecondHostIsRefused()
    {
        var sweep = LoadedSweep.Read(Places.TinySweep, []);
        await using var grid = await Grid.HostHere(_store.Path, sweep.Spec.Name, sweep.Engine, 0, _ => { }, CancellationToken.None);
        await grid.Submit(sweep, _store.Path, extend: false, CancellationToken.None);

        var list = await Shell.Run("sweep", "list", "--store", _store.Path, "--json");
        Assert.Equal(Environment.ProcessId, list.Document.GetProperty("host").GetProperty("process").GetInt32());
        Assert.Equal("running", list.Document.GetProperty("sweeps")[0].GetProperty("state").GetString());
        Assert.DoesNotContain("token", list.Output, StringComparison.OrdinalIgnoreCase);

        var second = await Shell.Run("run", Places.TinySweep, "--store", _store.Path);
        Assert.Equal(ExitCode.NotFoundOrConflict, second.Code);
        Assert.Contains($"process {Environment.ProcessId}", second.Error, StringComparison.Ordinal);

        var cancel = await Shell.Run("sweep", "cancel", "--store", _store.Path);
        Assert.Equal(ExitCode.Ok, cancel.Code);
        Assert.Equal(SweepState.Cancelled, (await grid.Sweep("tiny-fake").Status())!.State);
    }

    [Fact]
    public async Task Status_RewardTableLeftHalfWay_CountsTheTablesSelfEdits()
    {
        Assert.Equal(ExitCode.Ok, (await Shell.Run("run", Places.InRepository("sweeps/tiny-table.toml"), "--store", _store.Path)).Code);
        var store = StorePlace.Folder(_store.Path).Store;
        var storage = new ArtifactGrainStorage(store);
        var tasks = await store.ListAsync("grains/task/tiny-table/base-table-s1/table-evaluate-0/");
        Assert.Equal(3, tasks.Count);

        // Back to where the table's second phase was under way: one task of 10 self-edits in, 8 of the second one's 10 tried, the third not begun.
        await Change<SweepGrainState>(
            "sweep",
            "tiny-table",
            state => (state.State, state.Ended, state.ReportSha256) = (SweepState.Running, [], null)
        );
        var lists = new BlobLists(new DocumentCache(), store);
        await ChangeAsync<PolicyState>(
            "policy",
            "tiny-table/base-table-s1",
            async state => state.Phases = await lists.Prefix<PhaseEntry>(state.Phases, 1)
        );
        await Change<TaskState>("task", tasks[1]["grains/task/".Length..^".json".Length], state => state.Ended = null);
        await store.DeleteAsync(tasks[2]);
        var candidates = await store.ListAsync(
            tasks[1].Replace("grains/task/", "grains/candidate/", StringComparison.Ordinal)[..^".json".Length] + "/"
        );
        Assert.Equal(10, candidates.Count);
        await store.DeleteAsync(candidates[3]);
        await store.DeleteAsync(candidates[9]);

        var status = await Shell.Run("sweep", "status", "--store", _store.Path, "--json");
        Assert.Equal((ExitCode.Ok, "interrupted"), (status.Code, status.Document.GetProperty("state").GetString()));
        var table = (await new StoredSweeps(_store.Path).Status("tiny-table")).Runs[0];
        Assert.Equal(("table-evaluate-0", 1, 4), (table.Phase, table.PhaseIndex, table.Phases));
        Assert.Equal((1, 3, 18, 30), (table.TasksDone, table.Tasks, table.CandidatesDone, table.Candidates));

        Task Change<T>(string state, string key, Action<T> change)
            where T : new() =>
            ChangeAsync<T>(
                state,
                key,
                held =>
                {
                    change(held);
                    return Task.CompletedTask;
                }
            );

        async Task ChangeAsync<T>(string state, string key, Func<T, Task> change)
            where T : new()
        {
            var id = GrainId.Create(state, key);
            var held = new GrainState<T>();
            await storage.ReadStateAsync(state, id, held);
            Assert.True(held.RecordExists, key);
            await change(held.State!);
            await storage.WriteStateAsync(state, id, held);
        }
    }

    private async Task Interrupt()
    {
        var sweep = LoadedSweep.Read(Places.TinySweep, []);
        await using var grid = await Grid.HostHere(_store.Path, sweep.Spec.Name, sweep.Engine, 0, _ => { }, CancellationToken.None);
        await grid.Submit(sweep, _store.Path, extend: false, CancellationToken.None);
    }
}
