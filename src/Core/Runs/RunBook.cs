using Seal.Core.Artifacts;
using Seal.Core.Gates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Core.Updates;

namespace Seal.Core.Runs;

/// <summary>A run as the store has it: its context, the sweep's tasks and the phases that have ended. Never changes; a phase more makes a new
/// book.</summary>
public sealed class RunBook
{
    private readonly DocumentCache _documents;
    private readonly IArtifactStore _store;
    private readonly BlobLists _lists;
    private readonly string _base;
    private readonly SweepTasks _all;
    private readonly RunContext _run;
    private readonly Lazy<Dictionary<string, IReadOnlyList<string>>> _groups;

    private RunBook(DocumentCache documents, IArtifactStore store, RunContext run, string baseSha256, SweepTasks all, RunLog log, ListRef phases)
    {
        (_documents, _store, _lists, _base, _all) = (documents, store, new BlobLists(documents, store), baseSha256, all);
        (_run, Log, Phases) = (run, log, phases);
        _groups = new(() => (all.Retention ?? []).ToDictionary(task => task.Id, task => task.InGroups, StringComparer.Ordinal));
    }

    /// <param name="documents">Keeps what was read.</param>
    /// <param name="store">Where it is.</param>
    /// <param name="run">The run.</param>
    /// <param name="baseSha256">Content hash of the base model.</param>
    /// <param name="tasksSha256">Of the <see cref="SweepTasks"/>.</param>
    /// <param name="phases">The list of its phases.</param>
    public static async Task<RunBook> Open(
        DocumentCache documents,
        IArtifactStore store,
        RunContext run,
        string baseSha256,
        string tasksSha256,
        ListRef phases
    )
    {
        var all = await documents.Get<SweepTasks>(store, tasksSha256);
        return new RunBook(documents, store, run, baseSha256, all, await new PhaseArchive(documents, store).Log(run, phases), phases);
    }

    /// <summary>What its method makes of its phases.</summary>
    public RunLog Log { get; }

    /// <summary>The list of its phases that have ended.</summary>
    public ListRef Phases { get; }

    /// <summary>The adapters of its policy as it stands.</summary>
    public ListRef Adapters => Log.Latest?.Adapters ?? ListRef.Empty;

    /// <summary>What a proposer that reads it is given of the run so far; null for others.</summary>
    public ListRef? Past => _run.Arm.Source.ReadsPast ? Phases : null;

    /// <summary>A version of its policy.</summary>
    public PolicyRef Policy(Theta version) => new(_base, Log.Adapters(version));

    /// <summary>What a phase asks of its tasks.</summary>
    public async Task<IReadOnlyList<PhaseTask>> TasksOf(RunTasks phase) =>
        PhaseWork.Of(phase, _run, _all, await new PhaseArchive(_documents, _store).Origin(Log, phase));

    /// <summary>The tasks of the phase under way are in: keeps their records, and says what the policy is to learn from them; null where the method
    /// does not train it then, or the rule selects nothing.</summary>
    /// <param name="tasks">What became of them.</param>
    public async Task<(EndedTasks Ended, UpdateJob? Update)> End(PhaseTasks tasks)
    {
        var update = UpdateOf(tasks);
        return (new EndedTasks(await _documents.Put(_store, tasks), update?.Pairs.Count ?? 0, tasks.AreSound), update);
    }

    /// <summary>What the policy is to learn from tasks that <see cref="End"/> has kept.</summary>
    public async Task<UpdateJob?> UpdateOf(EndedTasks tasks) => UpdateOf(await _documents.Get<PhaseTasks>(_store, tasks.TasksSha256));

    /// <summary>The book after the phase under way has ended. Its blobs are written when this returns.</summary>
    /// <param name="tasks">Its tasks, and what was kept of them.</param>
    /// <param name="update">The update that was made from them, or null.</param>
    public async Task<RunBook> Close(EndedTasks tasks, UpdateResult? update)
    {
        var (phase, move) = (Log.UnderWay!.Phase, Log.UnderWay.Move);
        var gate = await Judge(phase, tasks.TasksSha256);
        var adapters =
            update?.AdapterSha256 is { } adapter ? await _lists.Append(Adapters, adapter)
            : move is not null ? Log.Adapters(new Theta(move.Version))
            : gate is { Outcome: not GateOutcome.Promoted } ? Log.Adapters(Log.Fallback)
            : Adapters;
        var policy = await _lists.Last<string>(adapters) ?? _base;
        var entry = new PhaseEntry(phase, phase.Round, policy, tasks.Kept, update, tasks.TasksSha256, adapters, gate, move);
        return new RunBook(_documents, _store, _run, _base, _all, Log.With(entry), await _lists.Append(Phases, entry));
    }

    /// <summary>The book of the run under other settings: phases that its method would have run under these too.</summary>
    public async Task<RunBook> Under(RunContext other)
    {
        var kept = await _lists.Prefix<PhaseEntry>(Phases, Log.Kept(RunScript.Of(other)));
        return new RunBook(_documents, _store, other, _base, _all, await new PhaseArchive(_documents, _store).Log(other, kept), kept);
    }

    /// <summary>Its first phases, and the adapters of the policy after them.</summary>
    public async Task<(ListRef Phases, ListRef Adapters)> Prefix(int count)
    {
        var phases = await _lists.Prefix<PhaseEntry>(Phases, count);
        return (phases, (await _lists.Last<PhaseEntry>(phases))?.Adapters ?? ListRef.Empty);
    }

    /// <summary>What the gate says of the policy, where the phase looked at a new version of it.</summary>
    private async Task<GateVerdict?> Judge(PhaseId phase, string tasksSha256)
    {
        if (_run.Settings.Gate is not { } gate || !phase.IsGate)
        {
            return null;
        }

        if (phase.Number == 0)
        {
            return phase.Kind == PhaseKind.Gate ? GateRules.OfReference(gate, (await _documents.Get<PhaseTasks>(_store, tasksSha256)).Tasks) : null;
        }

        var before = await _documents.Get<PhaseTasks>(_store, Log.Entry(phase with { Number = 0 })!.TasksSha256);
        var after = await _documents.Get<PhaseTasks>(_store, tasksSha256);
        var grammar = _run.Settings.Proposal.Grammar;
        return phase.Kind switch
        {
            PhaseKind.GateEdits => await WithRewards(gate, phase, GateRules.OfEdits(gate, gate.OfEdits(grammar), before.Tasks, after.Tasks)),
            PhaseKind.GateFree => GateRules.OfEdits(gate, gate.OfFreeEdits(grammar), before.Tasks, after.Tasks),
            _ => GateRules.OfAnswers(gate, before.Tasks, after.Tasks, task => _groups.Value.GetValueOrDefault(task, [])),
        };
    }

    /// <summary>The verdict with what the rule on rewards finds in the round that the version has learned from.</summary>
    private async Task<GateVerdict> WithRewards(GateSettings gate, PhaseId phase, GateVerdict verdict)
    {
        if (!gate.Rules.Contains(GateRules.Rewards))
        {
            return verdict;
        }

        var entry = Log.Entry(PhaseId.Train(phase.Number))!;
        if (entry.Update is null)
        {
            // Nothing was learned: the version is the one before it.
            return verdict;
        }

        var round = await _documents.Get<PhaseTasks>(_store, entry.TasksSha256);
        var rewards = GateRules.OfRewards(gate, UpdateFilter.Of(_run.Settings), _run.Settings.Evaluate.Score, round.Tasks);
        return new GateVerdict([.. verdict.Rules, rewards]);
    }

    private UpdateJob? UpdateOf(PhaseTasks tasks) =>
        Log.Update is { } update && KeptPairs.Of(update, _run, _all.Training, tasks.Tasks) is { Count: > 0 } pairs
            ? new UpdateJob(Policy(update.Policy), pairs, KeptPairs.Seed(update, _run).Value)
            : null;
}

/// <summary>A phase whose tasks have ended, before the policy has learned from them.</summary>
/// <param name="TasksSha256">Of the blob with its <see cref="PhaseTasks"/>; what the policy learns follows from them.</param>
/// <param name="Kept">Pairs that the filter kept.</param>
/// <param name="Sound">False if work was given up in its tasks.</param>
public sealed record EndedTasks(string TasksSha256, int Kept, bool Sound);
