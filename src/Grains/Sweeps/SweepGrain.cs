using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Catalogs;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Steering;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Jobs;
using Seal.Grains.Policies;
using Seal.Grains.Telemetry;

namespace Seal.Grains.Sweeps;

[StoredDocument("sweep")]
public sealed class SweepGrainState
{
    public SweepSubmission? Submission { get; set; }

    public SweepState State { get; set; }

    public string? ReportSha256 { get; set; }

    /// <summary>What clients have wished.</summary>
    public SweepControl Control { get; set; } = SweepControl.New;

    /// <summary>Retries that have been acted on.</summary>
    public int Retried { get; set; }

    /// <summary>The runs as they ended; kept so that a finished sweep needs no other grain to tell its status.</summary>
    public List<RunProgress> Ended { get; set; } = [];

    /// <summary>The trace that the sweep's spans are in (W3C traceparent), or null if nobody has ever listened.</summary>
    public string? Trace { get; set; }
}

/// <inheritdoc cref="ISweepGrain"/>
[GrainType(GridNames.Sweep)]
public sealed partial class SweepGrain(
    [PersistentState("sweep", GridOptions.Storage)] IPersistentState<SweepGrainState> state,
    [PersistentState("sweep-events", GridOptions.Storage)] IPersistentState<SweepEventLog> events,
    GridServices grid,
    ILogger<SweepGrain> logger
) : Grain, ISweepGrain
{
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(20);

    /// <summary>What runs have told last, for people.</summary>
    private readonly Dictionary<string, RunProgress> _runs = new(StringComparer.Ordinal);

    /// <summary>Runs that have ended as they are wanted now: by their own answer to being started. What a run tells by itself may be late, and about
    /// what it was before the sweep was extended.</summary>
    private readonly Dictionary<string, RunProgress> _done = new(StringComparer.Ordinal);

    private TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IGrainTimer? _timer;
    private GridSpan? _span;

    private string Name => this.GetPrimaryKeyString();

    public async Task<SubmitReply> Submit(SweepSubmission submission)
    {
        if (state.State.Submission is { } present)
        {
            var wished = Wished(submission);
            // Seeds that were added one after another stand in the order of the wishes.
            var places = present.Runs.Index().ToDictionary(run => run.Item.Context.Run, run => run.Index, StringComparer.Ordinal);
            wished = wished with { Runs = [.. wished.Runs.OrderBy(run => places.GetValueOrDefault(run.Context.Run, int.MaxValue))] };
            var differences = SweepIdentity.Differences(present, wished);
            return differences.Count > 0 ? new SubmitReply(null, differences) : new SubmitReply(await Resume(), []);
        }

        state.State = new SweepGrainState { Submission = submission, State = SweepState.Running };
        state.State.Trace = Span().Trace;
        await Save();
        await Observe();
        Kick();
        return new SubmitReply(await Now(), []);
    }

    public async Task<SubmitReply> Grow(SweepSubmission submission)
    {
        if (state.State.Submission is not { } present || SweepIdentity.Differences(present, Wished(submission)).Count == 0)
        {
            return await Submit(submission);
        }

        var (grown, problems) = SweepGrowth.Of(present, Wished(submission));
        if (grown is null)
        {
            return new SubmitReply(null, problems);
        }

        await Leave(present.Runs, grown.Runs);
        state.State.Submission = grown;
        Reopen();
        RenewEnd();
        await Save();
        await Observe();
        return new SubmitReply(await Resume(), []);
    }

    /// <summary>What is under way in a run that begins anew, as a fork of what it was, is of no use any more.</summary>
    private Task Leave(IReadOnlyList<RunSubmission> before, IReadOnlyList<RunSubmission> after)
    {
        var stay = after.Select(run => GridKeys.Policy(run.Context)).ToHashSet(StringComparer.Ordinal);
        return Task.WhenAll(before.Where(run => !stay.Contains(GridKeys.Policy(run.Context))).Select(run => Policy(run).Cancel()));
    }

    /// <summary>
    /// A submission as it is after what clients have wished: the file that a sweep was begun with is still its own after somebody asked for more
    /// rounds or seeds, or set a policy to another version.
    /// </summary>
    private SweepSubmission Wished(SweepSubmission submission) => SweepExtension.Of(submission, state.State.Control);

    public async Task<SweepStatus?> Resume()
    {
        if (state.State.Submission is null)
        {
            return null;
        }

        if (state.State.State == SweepState.Running)
        {
            Kick();
        }
        else if (!IsEnded)
        {
            return await Steer(Wish(SweepMode.Run));
        }
        else if (state.State.ReportSha256 is { } told && !await SweepDocuments.AreThere(grid.Store, Name, told))
        {
            // The runs keep their records: what was deleted or altered is written again.
            state.State.ReportSha256 = await WriteDocuments(state.State.Submission);
            await Save();
        }

        return await Now();
    }

    public Task<SweepStatus?> Cancel() => Steer(Wish(SweepMode.Cancel));

    public async Task<SweepStatus?> Status() => state.State.Submission is null ? null : await Now();

    public async Task<SweepStatus?> WaitForEnd(TimeSpan patience, CancellationToken cancellation = default)
    {
        if (state.State.Submission is null)
        {
            return null;
        }

        if (IsMoving)
        {
            await Task.WhenAny(_ended.Task, Task.Delay(patience < LongestPatience ? patience : LongestPatience, grid.Time, cancellation));
        }

        return await Now();
    }

    public Task<bool> Redrive()
    {
        var running = state.State.Submission is not null && IsMoving;
        if (running && _timer is null)
        {
            Kick();
        }

        return Task.FromResult(running);
    }

    public Task RunChanged(RunProgress progress)
    {
        _runs[progress.Run] = progress;
        if (state.State.State == SweepState.Running && progress.Ended)
        {
            Kick();
        }

        return Task.CompletedTask;
    }

    private async Task Drive()
    {
        try
        {
            if (state.State is { State: SweepState.Running, Submission: { } submission })
            {
                await Drive(submission);
                await Observe();
            }
            else if (state.State.State == SweepState.Stopping)
            {
                await DriveStop();
            }
        }
        catch (Exception failure)
        {
            // The next tick tries again.
            LogDriveFailed(logger, failure, Name);
            await Stuck(StuckReason.Of(Name, failure));
            await WriteDownWaiting();
        }
    }

    private async Task Drive(SweepSubmission submission)
    {
        if (Catalog.Current.Refusal(submission.Runs[0].Context.NumericClass) is { } other)
        {
            // Begun under other code of the same names: to go on would mix two versions of it.
            throw new InvalidDataException($"The sweep {Name} does not go on here: {other}.");
        }

        await TellWeight(submission);
        await LookForSlots(submission.Runs[0].Context.NumericClass);
        var tasks = await grid.Documents.Put(grid.Store, submission.Sets);
        foreach (var run in submission.Runs.Where(run => !_done.ContainsKey(run.Context.Run)))
        {
            // Blobs first: what a state names is there.
            var named = await RunRef.Put(grid.Documents, grid.Store, run.Context);
            var work = new PolicyWork(named, run.Cell, submission.Model.BaseSha256, tasks) { Trace = Span().Trace };
            var progress = await Policy(run).Start(work);
            if (!ReferenceEquals(submission, state.State.Submission))
            {
                return;
            }

            _runs[run.Context.Run] = progress;
            if (progress.Ended)
            {
                _done[run.Context.Run] = progress;
            }
        }

        if (!submission.Runs.All(run => _done.ContainsKey(run.Context.Run)))
        {
            return;
        }

        state.State.Ended = [.. submission.Runs.Select(run => _done[run.Context.Run])];
        state.State.ReportSha256 = await WriteDocuments(submission);
        state.State.State = state.State.Ended.All(run => run.Problem is null) ? SweepState.Completed : SweepState.Incomplete;
        await Save();
        await Observe();
        Rest();
    }

    private async Task<string> WriteDocuments(SweepSubmission submission)
    {
        var archive = new PhaseArchive(grid.Documents, grid.Store);
        var ends = await Task.WhenAll(submission.Runs.Select(run => Policy(run).Result()));
        var records = new List<RunRecord>();
        foreach (var (run, end) in submission.Runs.Zip(ends))
        {
            records.Add(await archive.Run(run.Context, run.Cell, submission.Model.BaseSha256, end!.Phases, end.Adapters, end.Complete));
        }

        var results = new SweepResults(
            Name,
            submission.Model.BaseSha256,
            submission.Runs[0].Context.NumericClass,
            submission.Training,
            submission.Evaluation,
            records
        )
        {
            Retention = submission.Retention,
        };
        var costs = state.State.Ended.ToDictionary(run => run.Run, run => run.Accounting, StringComparer.Ordinal);
        var lineage = submission
            .Runs.Zip(results.Runs)
            .ToDictionary(
                run => run.First.Context.Run,
                run => new RunLineage(GridKeys.Records(run.First.Context), PolicyVersion.Of(run.Second)),
                StringComparer.Ordinal
            );
        return await SweepDocuments.Write(
            grid.Store,
            results,
            new SweepAccounting(Name, costs.Values.Aggregate(Accounting.Zero, Accounting.Add), costs) { Lineage = lineage }
        );
    }

    private void Rest()
    {
        grid.Pulse.Leave(this);
        _timer?.Dispose();
        _timer = null;
        EndSpan();
        _ended.TrySetResult();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        grid.Pulse.Leave(this);
        EndSpan();
        return Task.CompletedTask;
    }

    private GridSpan Span() => _span ??= GridSpan.Begin("sweep", state.State.Trace, ("seal.sweep", Name));

    private void EndSpan()
    {
        _span?.End(
            state.State.State == SweepState.Incomplete ? "work was given up" : null,
            ("seal.state", state.State.State.ToString().ToLowerInvariant())
        );
        _span = null;
    }

    private async Task<SweepStatus> Now()
    {
        var current = state.State;
        IReadOnlyList<RunProgress> runs = current.Ended;
        if (!IsEnded)
        {
            var progress = await Task.WhenAll(current.Submission!.Runs.Select(run => Policy(run).Progress()));
            runs = [.. progress.OfType<RunProgress>()];
        }

        return new SweepStatus(Name, current.State, runs, current.ReportSha256, runs.Aggregate(Accounting.Zero, (sum, run) => sum + run.Accounting))
        {
            Waiting = Waiting,
            Refused = Refused,
        };
    }

    private IPolicyGrain Policy(RunSubmission run) => GrainFactory.GetGrain<IPolicyGrain>(GridKeys.Policy(run.Context));

    private void Kick()
    {
        if (_timer is null)
        {
            _timer = this.RegisterGrainTimer(Drive, new GrainTimerCreationOptions(TimeSpan.Zero, grid.Options.Redrive) { KeepAlive = true });
            grid.Pulse.Join(this, () => _timer?.Change(TimeSpan.Zero, grid.Options.Redrive));
        }
        else
        {
            _timer.Change(TimeSpan.Zero, grid.Options.Redrive);
        }
    }

    private async Task Save()
    {
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sweep}: could not go on, will try again")]
    private static partial void LogDriveFailed(ILogger logger, Exception failure, string sweep);
}
