using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Silo.Reading;
using PackState = Seal.Grains.Candidates.CandidateState;

namespace Seal.Pages.Live;

/// <summary>Where a candidate is, under way or ended.</summary>
internal enum Standing
{
    /// <summary>Its self-edit has not been written yet.</summary>
    Asked,
    Waiting,
    Running,
    Solved,
    Tried,

    /// <summary>Its phase only asks what the policy writes.</summary>
    Written,
    Invalid,
    Failed,
    GivenUp,
}

/// <summary>A candidate as a page shows it.</summary>
/// <param name="Index">Its place among its task's candidates.</param>
/// <param name="Standing">Where it is.</param>
/// <param name="Payload">The self-edit; null where there is none (yet).</param>
/// <param name="Accuracy">Share of the answer's tokens that were right, where it was tried.</param>
/// <param name="Reward">Its reward, where its task has ended.</param>
/// <param name="Reason">Why it came to nothing, or null.</param>
internal sealed record CandidateView(int Index, Standing Standing, string? Payload, double? Accuracy, double? Reward, string? Reason)
{
    /// <summary>Nearly all of the answer's tokens were right.</summary>
    public bool IsNear => Accuracy > 0.95;

    /// <summary>More than half of them were.</summary>
    public bool IsPartly => Accuracy > 0.5;

    /// <summary>A candidate of a task that has ended.</summary>
    public static CandidateView Of(CandidateRecord record, string? score) =>
        new(
            record.Index,
            record.State switch
            {
                CandidateState.Invalid => Standing.Invalid,
                CandidateState.Failed => Standing.Failed,
                CandidateState.Poisoned => Standing.GivenUp,
                CandidateState.Proposed => Standing.Written,
                _ => record.Solves(score) ? Standing.Solved : Standing.Tried,
            },
            record.Payload,
            record.Trial?[ObservationNames.TokenAccuracy],
            record.Reward,
            record.Rejection ?? record.Trial?.Failure
        );

    /// <summary>The candidates of a task of the phase under way.</summary>
    /// <param name="asked">Self-edits asked for.</param>
    /// <param name="task">What its documents say; null where it has not begun.</param>
    /// <param name="score">What counts as solved.</param>
    public static IReadOnlyList<CandidateView> Of(int asked, TaskReading? task, string? score)
    {
        if (task?.State.Ended?.Record is { } ended)
        {
            return [.. ended.Candidates.Select(candidate => Of(candidate, score))];
        }

        if (task?.State.Proposals is not { Proposals: var proposals })
        {
            return [.. Enumerable.Range(0, asked).Select(i => new CandidateView(i, Standing.Asked, null, null, null, null))];
        }

        var views = new List<CandidateView>(proposals.Count);
        var firsts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (i, proposal) in proposals.Index())
        {
            views.Add(
                proposal.Payload is not { } payload ? new CandidateView(i, Standing.Invalid, null, null, null, proposal.Rejection)
                : firsts.TryAdd(payload, i) ? UnderWay(i, payload, task, score)
                : views[firsts[payload]] with { Index = i }
            );
        }

        return views;
    }

    /// <summary>The pack that a candidate is tried in, with its place there; null where it has not begun.</summary>
    public static (PackState Pack, int Slot)? PackOf(TaskReading task, int candidate)
    {
        foreach (var pack in task.Packs.Values)
        {
            for (var slot = 0; slot < pack.Work!.Job.Members.Count; slot++)
            {
                if (pack.Work.Job.Members[slot].Index == candidate)
                {
                    return (pack, slot);
                }
            }
        }

        return null;
    }

    private static CandidateView UnderWay(int index, string payload, TaskReading task, string? score)
    {
        if (PackOf(task, index) is not var (pack, slot))
        {
            return new CandidateView(index, Standing.Waiting, payload, null, null, null);
        }

        if (pack.Outcome is not { } outcome)
        {
            return new CandidateView(
                index,
                pack.Ledger.State == JobState.Leased ? Standing.Running : Standing.Waiting,
                payload,
                null,
                null,
                pack.Ledger.LastLoss
            );
        }

        return outcome.Trials?[slot] is not { } trial
            ? new CandidateView(index, Standing.GivenUp, payload, null, null, outcome.Problem)
            : new CandidateView(
                index,
                trial.Failure is not null ? Standing.Failed
                    : trial[Scores.Observation(score)] == 1 ? Standing.Solved
                    : Standing.Tried,
                payload,
                trial[ObservationNames.TokenAccuracy],
                null,
                trial.Failure
            );
    }
}
