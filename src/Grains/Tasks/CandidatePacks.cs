using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Jobs;
using Seal.Core.Randomness;
using Seal.Core.Rewards;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Tasks;

/// <summary>From proposals to packs, and from packs' outcomes back to candidates. Pure: the packs of a task depend on its proposals alone.</summary>
internal static class CandidatePacks
{
    /// <summary>The valid, different self-edits in order, in chunks of the spec's pack size.</summary>
    public static IReadOnlyList<FineTuneJob> Of(RunContext run, TaskWork work, ProposeResult proposals)
    {
        var firsts = Firsts(proposals);
        var members = Enumerable
            .Range(0, proposals.Proposals.Count)
            .Where(i => firsts[i] == i)
            .Select(i => new FineTuneMember(
                i,
                proposals.Proposals[i].Payload!,
                InnerSeeds.Of(run, work.Phase, work.Task.Id, proposals.Proposals[i].Payload!).Value
            ));
        return [.. members.Chunk(run.Settings.Inner.PackSize).Select(pack => new FineTuneJob(work.Task, work.InnerBase, work.Evaluation, pack))];
    }

    /// <summary>The task's records, rewards included, in order of the candidates.</summary>
    public static TaskRecord Gather(
        RunContext run,
        TaskWork work,
        ProposeResult proposals,
        IReadOnlyList<FineTuneJob> packs,
        IReadOnlyDictionary<int, PackOutcome> outcomes
    )
    {
        var firsts = Firsts(proposals);
        var trials = Trials(packs, outcomes);
        var records = proposals
            .Proposals.Select(
                (proposal, i) =>
                {
                    if (firsts[i] is not { } first)
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
        var seed = new Seed((ulong)run.Seed).Derive("reward", work.Phase.ToString(), work.Task.Id);
        var reward = GroupRewards.Get(run.Settings.Reward.Source);
        // What is only shown was not voted on.
        var rewards =
            reward.NeedsVotes && work.Evaluation == EvaluationKind.Shown
                ? new Reward?[records.Length]
                : reward.Reward([.. records.Select(Outcome)], seed);
        return new TaskRecord(work.Task.Id, proposals.Redraws, [.. records.Select((record, i) => record with { Reward = rewards[i]?.Value })]);
    }

    /// <summary>Candidates that have ended so far, and those of them that solved their task.</summary>
    public static (int Done, int Solved) Count(
        RunContext run,
        TaskWork work,
        ProposeResult proposals,
        IReadOnlyList<FineTuneJob> packs,
        IReadOnlyDictionary<int, PackOutcome> outcomes
    )
    {
        var firsts = Firsts(proposals);
        var trials = Trials(packs, outcomes);
        var solves = Scores.Observation(work.Evaluation == EvaluationKind.Shown ? null : run.Settings.Evaluate.Score);
        var done = firsts.Count(first => first is null || trials.ContainsKey(first.Value));
        var solved = firsts.Count(first => first is { } i && trials.TryGetValue(i, out var trial) && trial?[solves] == 1);
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
    private static Dictionary<int, TrialResult?> Trials(IReadOnlyList<FineTuneJob> packs, IReadOnlyDictionary<int, PackOutcome> outcomes)
    {
        var trials = new Dictionary<int, TrialResult?>();
        foreach (var pack in packs)
        {
            if (outcomes.TryGetValue(pack.Members[0].Index, out var outcome))
            {
                for (var slot = 0; slot < pack.Members.Count; slot++)
                {
                    trials[pack.Members[slot].Index] = outcome.Trials?[slot];
                }
            }
        }

        return trials;
    }
}
