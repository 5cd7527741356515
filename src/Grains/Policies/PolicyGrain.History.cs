using Seal.Core.Artifacts;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;

namespace Seal.Grains.Policies;

/// <summary>The half of a run that remembers. Phases that have ended are blobs, written once; the state names the newest, so a save costs the same
/// in every round.</summary>
public sealed partial class PolicyGrain
{
    private readonly BlobLists _lists = new(grid.Documents, grid.Store);
    private readonly PhaseArchive _archive = new(grid.Documents, grid.Store);

    // What the work names, as its blobs have it.
    private SweepTasks _all = new([], []);
    private IReadOnlyList<RunPhase> _plan = [];

    /// <summary>The update that <see cref="PolicyState.Update"/> is about.</summary>
    private UpdateJob? _update;

    /// <summary>What a check needs of the past: the phase whose self-edits it tries, and the policy before that.</summary>
    private (PhaseId Phase, PhaseRecord? Origin, PolicyRef Before)? _check;

    /// <summary>Which adapters stay, by the phases that it was told of so far.</summary>
    private KeptAdapters? _kept;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        if (State.Work is { } work)
        {
            await Know(work);
            await Recall();
        }
    }

    public async Task<RunHistory> Sound()
    {
        var phases = await _lists.Prefix<PhaseEntry>(State.Phases, State.Unsound ?? State.Phases.Count);
        return new RunHistory(phases, await AdaptersAfter(phases), State.Accounting);
    }

    public Task<RunEnd?> Result() =>
        Task.FromResult(State.Work is not null && Phase() is null ? new RunEnd(State.Phases, State.Adapters, State.Problem is null) : null);

    /// <summary>Reads what the work names by its hash.</summary>
    private async Task Know(PolicyWork work)
    {
        _all = await Grid.Documents.Get<SweepTasks>(Grid.Store, work.TasksSha256);
        await Know(work.Run);
        _plan = RunPhase.Of(Run.Settings, Run.Arm);
    }

    /// <summary>Reads what the phase under way needs of the past, unless it is there already: to be awaited before anybody asks for its
    /// tasks.</summary>
    private async Task Recall()
    {
        while (State.Work is { } work && Phase() is { Check: not PhaseCheck.None } check && _check?.Phase != check.Id)
        {
            var (origin, before) = await _archive.Origin(State.Phases, _plan, check);
            _check = (check.Id, origin, new PolicyRef(work.BaseSha256, before));
        }

        if (State is { Work: { } owner, Update: { } pending } && _update is null)
        {
            var tasks = await Grid.Documents.Get<PhaseTasks>(Grid.Store, pending.TasksSha256);
            _update = UpdateOf(owner, Phase()!, KeptPairs.Of(Run.Settings, _all.Training, tasks.Tasks));
        }
    }

    /// <summary>The earlier phases that the one under way looks back at.</summary>
    private IReadOnlyList<PhaseRecord> Recalled => _check?.Origin is { } origin ? [origin] : [];

    private UpdateJob UpdateOf(PolicyWork work, RunPhase phase, IReadOnlyList<UpdatePair> pairs) =>
        new(Policy(work), pairs, KeptPairs.Seed(Run, phase).Value);

    private async Task<ListRef> AdaptersAfter(ListRef phases) => (await _lists.Last<PhaseEntry>(phases))?.Adapters ?? ListRef.Empty;

    /// <summary>A fork begins where its origin was sound; everything that was tried there is in the cache.</summary>
    private async Task Begin(PolicyWork work)
    {
        await Know(work);
        if (work.Run.Fork > 0)
        {
            var origin = work.Run with { Fork = work.Run.Fork - 1 };
            var history = await GrainFactory.GetGrain<IPolicyGrain>(GridKeys.Policy(origin)).Sound();
            (State.Phases, State.Adapters, State.Accounting) = (history.Phases, history.Adapters, history.Accounting);
        }

        State.Work = work;
        await Save();
    }

    /// <summary>More rounds: phases that the longer plan has too stay; an evaluation that came at the shorter one's end is dropped.</summary>
    private async Task Extend(PolicyWork work)
    {
        var before = Phase();
        var longer = await Context(work);
        var plan = RunPhase.Of(longer.Settings, longer.Arm);
        var kept = await _lists.Prefix<PhaseEntry>(State.Phases, PhaseHistory.Kept(State.Phases.Count, _plan, plan));
        var adapters = await AdaptersAfter(kept);
        if (before is not null && before.Id != plan.ElementAtOrDefault(kept.Count)?.Id)
        {
            await Task.WhenAll(Tasks().Select(task => task.Cancel()));
            (State.Update, State.Ledger, _update) = (null, JobLedger.New, null);
            _tasks.Clear();
            _asked.Clear();
        }

        await Know(work);
        (_check, _kept) = (null, null);
        (State.Phases, State.Adapters) = (kept, adapters);
        State.Unsound = State.Unsound < kept.Count ? State.Unsound : null;
        State.Work = work;
        await Save();
    }

    /// <summary>Ends the phase. Its blobs are written before anything of the state changes.</summary>
    private async Task Close(PolicyWork work, RunPhase phase, PendingUpdate ended, UpdateResult? update)
    {
        var adapters = update?.AdapterSha256 is { } adapter ? await _lists.Append(State.Adapters, adapter) : State.Adapters;
        var policy = await _lists.Last<string>(adapters) ?? work.BaseSha256;
        var phases = await _lists.Append(
            State.Phases,
            new PhaseEntry(phase.Id, phase.Round, policy, ended.Kept, update, ended.TasksSha256, adapters)
        );
        Span(work, phase).End(State.Problem, ("seal.kept", ended.Kept));
        _round = null;
        State.Unsound ??= ended.Sound && !PhaseHistory.IsUpdateLost(ended.Kept, update) ? null : State.Phases.Count;
        (State.Phases, State.Adapters, State.Update, _update) = (phases, adapters, null, null);
        _tasks.Clear();
        _asked.Clear();
    }

    /// <summary>Deletes adapters of candidates that are no longer among the best, after every phase.</summary>
    private async Task Prune(PolicyWork work)
    {
        if (Grid.Options.KeepAdapters == 0 || State.Phases.Count == _kept?.Phases)
        {
            return;
        }

        _kept ??= new KeptAdapters(work.Run, Grid.Options.KeepAdapters);
        foreach (var phase in await _archive.Read(State.Phases, from: _kept.Phases))
        {
            _kept.Add(phase);
        }

        await AdapterArchive.Prune(
            Grid.Store,
            GridKeys.Policy(work.Run),
            _plan.Take(State.Phases.Count).Select(phase => phase.Id.ToString()).ToHashSet(StringComparer.Ordinal),
            _kept.Candidates
        );
    }
}
