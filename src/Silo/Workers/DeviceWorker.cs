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
using Seal.Grains.Telemetry;
using Seal.Silo.Judging;

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
    WorkerCrew crew,
    int index,
    ILogger<DeviceWorker> logger
) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(1);

    private volatile Occupation? _current;

    /// <summary>What the slot is doing, for people; null while it waits.</summary>
    public (JobAssignment Job, JobProgress Progress, TimeSpan Elapsed)? Current =>
        _current is { } now ? (now.Job, now.Environment.Latest, time.GetElapsedTime(now.Started)) : null;

    public string Name => self.Name;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        // All slots of a silo are told at once; the host stops its services one after another.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, crew.Stopping);
        while (!stop.IsCancellationRequested)
        {
            await WorkUntilStuck(stop.Token);
        }
    }

    /// <summary>An engine on a thread of its own. A thread that is stuck in native code cannot be stopped: it is left behind and this ends.</summary>
    private async Task WorkUntilStuck(CancellationToken stopping)
    {
        var slot = new SlotThread($"seal-{self.Name}");
        var alive = true;
        try
        {
            var engine = await slot.Run(createEngine);
            try
            {
                // Before the first ticket: a slot with the wrong engine would spend the retries of job after job.
                NumericClassException.ThrowIfOther($"The queue of the slot {self.Name}", numericClass, engine.NumericClass);
                var environment = Surround(engine);
                var runner = new JobRunner(environment, crew.Documents);
                while (alive && !stopping.IsCancellationRequested)
                {
                    alive = await TakeAndRun(slot, environment, runner, stopping);
                }
            }
            finally
            {
                if (alive)
                {
                    await slot.Run(() =>
                    {
                        engine.Dispose();
                        return true;
                    });
                }
            }
        }
        finally
        {
            if (alive)
            {
                slot.Dispose();
            }
            else
            {
                slot.Abandon();
            }
        }
    }

    /// <returns>False if the slot's thread is stuck.</returns>
    private async Task<bool> TakeAndRun(SlotThread slot, StoreJobEnvironment environment, JobRunner runner, CancellationToken stopping)
    {
        try
        {
            await crew.MayTake(index, stopping);
            var queue = grains.GetGrain<IWorkQueueGrain>(numericClass);
            if (await queue.Take(self, Patience, stopping).WaitAsync(stopping) is not { } ticket)
            {
                return true;
            }

            try
            {
                var owner = grains.GetGrain<IJobOwnerGrain>(GrainId.Parse(ticket.Owner));
                return await owner.BeginJob(self) is not { } assignment || await Run(owner, assignment, slot, environment, runner, stopping);
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

        return true;
    }

    /// <returns>False if the slot's thread is stuck.</returns>
    private async Task<bool> Run(
        IJobOwnerGrain owner,
        JobAssignment assignment,
        SlotThread slot,
        StoreJobEnvironment environment,
        JobRunner runner,
        CancellationToken stopping
    )
    {
        using var lease = new CancellationTokenSource();
        // Asked to stop, a job that is nearly done may end; then it is handed back.
        using var drain = stopping.Register(() => lease.CancelAfter(crew.DrainTime));
        using var ended = new CancellationTokenSource();
        environment.Begin(assignment, lease.Token);
        var stuck = new TaskCompletionSource<JobResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = time.GetTimestamp();
        _current = new Occupation(assignment, environment, started);
        var outcome = "lost";
        var span = GridSpan.Begin(
            "job",
            assignment.Trace,
            ("seal.job", assignment.JobId),
            ("seal.kind", assignment.Kind),
            ("seal.epoch", assignment.Epoch),
            ("seal.worker", self.ToString())
        );
        GridMeters.LeaseBegan(self.ToString(), () => time.GetElapsedTime(started));
        var beating = Beat(owner, assignment, environment, lease, stuck, ended.Token);
        try
        {
            var result = await await Task.WhenAny(slot.Run(() => runner.Run(assignment, lease.Token)), stuck.Task);
            var files = environment.Kept.ToArray();
            await WriteManifest(environment.Store, assignment, files, lease.Token);
            var finished = result with { Seconds = time.GetElapsedTime(started).TotalSeconds, Worker = self.ToString(), Files = files };
            outcome = await Insist(() => owner.CompleteJob(assignment.Epoch, finished), environment, lease.Token) ? "committed" : "refused";
            crew.Succeeded();
        }
        catch (OperationCanceledException) when (lease.IsCancellationRequested)
        {
            outcome = "returned";
            // Ours to give back only if the lease was not taken from us; the owner knows by the epoch.
            await owner.ReturnJob(assignment.Epoch);
        }
        catch (Exception failure)
        {
            try
            {
                await Lose(owner, assignment, failure, environment, lease.Token);
            }
            catch (Exception untold) when (stuck.Task.IsFaulted)
            {
                // The owner's lease runs out by itself. The thread is stuck all the same: this slot must not wait for it.
                LogTrouble(logger, untold, self.Name);
            }
        }
        finally
        {
            _current = null;
            GridMeters.LeaseEnded(self.ToString());
            GridMeters.Attempt(assignment, time.GetElapsedTime(started), outcome);
            span.End(outcome == "committed" ? null : outcome, ("seal.outcome", outcome), ("seal.steps", environment.Latest.Step));
            await ended.CancelAsync();
            await beating;
        }

        return !stuck.Task.IsFaulted;
    }

    private StoreJobEnvironment Surround(IEngine engine)
    {
        StoreJobEnvironment? environment = null;
        var seen = !crew.WaitsForStore
            ? store
            : new PatientStore(
                store.Reporting(() => environment!.SignOfLife()),
                time,
                away =>
                {
                    LogAway(logger, away, self.Name);
                    environment!.SignOfLife();
                }
            );
        var judge = new StoredJudge(
            seen,
            crew.Judge,
            () => environment!.SignOfLife(),
            why =>
            {
                LogJudgeAway(logger, self.Name, why);
                environment!.SignOfLife();
            }
        );
        return environment = new StoreJobEnvironment(engine, files, seen, domains, time, crew.KeepsAdapters) { Judge = judge };
    }

    /// <summary>
    /// Tells an owner what became of its job. While the owner cannot save it, or cannot be reached, it is told again: the epoch sees to it that
    /// nothing is done twice. Ends with the lease.
    /// </summary>
    private async Task<T> Insist<T>(Func<Task<T>> call, StoreJobEnvironment environment, CancellationToken lease)
    {
        // Not an Outage.Retry: Polly does not make even the first call once the token is cancelled, and the owner of a stuck job must hear of it.
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception away) when (crew.WaitsForStore && Transience.Of(away) && !lease.IsCancellationRequested)
            {
                LogAway(logger, away, self.Name);
                environment.SignOfLife();
            }

            await Task.Delay(AfterTrouble, time, lease);
        }
    }

    private async Task Lose(
        IJobOwnerGrain owner,
        JobAssignment assignment,
        Exception failure,
        StoreJobEnvironment environment,
        CancellationToken lease
    )
    {
        var transient = Transience.Of(failure);
        LogJobFailed(logger, failure, assignment.JobId, self.Name);
        if (
            !transient
            && crew.Failed(assignment.JobId, $"{assignment.JobId}: {failure.GetType().Name}: {failure.Message}") is { Drained: true } health
        )
        {
            LogDrained(logger, self.Name, health.FailuresInARow, failure.Message);
        }

        await Insist(
            async () =>
            {
                await owner.LoseJob(assignment.Epoch, $"{failure.GetType().Name}: {failure.Message}", transient);
                return true;
            },
            environment,
            lease
        );
    }

    private async Task Beat(
        IJobOwnerGrain owner,
        JobAssignment assignment,
        StoreJobEnvironment environment,
        CancellationTokenSource lease,
        TaskCompletionSource<JobResult> stuck,
        CancellationToken ended
    )
    {
        // Three beats to a lease: two may get lost.
        using var timer = new PeriodicTimer(assignment.LeaseDuration / 3, time);
        while (await NextBeat(timer, ended))
        {
            if (Silence(environment) is { } silence)
            {
                // The job's own thread does not listen any more; whoever waits for it is told.
                LogStuck(logger, assignment.JobId, self.Name, silence.TotalSeconds);
                stuck.TrySetException(new StuckException($"no progress for {silence.TotalSeconds:0} s"));
                await lease.CancelAsync();
                return;
            }

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

    /// <summary>How long the job has been silent, if that is too long.</summary>
    private TimeSpan? Silence(StoreJobEnvironment environment)
    {
        var (signs, last) = environment.Signs;
        var silence = time.GetElapsedTime(last);
        return crew.StuckAfter is { } patience && silence > (signs == 0 ? crew.FirstStepGrace : patience) ? silence : null;
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

    private static async Task WriteManifest(
        IArtifactStore store,
        JobAssignment assignment,
        IReadOnlyList<ArtifactFile> files,
        CancellationToken cancellation
    )
    {
        var manifest = new JobManifest(assignment.JobId, assignment.Epoch, files);
        await store.WriteAsync(
            $"jobs/{assignment.JobId}/{assignment.Epoch}/manifest.json",
            StoredDocument.Format(manifest),
            WriteCondition.Always,
            cancellation
        );
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Worker}: could not reach the grid, will try again")]
    private static partial void LogTrouble(ILogger logger, Exception failure, string worker);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Worker}: the store or the job's owner is away, the job waits for it")]
    private static partial void LogAway(ILogger logger, Exception failure, string worker);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Worker}: the job waits: {Why}")]
    private static partial void LogJudgeAway(ILogger logger, string worker, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Job}: failed on {Worker}")]
    private static partial void LogJobFailed(ILogger logger, Exception failure, string job, string worker);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Job}: stuck on {Worker}, no progress for {Seconds} s; the job goes to another slot")]
    private static partial void LogStuck(ILogger logger, string job, string worker, double seconds);

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "{Worker}: drained after {Failures} infrastructure failures in a row, the last: {Reason}. Mend the node and start it again"
    )]
    private static partial void LogDrained(ILogger logger, string worker, int failures, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job}: lease of epoch {Epoch} lost by {Worker}, stopping")]
    private static partial void LogLeaseLost(ILogger logger, string job, int epoch, string worker);

    private sealed record Occupation(JobAssignment Job, StoreJobEnvironment Environment, long Started);
}
