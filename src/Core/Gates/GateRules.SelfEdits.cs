using Seal.Core.Candidates;
using Seal.Core.Statistics;
using Seal.Core.Updates;

namespace Seal.Core.Gates;

/// <summary>The rules that look at self-edits; those that look at answers are in the other half.</summary>
public static partial class GateRules
{
    /// <summary>Looks at self-edits that were written and not tried.</summary>
    /// <param name="settings">The gate.</param>
    /// <param name="rules">The rules that are to look at them.</param>
    /// <param name="before">The base model's.</param>
    /// <param name="after">The version's, to the same prompts under the same seeds.</param>
    public static GateVerdict OfEdits(
        GateSettings settings,
        IReadOnlyList<string> rules,
        IReadOnlyList<TaskRecord> before,
        IReadOnlyList<TaskRecord> after
    )
    {
        var verdicts = new List<RuleVerdict>();
        if (rules.Contains(Collapse))
        {
            verdicts.Add(OfCollapse(settings, after));
        }

        if (rules.Contains(Validity))
        {
            verdicts.Add(OfValidity(settings, before, after));
        }

        return new GateVerdict(verdicts);
    }

    /// <summary>Looks at a round that a version has learned from.</summary>
    /// <param name="settings">The gate.</param>
    /// <param name="filter">What the update kept of it.</param>
    /// <param name="score">What counts as solved (<c>evaluate.score</c>).</param>
    /// <param name="round">Its records.</param>
    public static RuleVerdict OfRewards(GateSettings settings, UpdateFilter filter, string? score, IReadOnlyList<TaskRecord> round)
    {
        Case[] cases = [.. round.Select(Compared).OfType<Case>()];
        if (cases.Length < FewestCompared)
        {
            return TooFew(
                Rewards,
                cases.Length,
                0,
                $"on {Number(cases.Length)} tasks the update kept some self-edits and left some, or left all although some had solved it; at least "
                    + $"{Number(FewestCompared)} such tasks are needed"
            );
        }

        var (more, interval) = PairedDifference.Of([.. cases.Select(one => one.Difference)], Normal.Quantile(settings.Confidence));
        return Verdict(
            Rewards,
            interval.Low > 0 ? GateOutcome.Promoted
                : interval.High <= 0 ? GateOutcome.Quarantined
                : GateOutcome.Undecided,
            cases.Length,
            more,
            interval,
            0,
            $"what the update kept had solved its task more often than what it left by {Share(more)}, on {Number(cases.Length)} tasks",
            interval.Low > 0 ? [] : Worst(cases)
        );

        Case? Compared(TaskRecord task)
        {
            var kept = filter.Kept(task).Select(candidate => candidate.Index).ToHashSet();
            // What is no self-edit cannot be kept: counted as left, it would make any reward look good.
            var tried = task
                .Candidates.Where(candidate => candidate.State is CandidateState.Scored or CandidateState.Failed)
                .ToLookup(candidate => kept.Contains(candidate.Index), Solved);
            return tried[true].Any() ? (tried[false].Any() ? new Case(task.Task, tried[false].Average(), tried[true].Average()) : null)
                // Solved, and nothing of it was learned.
                : tried[false].Any(solved => solved > 0) ? new Case(task.Task, 1, 0)
                : null;
        }

        double Solved(CandidateRecord candidate) => candidate.Success(score);
    }

    private static RuleVerdict OfCollapse(GateSettings settings, IReadOnlyList<TaskRecord> after)
    {
        string[] edits = [.. after.SelectMany(task => task.Candidates).Select(candidate => candidate.Payload).OfType<string>()];
        if (edits.Length < settings.MinCases)
        {
            return TooFew(
                Collapse,
                edits.Length,
                settings.LargestShare,
                $"{Number(edits.Length)} valid self-edits were written; at least {Number(settings.MinCases)} are needed"
            );
        }

        var most = edits
            .GroupBy(edit => edit, StringComparer.Ordinal)
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .First();
        var share = (double)most.Count() / edits.Length;
        var interval = OfShare(after, most.Key, most.Count(), edits.Length, Normal.Quantile(settings.Confidence));
        // All of them: however few the cases, there is nothing left to be different.
        var isOne = settings.LargestShare < 1 && (most.Count() == edits.Length || interval.Low > settings.LargestShare);
        return Verdict(
            Collapse,
            isOne ? GateOutcome.Quarantined : GateOutcome.Promoted,
            edits.Length,
            share,
            interval,
            settings.LargestShare,
            $"{Number(most.Count())} of {Number(edits.Length)} self-edits are one and the same: {Shortened(most.Key)}",
            []
        );
    }

    /// <summary>The interval of a share of self-edits: as wide as if they were independent, or as their tasks differ, whichever is wider. Self-edits
    /// of one task are much alike.</summary>
    private static Interval OfShare(IReadOnlyList<TaskRecord> tasks, string edit, int same, int all, double z)
    {
        var alone = Wilson.Interval(same, all, z);
        double[] shares =
        [
            .. tasks
                .Select(task => task.Candidates.Select(candidate => candidate.Payload).OfType<string>().ToArray())
                .Where(edits => edits.Length > 0)
                .Select(edits => edits.Count(one => one == edit) / (double)edits.Length),
        ];
        if (shares.Length < 2)
        {
            return alone;
        }

        var mean = shares.Average();
        var half = z * Math.Sqrt(shares.Sum(share => Math.Pow(share - mean, 2)) / (shares.Length - 1) / shares.Length);
        var found = (double)same / all;
        return new Interval(Math.Max(0, Math.Min(alone.Low, found - half)), Math.Min(1, Math.Max(alone.High, found + half)));
    }

    private static RuleVerdict OfValidity(GateSettings settings, IReadOnlyList<TaskRecord> before, IReadOnlyList<TaskRecord> after)
    {
        var had = before.ToDictionary(task => task.Task, StringComparer.Ordinal);
        // A case is a task: what is written of one prompt is much alike.
        TaskRecord[] both = [.. after.Where(task => task.Candidates.Count > 0 && had.GetValueOrDefault(task.Task) is { Candidates.Count: > 0 })];
        Case[] cases = [.. both.Select(task => new Case(task.Task, had[task.Task].Candidates.Average(Valid), task.Candidates.Average(Valid)))];
        var edits = both.Sum(task => task.Candidates.Count);
        if (edits < settings.MinCases)
        {
            return TooFew(
                Validity,
                edits,
                -settings.ValidityMargin,
                $"{Number(edits)} self-edits were written; at least {Number(settings.MinCases)} are needed"
            );
        }

        var (change, interval) = PairedDifference.Of([.. cases.Select(one => one.Difference)], Normal.Quantile(settings.Confidence));
        return Verdict(
            Validity,
            interval.High < -settings.ValidityMargin ? GateOutcome.Quarantined : GateOutcome.Promoted,
            edits,
            change,
            interval,
            -settings.ValidityMargin,
            $"the share of valid self-edits without a grammar changed by {Share(change)} against the base model",
            Worst(cases)
        );
    }

    private static double Valid(CandidateRecord candidate) => candidate.Payload is null ? 0 : 1;
}
