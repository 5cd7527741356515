using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Grains.Abstractions;

namespace Seal.Silo.Workers;

/// <summary>
/// One device slot: takes a ticket from the queue, a lease from the ticket's owner, runs the job on a thread of its own, beats
/// while it runs, commits. Nothing here decides anything: owners do.
/// </summary>
public sealed partial class DeviceWorker(
    WorkerRef self,
    string numericClass,
    Func<IEngine> createEngine,
    IGrainFactory grains,
    IArtifactStore store,
    IModelFiles files,
    IReadOnlyList<IDomain> domains,
    TimeProvider time,
    ILogger<DeviceWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(1);

    /// <summary>What the slot is doing, for people; null while it waits.</summary>
    public (JobAssignment Job, JobProgress Progress)? Current { get; private set; }

    public string Name => self.Name;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var slot = new SlotThread($"seal-{self.Name}");
        var engine = await slot.Run(createEngine);
        try
        {
            var environment = new StoreJobEnvironment(engine, files, store, domains);
            var runner = new JobRunner(environment);
            while (!stoppingToken.IsCancellationRequested)
            {
                await TakeAndRun(slot, environment, runner, stoppingToken);
            }
        }
        finally
        {
            await slot.Run(() =>
            {
                engine.Dispose();
                return true;
            });
        }
    }

    private async Task TakeAndRun(SlotThread slot, StoreJobEnvironment environment, JobRunner runner, CancellationToken stopping)
    {
        try
        {
            var queue = grains.GetGrain<IWorkQueueGrain>(numericClass);
            if (await queue.Take(self, Patience, stopping).WaitAsync(stopping) is not { } ticket)
            {
                return;
            }

            try
            {
                var owner = grains.GetGrain<IJobOwnerGrain>(GrainId.Parse(ticket.Owner));
                if (await owner.BeginJob(self) is { } assignment)
                {
                    await Run(owner, assignment, slot, environment, runner, stopping);
                }
            }
            finally
            {
                await queue.Release(ticket.JobId);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops; what was running has been handed back.
        }
        catch (Exception failure)
        {
            // The queue or an owner is away for the moment; owners offer again what was in flight.
            LogTrouble(logger, failure, self.Name);
            await Task.Delay(AfterTrouble, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Run(
        IJobOwnerGrain owner, JobAssignment assignment, SlotThread slot, StoreJobEnvironment environment, JobRunner runner, CancellationToken stopping)
    {
        using var lease = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var ended = new CancellationTokenSource();
        environment.Begin(lease.Token);
        Current = (assignment, environment.Latest);
        var beating = Beat(owner, assignment, environment, lease, ended.Token);
        try
        {
            var started = time.GetTimestamp();
            var result = await slot.Run(() => runner.Run(assignment, lease.Token));
            var files = environment.Kept.ToArray();
            await WriteManifest(assignment, files, lease.Token);
            var finished = result with { Seconds = time.GetElapsedTime(started).TotalSeconds, Worker = self.ToString(), Files = files };
            await owner.CompleteJob(assignment.Epoch, finished);
        }
        catch (OperationCanceledException) when (lease.IsCancellationRequested)
        {
            // Ours to give back only if the lease was not taken from us; the owner knows by the epoch.
            await owner.ReturnJob(assignment.Epoch);
        }
        catch (Exception failure)
        {
            LogJobFailed(logger, failure, assignment.JobId, self.Name);
            await owner.LoseJob(assignment.Epoch, $"{failure.GetType().Name}: {failure.Message}");
        }
        finally
        {
            Current = null;
            await ended.CancelAsync();
            await beating;
        }
    }

    private async Task Beat(
        IJobOwnerGrain owner, JobAssignment assignment, StoreJobEnvironment environment, CancellationTokenSource lease, CancellationToken ended)
    {
        // Five beats to a lease: four may get lost.
        using var timer = new PeriodicTimer(assignment.LeaseDuration / 5, time);
        while (await NextBeat(timer, ended))
        {
            Current = (assignment, environment.Latest);
            try
            {
                if (!await owner.Heartbeat(assignment.Epoch, environment.Latest))
                {
                    LogLeaseLost(logger, assignment.JobId, assignment.Epoch, self.Name);
                    await lease.CancelAsync();
                    return;
                }
            }
            catch (Exception failure)
            {
                LogTrouble(logger, failure, self.Name);
            }
        }
    }

    private static async Task<bool> NextBeat(PeriodicTimer timer, CancellationToken ended)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ended);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task WriteManifest(JobAssignment assignment, IReadOnlyList<ArtifactFile> files, CancellationToken cancellation)
    {
        var manifest = new JobManifest(assignment.JobId, assignment.Epoch, files);
        await store.WriteAsync($"jobs/{assignment.JobId}/{assignment.Epoch}/manifest.json", SealJson.ToBytes(manifest), WriteCondition.Always, cancellation);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Worker}: could not reach the grid, will try again")]
    private static partial void LogTrouble(ILogger logger, Exception failure, string worker);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Job}: failed on {Worker}")]
    private static partial void LogJobFailed(ILogger logger, Exception failure, string job, string worker);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job}: lease of epoch {Epoch} lost by {Worker}, stopping")]
    private static partial void LogLeaseLost(ILogger logger, string job, int epoch, string worker);
}
