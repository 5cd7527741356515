using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Randomness;
using Seal.Core.Rewards;
using Seal.Core.Sweeps;

namespace Seal.Core.Jobs;

/// <summary>From the proposals for one task to packs, and from packs' outcomes back to candidates. Pure: the packs of a task depend on its proposals
/// alone. Outcomes are given by the index of a pack's first member: the trials in slot order, null for those that were given up.</summary>
public sealed class TrialPacks
{
    private readonly RunContext _run;
    private readonly PhaseId _phase;
    private readonly string _task;
    private readonly EvaluationKind _judging;
    private readonly ProposeResult _proposals;
    private readonly int?[] _firsts;

    /// <param name="run">The run.</param>
    /// <param name="phase">The phase.</param>
    /// <param name="task">The task.</param>
    /// <param name="start">The model that is fine-tuned.</param>
    /// <param name="judging">How the adapted models are judged.</param>
    /// <param name="proposals">Self-edits for the task.</param>
    public TrialPacks(RunContext run, PhaseId phase, TaskRef task, PolicyRef start, EvaluationKind judging, ProposeResult proposals)
    {
        (_run, _phase, _task, _judging, _proposals, _firsts) = (run, phase, task.Id, judging, proposals, Firsts(proposals));
        var members = Enumerable
            .Range(0, proposals.Proposals.Count)
            .Where(i => _firsts[i] == i)
            .Select(i => new FineTuneMember(
                i,
                proposals.Proposals[i].Payload!,
                InnerSeeds.Of(run, phase, task.Id, proposals.Proposals[i].Payload!).Value
            ));
        All = [.. members.Chunk(run.Settings.Inner.PackSize).Select(pack => new FineTuneJob(task, start, judging, pack))];
    }

    /// <summary>The valid, different self-edits in order, in chunks of the run's pack size.</summary>
    public IReadOnlyList<FineTuneJob> All { get; }

    /// <summary>The task's records, rewards included, in order of the candidates.</summary>
    /// <param name="outcomes">Of all packs.</param>
    public TaskRecord Gather(IReadOnlyDictionary<int, IReadOnlyList<TrialResult?>?> outcomes)
    {
        var trials = Trials(outcomes);
        var records = _proposals
            .Proposals.Select(
                (proposal, i) =>
                {
                    if (_firsts[i] is not { } first)
                    {
                        return new CandidateRecord(i, null, proposal.Rejection, CandidateState.Invalid, null, null, null);
                    }

                    var trial = trials[first];
                    var state =
                        trial is null ? CandidateState.Poisoned
                        : trial.Failure is null ? CandidateState.Scored
                        : CandidateState.Failed;
                    return new CandidateRecord(i, proposal.Payload, null, state, first == i ? null : first, trial, null, proposal.Drawn);
                }
            )
            .ToArray();
        var seed = new Seed((ulong)_run.Seed).Derive("reward", _phase.ToString(), _task);
        var reward = GroupRewards.Get(_run.Settings.Reward.Source);
        // What is only shown was not voted on.
        var rewards =
            reward.NeedsVotes && _judging == EvaluationKind.Shown ? new Reward?[records.Length] : reward.Reward([.. records.Select(Outcome)], seed);
        return new TaskRecord(_task, _proposals.Redraws, [.. records.Select((record, i) => record with { Reward = rewards[i]?.Value })]);
    }

    /// <summary>Candidates that have ended so far, and those of them that solved their task.</summary>
    /// <param name="outcomes">Of the packs that have ended.</param>
    public (int Done, int Solved) Count(IReadOnlyDictionary<int, IReadOnlyList<TrialResult?>?> outcomes)
    {
        var trials = Trials(outcomes);
        var solves = Scores.Observation(_judging == EvaluationKind.Shown ? null : _run.Settings.Evaluate.Score);
        var done = _firsts.Count(first => first is null || trials.ContainsKey(first.Value));
        var solved = _firsts.Count(first => first is { } i && trials.TryGetValue(i, out var trial) && trial?[solves] == 1);
        return (done, solved);
    }

    /// <summary>Equal self-edits share a trial, and look alike to a reward: whatever it counts by, it pays them alike.</summary>
    internal static CandidateOutcome Outcome(CandidateRecord record) =>
        new(record.State, record.Trial?.Observations ?? [], record.Trial?.Steps ?? 0, record.Rejection ?? record.Trial?.Failure);

    /// <summary>For each proposal the first one with the same payload; null for invalid ones.</summary>
    private static int?[] Firsts(ProposeResult proposals)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return
        [
            .. proposals.Proposals.Select(
                (proposal, i) =>
                    proposal.Payload is not { } payload ? (int?)null
                    : seen.TryAdd(payload, i) ? i
                    : seen[payload]
            ),
        ];
    }

    /// <summary>Trials by candidate index, for packs that have ended; null where a pack was given up.</summary>
    private Dictionary<int, TrialResult?> Trials(IReadOnlyDictionary<int, IReadOnlyList<TrialResult?>?> outcomes)
    {
        var trials = new Dictionary<int, TrialResult?>();
        foreach (var pack in All)
        {
            if (outcomes.TryGetValue(pack.Members[0].Index, out var ended))
            {
                for (var slot = 0; slot < pack.Members.Count; slot++)
                {
                    trials[pack.Members[slot].Index] = ended?[slot];
                }
            }
        }

        return trials;
    }
}
