using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Jobs;

namespace Seal.Grains.Tasks;

[StoredDocument("task")]
public sealed class TaskState : IJobOwnerState
{
    public TaskWork? Work { get; set; }

    public JobLedger Ledger { get; set; } = JobLedger.New;

    public ProposeResult? Proposals { get; set; }

    public double ProposeSeconds { get; set; }

    /// <summary>The task's results and what they cost; null while candidates are under way.</summary>
    public TaskProgress? Ended { get; set; }
}

/// <inheritdoc cref="ITaskGrain"/>
[GrainType(GridNames.Task)]
public sealed class TaskGrain(
    [PersistentState("task", GridOptions.Storage)] IPersistentState<TaskState> state,
    GridServices grid,
    ILogger<TaskGrain> logger
) : JobOwnerGrain<TaskState>(state, grid, logger), ITaskGrain
{
    // Each start reads from the store: enough at once to hide its latency, not so many that other grains wait.
    private const int StartedAtOnce = 8;

    // Not saved: candidates keep their own outcomes and tell them again when asked.
    private readonly Dictionary<int, PackOutcome> _packs = [];

    // Not saved: packs follow from the proposals, by some hundred hashes.
    private TrialPacks? _all;

    public async Task<TaskProgress> Start(TaskWork work)
    {
        if (State.Work is null)
        {
            await Know(work.Run);
            State.Work = work;
            if (work.Given is { } given)
            {
                // Saved before its first candidate starts: whoever stops or cancels the task must find them.
                State.Proposals = new ProposeResult([.. given.Select(payload => new Proposal(payload, payload, null))], 0);
                await Save();
            }
        }

        if (State.Ended is null)
        {
            Rouse();
        }

        return Progress();
    }

    public async Task<TaskProgress?> Cancel()
    {
        Halt();
        var outcomes = await Task.WhenAll(Packs().Select(pack => pack.Cancel()));
        foreach (var outcome in outcomes.OfType<PackOutcome>())
        {
            _packs[outcome.First] = outcome;
        }

        return State.Work is null ? null : Progress();
    }

    public async Task Retry()
    {
        if (State.Ended?.Problem is null)
        {
            return;
        }

        if (State.Proposals is { } proposals && State.Work is { } work)
        {
            // Candidates with a verdict keep it.
            await Task.WhenAll(All(work, proposals).All.Select(pack => Candidate(work, pack).Retry()));
        }

        State.Ledger = State.Ledger.Retried();
        State.Ended = null;
        _packs.Clear();
        await Save();
    }

    public override async Task Rest()
    {
        await base.Rest();
        await Task.WhenAll(Packs().Select(pack => pack.Rest()));
    }

    public async Task<int> Leased()
    {
        var packs = await Task.WhenAll(Packs().Select(pack => pack.IsLeased()));
        return packs.Count(leased => leased) + (await IsLeased() ? 1 : 0);
    }

    public async Task PackChanged(PackOutcome outcome)
    {
        if (State.Ended is not null)
        {
            return;
        }

        _packs[outcome.First] = outcome;
        if (State is not { Work: { } work, Proposals: { } proposals } || AreIn(All(work, proposals).All))
        {
            Kick();
        }
        else if (!Paused)
        {
            // The others are under way: starting them again at each that ends would be as many calls as there are pairs.
            await Parent(work).TaskChanged(work.Phase, work.Task.Id, Progress());
        }
    }

    protected override RunRef? Named => State.Work?.Run;

    protected override JobAssignment? Describe() =>
        State is { Work: { } work, Proposals: null }
            ? new JobAssignment(Key, 0, default, work.Run, Propose: new ProposeJob(work.Task, work.Phase, work.Policy, work.Count, work.Past))
            {
                Trace = work.Trace,
            }
            : null;

    protected override async Task Drive()
    {
        if (State.Work is not { } work || Paused)
        {
            return;
        }

        if (State.Ended is not null)
        {
            Settle();
        }
        else if (State.Proposals is { } proposals)
        {
            await DrivePacks(work, proposals);
        }
        else if (State.Ledger.State == JobState.Poisoned)
        {
            await End(new TaskRecord(work.Task.Id, 0, []), $"{work.Task.Id}: no proposals, given up: {State.Ledger.LastLoss}");
        }
        else
        {
            await OfferJob();
        }

        await Parent(work).TaskChanged(work.Phase, work.Task.Id, Progress());
        if (State.Ended is not null)
        {
            DeactivateOnIdle();
        }
    }

    protected override Task Accept(JobResult result)
    {
        State.Proposals = result.Propose!;
        State.ProposeSeconds = result.Seconds;
        return Task.CompletedTask;
    }

    private async Task DrivePacks(TaskWork work, ProposeResult proposals)
    {
        var packs = All(work, proposals);
        foreach (var some in packs.All.Where(pack => !_packs.ContainsKey(pack.Members[0].Index)).Chunk(StartedAtOnce))
        {
            var started = await Task.WhenAll(
                some.Select(pack => Candidate(work, pack).Start(new PackWork(work.Run, work.Phase, pack, work.Trials) { Trace = work.Trace }))
            );
            foreach (var outcome in started.OfType<PackOutcome>())
            {
                _packs[outcome.First] = outcome;
            }
        }

        if (AreIn(packs.All))
        {
            var record = packs.Gather(SavedTask.Trials(_packs));
            // A row over fewer tasks than the rows beside it would look like one of them.
            var nothing = record.Candidates.Count == 0 ? $"{work.Task.Id}: the arm proposed no self-edit" : null;
            await End(
                record,
                nothing ?? _packs.OrderBy(pack => pack.Key).Select(pack => pack.Value.Problem).FirstOrDefault(problem => problem is not null)
            );
        }
    }

    private bool AreIn(IReadOnlyList<FineTuneJob> packs) => packs.All(pack => _packs.ContainsKey(pack.Members[0].Index));

    private async Task End(TaskRecord record, string? problem)
    {
        State.Ended = Now() with { Candidates = record.Candidates.Count, Record = record, Problem = problem };
        await Save();
        Settle();
    }

    private TaskProgress Progress() => State.Ended ?? Now();

    private TaskProgress Now() =>
        SavedTask.Progress(State, _packs, State is { Work: { } work, Proposals: { } proposals } ? All(work, proposals) : null);

    /// <summary>The packs that have not ended.</summary>
    private IEnumerable<ICandidateGrain> Packs() =>
        State is { Work: { } work, Proposals: { } proposals, Ended: null }
            ? All(work, proposals).All.Where(pack => !_packs.ContainsKey(pack.Members[0].Index)).Select(pack => Candidate(work, pack))
            : [];

    private TrialPacks All(TaskWork work, ProposeResult proposals) => _all ??= SavedTask.PacksOf(Run, work, proposals);

    private IPolicyGrain Parent(TaskWork work) => GrainFactory.GetGrain<IPolicyGrain>(GridKeys.Policy(work.Run));

    private ICandidateGrain Candidate(TaskWork work, FineTuneJob pack) =>
        GrainFactory.GetGrain<ICandidateGrain>(GridKeys.Candidate(work.Run, work.Phase, work.Task.Id, pack.Members[0].Index));
}
