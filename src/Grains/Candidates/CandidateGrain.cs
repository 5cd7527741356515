using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Seal.Core.Jobs;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Jobs;

namespace Seal.Grains.Candidates;

public sealed class CandidateState : IJobOwnerState
{
    public PackWork? Work { get; set; }

    public JobLedger Ledger { get; set; } = JobLedger.New;

    public PackOutcome? Outcome { get; set; }
}

/// <inheritdoc cref="ICandidateGrain"/>
public sealed class CandidateGrain(
    [PersistentState("candidate", GridOptions.Storage)] IPersistentState<CandidateState> state, GridServices grid, ILogger<CandidateGrain> logger)
    : JobOwnerGrain<CandidateState>(state, grid, logger), ICandidateGrain
{
    public async Task<PackOutcome?> Start(PackWork work)
    {
        if (State.Outcome is { } outcome)
        {
            return outcome;
        }

        if (State.Work is null)
        {
            State.Work = work;
            if (await FromCache())
            {
                return State.Outcome;
            }

            await Save();
        }

        Wake();
        return null;
    }

    public Task Cancel()
    {
        Halt();
        return Task.CompletedTask;
    }

    protected override string? SingleFlight => State.Work is { } work ? InnerSeeds.CacheKey(work.Run, work.Job, work.Job.Members[0]) : null;

    protected override JobAssignment? Describe() =>
        State is { Work: { } work, Outcome: null } ? new JobAssignment(Key, 0, default, work.Run, FineTune: work.Job) : null;

    protected override async Task Drive()
    {
        if (State.Work is not { } work)
        {
            return;
        }

        if (State.Outcome is null && State.Ledger.State == JobState.Poisoned)
        {
            await GivenUp();
        }

        if (State.Outcome is not { } outcome)
        {
            await OfferJob();
            return;
        }

        Settle();
        await GrainFactory.GetGrain<ITaskGrain>(GridKeys.Task(work.Run, work.Phase, work.Job.Task.Id)).PackChanged(outcome);
    }

    protected override async Task<bool> StillWanted()
    {
        // Another arm may have run the same trial since the ticket was written.
        if (!await FromCache())
        {
            return true;
        }

        Kick();
        return false;
    }

    protected override async Task Accept(JobResult result)
    {
        var (work, trials) = (State.Work!, result.FineTune!.Members);
        for (var slot = 0; slot < trials.Count; slot++)
        {
            await TrialCache.Write(Grid.Store, InnerSeeds.CacheKey(work.Run, work.Job, work.Job.Members[slot]), trials[slot]);
        }

        State.Outcome = new PackOutcome(work.Job.Members[0].Index, trials, null, State.Ledger.Epoch, 0, result.Seconds);
    }

    protected override async Task GivenUp()
    {
        var ledger = State.Ledger;
        State.Outcome = new PackOutcome(
            State.Work!.Job.Members[0].Index, null, $"given up after {ledger.Losses} losses, the last: {ledger.LastLoss}", ledger.Epoch, 0, 0);
        await Save();
        Kick();
    }

    private async Task<bool> FromCache()
    {
        var work = State.Work!;
        var trials = new List<TrialResult>();
        foreach (var member in work.Job.Members)
        {
            if (await TrialCache.Read(Grid.Store, InnerSeeds.CacheKey(work.Run, work.Job, member)) is not { } trial)
            {
                return false;
            }

            trials.Add(trial);
        }

        State.Outcome = new PackOutcome(work.Job.Members[0].Index, trials, null, State.Ledger.Epoch, trials.Count, 0);
        await Save();
        return true;
    }
}
