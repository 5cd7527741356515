using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Jobs;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Jobs;
using Seal.Grains.Telemetry;

namespace Seal.Grains.Candidates;

[StoredDocument("candidate")]
public sealed class CandidateState : IJobOwnerState
{
    public PackWork? Work { get; set; }

    public JobLedger Ledger { get; set; } = JobLedger.New;

    public PackOutcome? Outcome { get; set; }

    /// <summary>
    /// After the first loss of a pack with several members each runs alone, so that one that takes workers down harms nobody else. A member's bytes
    /// do not depend on its company (docs/determinism.md).
    /// </summary>
    public bool Alone { get; set; }

    /// <summary>Members that have run alone, in slot order; null: given up.</summary>
    public List<TrialResult?> Singles { get; set; } = [];

    public double SingleSeconds { get; set; }

    /// <summary>Why the first member that was given up was, or null.</summary>
    public string? AloneProblem { get; set; }
}

/// <inheritdoc cref="ICandidateGrain"/>
[GrainType(GridNames.Candidate)]
public sealed class CandidateGrain(
    [PersistentState("candidate", GridOptions.Storage)] IPersistentState<CandidateState> state,
    GridServices grid,
    ILogger<CandidateGrain> logger
) : JobOwnerGrain<CandidateState>(state, grid, logger), ICandidateGrain
{
    private GridSpan? _span;

    public async Task<PackOutcome?> Start(PackWork work)
    {
        if (State.Outcome is { } outcome)
        {
            return outcome;
        }

        if (State.Work is null)
        {
            await Know(work.Run);
            // Not saved before the first lease, which saves it too: what is lost until then the task tells again, the same.
            State.Work = work;
            if (await FromCache())
            {
                EndSpan(work, State.Outcome!);
                return State.Outcome;
            }
        }

        Rouse();
        return null;
    }

    public Task<PackOutcome?> Cancel()
    {
        Halt();
        return Task.FromResult(State.Outcome);
    }

    protected override string? SingleFlight => State.Work is { } work ? CacheKey(work, work.Job.Members[0]) : null;

    public async Task Retry()
    {
        if (State.Outcome is not { Problem: not null } outcome)
        {
            return;
        }

        // Members that have a verdict keep it: the cache knows them by their pack.
        var packed = State.Work!.Job.Members.Count > 1;
        (State.Outcome, State.Alone, State.Singles, State.AloneProblem) = (null, packed, [], null);
        State.Ledger = State.Ledger.State == JobState.Poisoned ? State.Ledger.Retried() : JobLedger.New with { Epoch = outcome.Attempts };
        await Save();
    }

    protected override RunRef? Named => State.Work?.Run;

    protected override JobAssignment? Describe() =>
        State is { Work: { } work, Outcome: null }
            ? new JobAssignment(
                Key,
                0,
                default,
                work.Run,
                FineTune: State.Alone ? work.Job with { Members = [work.Job.Members[State.Singles.Count]] } : work.Job
            )
            {
                Trace = Span(work).Trace,
            }
            : null;

    protected override JobLedger Weigh(JobLedger lost)
    {
        if (State.Alone || lost.State == JobState.Leased || lost.Losses + lost.Orphans == 0 || State.Work is not { Job.Members.Count: > 1 })
        {
            return lost;
        }

        // In company nobody knows who was to blame: the count begins with the first run alone.
        State.Alone = true;
        return lost with { State = JobState.Pending, Losses = 0, Orphans = 0 };
    }

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
        EndSpan(work, outcome);
        await GrainFactory.GetGrain<ITaskGrain>(GridKeys.Task(work.Run, work.Phase, work.Job.Task.Id)).PackChanged(outcome);
        // Whoever asks again has it read back: what has ended need not be kept in memory.
        DeactivateOnIdle();
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
        var first = State.Alone ? State.Singles.Count : 0;
        await Task.WhenAll(trials.Select((trial, slot) => TrialCache.Write(Grid.Store, CacheKey(work, work.Job.Members[first + slot]), trial)));

        if (State.Alone)
        {
            State.SingleSeconds += result.Seconds;
            await NextAlone(trials[0], null);
        }
        else
        {
            State.Outcome = new PackOutcome(work.Job.Members[0].Index, [.. trials], null, State.Ledger.Epoch, 0, result.Seconds);
        }
    }

    protected override async Task GivenUp()
    {
        var ledger = State.Ledger;
        var problem =
            $"{TrialPacks.Name(State.Work!.Job.Members[State.Alone ? State.Singles.Count : 0].Index, State.Work.Trials ?? 1)} was given up after "
            + $"{ledger.Losses + ledger.Orphans} losses, the last: {ledger.LastLoss}";
        if (State.Alone)
        {
            await NextAlone(null, problem);
        }
        else
        {
            State.Outcome = new PackOutcome(State.Work!.Job.Members[0].Index, null, problem, ledger.Epoch, 0, 0);
        }

        await Save();
        Kick();
    }

    /// <summary>Notes what became of the member that ran alone, and makes the next one ready, or the outcome.</summary>
    private async Task NextAlone(TrialResult? trial, string? problem)
    {
        var (work, epoch) = (State.Work!, State.Ledger.Epoch);
        State.Singles.Add(trial);
        while (
            State.Singles.Count < work.Job.Members.Count
            && await TrialCache.Read(Grid.Store, CacheKey(work, work.Job.Members[State.Singles.Count])) is { } known
        )
        {
            State.Singles.Add(known);
        }

        State.AloneProblem ??= problem;
        if (State.Singles.Count < work.Job.Members.Count)
        {
            State.Ledger = JobLedger.New with { Epoch = epoch };
            return;
        }

        State.Outcome = new PackOutcome(work.Job.Members[0].Index, [.. State.Singles], State.AloneProblem, epoch, 0, State.SingleSeconds);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _span?.End("left by its silo");
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    private string CacheKey(PackWork work, FineTuneMember member) => InnerSeeds.CacheKey(Grid.Domains.Of(Run), Run, work.Job, member);

    private GridSpan Span(PackWork work) =>
        _span ??= GridSpan.Begin(
            "candidate",
            work.Trace,
            ("seal.sweep", work.Run.Sweep),
            ("seal.run", work.Run.Run),
            ("seal.phase", work.Phase.ToString()),
            ("seal.task", work.Job.Task.Id),
            ("seal.candidate", work.Job.Members[0].Index)
        );

    private void EndSpan(PackWork work, PackOutcome outcome) =>
        Span(work)
            .End(outcome.Problem, ("seal.attempts", outcome.Attempts), ("seal.cache_hits", outcome.CacheHits), ("seal.seconds", outcome.Seconds));

    private async Task<bool> FromCache()
    {
        var work = State.Work!;
        var trials = new List<TrialResult>();
        foreach (var member in work.Job.Members)
        {
            if (await TrialCache.Read(Grid.Store, CacheKey(work, member)) is not { } trial)
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
