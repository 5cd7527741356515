using System.Globalization;
using Seal.Core.Artifacts;
using Seal.Core.Steering;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Sweeps;

/// <summary>The half of a sweep that listens to clients, and tells them what happened.</summary>
public sealed partial class SweepGrain
{
    private const int MostEventsAtOnce = 500;

    private TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What has happened so far, once somebody has asked.</summary>
    private List<SweepEvent>? _happened;

    private bool IsEnded => state.State.State is SweepState.Completed or SweepState.Incomplete;

    /// <summary>The state changes by itself.</summary>
    private bool IsMoving => state.State.State is SweepState.Running or SweepState.Stopping;

    public async Task<SweepStatus?> Steer(SteeringCommand command)
    {
        if (state.State.Submission is null)
        {
            return null;
        }

        state.State.Control = state.State.Control.Apply(command);
        try
        {
            await Extend();
            await Retry();
        }
        catch
        {
            // What was wished and what it makes of the sweep are saved together, or neither.
            DeactivateOnIdle();
            throw;
        }

        if (!IsEnded)
        {
            state.State.State = Wanted();
        }

        RenewEnd();
        await Save();
        await Observe();
        // Also where nothing changed: the first try may have been cut off here.
        await Enact();
        return await Now();
    }

    public Task<SweepControl?> Control() => Task.FromResult(state.State.Submission is null ? null : state.State.Control);

    public async Task<IReadOnlyList<SweepEvent>?> Events(long after, TimeSpan patience)
    {
        if (state.State.Submission is null)
        {
            return null;
        }

        if (events.State.Count <= after && IsMoving)
        {
            await Task.WhenAny(_told.Task, Task.Delay(patience < LongestPatience ? patience : LongestPatience, grid.Time));
        }

        return [.. (await Happened()).Skip((int)Math.Clamp(after, 0, int.MaxValue)).Take(MostEventsAtOnce)];
    }

    /// <summary>All events so far; read from the store by the first who asks.</summary>
    private async Task<List<SweepEvent>> Happened()
    {
        while (_happened is null)
        {
            var looks = events.State.Looks;
            var read = await Lists.Read<IReadOnlyList<SweepEvent>>(looks);
            if (looks == events.State.Looks)
            {
                _happened ??= [.. read.SelectMany(look => look)];
            }
        }

        return _happened;
    }

    private BlobLists Lists => new(grid.Documents, grid.Store);

    private SteeringCommand Wish(SweepMode mode)
    {
        var revision = state.State.Control.Revision + 1;
        return new SteeringCommand(revision, revision.ToString(CultureInfo.InvariantCulture), mode);
    }

    private SweepState Wanted() =>
        state.State.Control.Mode.Value switch
        {
            SweepMode.Pause => SweepState.Paused,
            SweepMode.Stop => state.State.State == SweepState.Stopped ? SweepState.Stopped : SweepState.Stopping,
            SweepMode.Cancel => SweepState.Cancelled,
            _ => SweepState.Running,
        };

    private async Task Enact()
    {
        var runs = state.State.Submission!.Runs;
        switch (state.State.State)
        {
            case SweepState.Running:
                Kick();
                break;
            case SweepState.Stopping:
                await Task.WhenAll(runs.Select(run => Policy(run).Rest()));
                Kick();
                break;
            case SweepState.Paused:
                Rest();
                await Task.WhenAll(runs.Select(run => Policy(run).Rest()));
                break;
            case SweepState.Cancelled:
                Rest();
                await Task.WhenAll(runs.Select(run => Policy(run).Cancel()));
                break;
        }
    }

    private async Task DriveStop()
    {
        var leased = await Task.WhenAll(state.State.Submission!.Runs.Select(run => Policy(run).Leased()));
        if (leased.Sum() == 0)
        {
            state.State.State = SweepState.Stopped;
            await Save();
            await Observe();
            Rest();
        }
    }

    /// <summary>More rounds and seeds, other versions of policies, as wished: the submission becomes what a fresh one would have been.</summary>
    private async Task Extend()
    {
        var submission = state.State.Submission!;
        var longer = Wished(submission);
        if (SweepIdentity.Differences(submission, longer).Count > 0)
        {
            await Leave(submission.Runs, longer.Runs);
            state.State.Submission = longer;
            Reopen();
        }
    }

    /// <summary>Tries again what was given up: in place while its round is open, else by a fork of the run from before it.</summary>
    private async Task Retry()
    {
        if (state.State.Control.Retry <= state.State.Retried)
        {
            return;
        }

        var runs = new List<RunSubmission>();
        foreach (var run in state.State.Submission!.Runs)
        {
            var inPlace = await Policy(run).Retry();
            runs.Add(inPlace ? run : run with { Context = run.Context with { Fork = run.Context.Fork + 1 } });
        }

        await Leave(state.State.Submission.Runs, runs);
        state.State.Submission = state.State.Submission with { Runs = runs };
        state.State.Retried = state.State.Control.Retry;
        Reopen();
    }

    private void Reopen()
    {
        _runs.Clear();
        _done.Clear();
        if (IsEnded)
        {
            (state.State.Ended, state.State.ReportSha256) = ([], null);
            state.State.State = SweepState.Running;
        }
    }

    /// <summary>Whoever waits for the end from now on waits for the next one.</summary>
    private void RenewEnd()
    {
        if (IsMoving && _ended.Task.IsCompleted)
        {
            _ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private Task TellWeight(SweepSubmission submission) =>
        state.State.Control.Weight.Value == 1
            ? Task.CompletedTask
            : GrainFactory.GetGrain<IWorkQueueGrain>(submission.Runs[0].Context.NumericClass).SetWeight(Name, state.State.Control.Weight.Value);

    /// <summary>Writes down what has happened since the last look.</summary>
    private async Task Observe()
    {
        var runs = IsEnded ? state.State.Ended : [.. _runs.OrderBy(run => run.Key, StringComparer.Ordinal).Select(run => run.Value)];
        var found = events.State.Observe(state.State, runs, Waiting);
        if (found.Count == 0)
        {
            return;
        }

        try
        {
            events.State.Looks = await Lists.Append(events.State.Looks, found);
            await events.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }

        // Whoever read them meanwhile may have these already.
        _happened?.AddRange([.. found.Where(one => one.Sequence > _happened.Count)]);

        var told = _told;
        _told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        told.TrySetResult();
    }
}
