using System.Globalization;
using Seal.Core.Candidates;
using Seal.Core.Catalogs;
using Seal.Core.Domains;
using Seal.Core.Randomness;
using Seal.Core.Rewards;
using Seal.Core.Sweeps;

namespace Seal.Core.Jobs;

/// <summary>From the proposals for one task to packs, and from packs' outcomes back to candidates. Pure: the packs of a task depend on its proposals
/// alone. Outcomes are given by the index of a pack's first member: the trials in slot order, null for those that were given up.</summary>
public sealed class TrialPacks
{
    /// <summary>Between the indices of a candidate's trials: as many candidates as a round may have.</summary>
    private const int Stride = ProposalSettings.MostCandidates;

    private readonly RunContext _run;
    private readonly PhaseId _phase;
    private readonly TaskRef _ref;
    private readonly string _task;
    private readonly EvaluationKind _judging;
    private readonly ProposeResult _proposals;
    private readonly int?[] _firsts;
    private readonly int _trials;

    /// <param name="run">The run.</param>
    /// <param name="phase">The phase.</param>
    /// <param name="task">The task.</param>
    /// <param name="start">The model that is fine-tuned.</param>
    /// <param name="judging">How the adapted models are judged.</param>
    /// <param name="proposals">Self-edits for the task.</param>
    /// <param name="trials">Trials of each self-edit, each under an inner seed of its own.</param>
    public TrialPacks(RunContext run, PhaseId phase, TaskRef task, PolicyRef start, EvaluationKind judging, ProposeResult proposals, int trials = 1)
    {
        (_run, _phase, _ref, _task, _judging, _trials) = (run, phase, task, task.Id, judging, trials);
        (_proposals, _firsts) = (proposals, Firsts(proposals));
        var members = Enumerable
            .Range(0, judging == EvaluationKind.None ? 0 : proposals.Proposals.Count)
            .Where(i => _firsts[i] == i)
            .SelectMany(i => Members(run, phase, task.Id, i, proposals.Proposals[i].Payload!, trials));
        All = [.. members.Chunk(run.Settings.Inner.PackSize).Select(pack => new FineTuneJob(task, start, judging, pack))];
    }

    /// <summary>The valid, different self-edits in order, in chunks of the run's pack size.</summary>
    public IReadOnlyList<FineTuneJob> All { get; }

    /// <summary>The trials of a candidate: under inner seeds of their own, the first with the candidate's index.</summary>
    /// <param name="run">The run.</param>
    /// <param name="phase">The phase.</param>
    /// <param name="task">Id of the task.</param>
    /// <param name="candidate">Index of the candidate.</param>
    /// <param name="payload">Its self-edit.</param>
    /// <param name="trials">How many.</param>
    public static IEnumerable<FineTuneMember> Members(RunContext run, PhaseId phase, string task, int candidate, string payload, int trials) =>
        Enumerable
            .Range(0, trials)
            .Select(trial => new FineTuneMember(Place(candidate, trial), payload, InnerSeeds.Of(run, phase, task, payload, trial).Value));

    /// <summary>What a member of a pack is, for people: candidate 002, or its second trial.</summary>
    /// <param name="member">Its index.</param>
    /// <param name="trials">Trials of each candidate.</param>
    public static string Name(int member, int trials) =>
        trials == 1
            ? string.Create(CultureInfo.InvariantCulture, $"candidate {member:000}")
            : string.Create(CultureInfo.InvariantCulture, $"candidate {member % Stride:000}, trial {(member / Stride) + 1}");

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

                    if (_judging == EvaluationKind.None)
                    {
                        return new CandidateRecord(i, proposal.Payload, null, CandidateState.Proposed, DuplicateOf(i), null, null, proposal.Drawn);
                    }

                    // How it ended is what its first trial says; the others are for the reward.
                    var own = Own(trials, first)!;
                    return own.Contains(null)
                        ? new CandidateRecord(i, proposal.Payload, null, CandidateState.Poisoned, DuplicateOf(i), null, null, proposal.Drawn)
                        : new CandidateRecord(
                            i,
                            proposal.Payload,
                            null,
                            Ended(own[0]!),
                            DuplicateOf(i),
                            own[0],
                            null,
                            proposal.Drawn,
                            own.Length > 1 ? [.. own.Skip(1).OfType<TrialResult>()] : null
                        );
                }
            )
            .ToArray();
        var rewards = Rewards(records);
        return new TaskRecord(_task, _proposals.Redraws, [.. records.Select((record, i) => record with { Reward = rewards[i] })]);
    }

    /// <summary>Candidates that have ended so far, those of them that solved their task, and the sum of what each solved of it: null where a task is
    /// solved or not.</summary>
    /// <param name="outcomes">Of the packs that have ended.</param>
    public (int Done, int Solved, double? Parts) Count(IReadOnlyDictionary<int, IReadOnlyList<TrialResult?>?> outcomes)
    {
        if (_judging == EvaluationKind.None)
        {
            return (_firsts.Length, 0, null);
        }

        var trials = Trials(outcomes);
        var score = _judging == EvaluationKind.Shown ? null : Scores.In(_phase, _run.Settings.Evaluate.Score);
        var solves = Scores.Observation(score);
        var ended = _firsts.Select(first => first is { } i ? Own(trials, i) : []).OfType<TrialResult?[]>().ToArray();
        double[] seen = [.. ended.Where(own => own.Length > 0 && !own.Contains(null)).Select(own => own[0]?[solves] ?? 0)];
        return (ended.Length, seen.Count(one => one == 1), score == Scores.Accuracy ? seen.Sum() : null);
    }

    /// <summary>The mean over trials; null where there is no reward for one of them. All trials have one seed: rewards that are dealt out by chance
    /// are dealt to the same candidates, so that the means are those of the real ones, elsewhere.</summary>
    private double?[] Rewards(CandidateRecord[] records)
    {
        var reward = Catalog.Current.Reward(_run.Settings.Reward.Source);
        // What is only shown was not voted on; a gate's answers are to no self-edit, and earn nothing.
        if (_phase.IsGate || (reward.NeedsVotes && _judging == EvaluationKind.Shown))
        {
            return new double?[records.Length];
        }

        var seed = new Seed((ulong)_run.Seed).Derive("reward", _phase.ToString(), _task);
        var each = Enumerable
            .Range(0, _trials)
            .Select(trial => Rewards(reward, [.. records.Select(record => Outcome(OfTrial(record, trial)))], seed))
            .ToArray();
        return
        [
            .. Enumerable.Range(0, records.Length).Select(i => each.Any(one => one[i] is null) ? null : (double?)each.Average(one => one[i]!.Value)),
        ];
    }

    private IReadOnlyList<Reward?> Rewards(IGroupReward reward, CandidateOutcome[] group, Seed seed) =>
        Guarded.List(
            $"reward \"{reward.Name}\"",
            group.Length,
            () => reward.RewardOn(_ref, group, seed),
            one => one is { Value: var value } && !double.IsFinite(value) ? $"it gave {value}, which is not a finite number" : null
        );

    /// <summary>Equal self-edits share a trial, and look alike to a reward: whatever it counts by, it pays them alike.</summary>
    internal static CandidateOutcome Outcome(CandidateRecord record) =>
        new(record.State, record.Trial?.Observations ?? [], record.Trial?.Steps ?? 0, record.Rejection ?? record.Trial?.Failure);

    /// <summary>The record as it would be, were a trial the only one.</summary>
    private static CandidateRecord OfTrial(CandidateRecord record, int trial) =>
        trial > 0 && record.More is { } more ? record with { Trial = more[trial - 1], State = Ended(more[trial - 1]) } : record;

    private static CandidateState Ended(TrialResult trial) => trial.Failure is null ? CandidateState.Scored : CandidateState.Failed;

    /// <summary>All trials of a candidate, null for those that were given up; null altogether while some have not ended.</summary>
    private TrialResult?[]? Own(Dictionary<int, TrialResult?> trials, int candidate)
    {
        int[] places = [.. Enumerable.Range(0, _trials).Select(trial => Place(candidate, trial))];
        return Array.TrueForAll(places, trials.ContainsKey) ? Array.ConvertAll(places, place => trials[place]) : null;
    }

    private static int Place(int candidate, int trial) => candidate + (trial * Stride);

    private int? DuplicateOf(int candidate) => _firsts[candidate] is { } first && first != candidate ? first : null;

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
