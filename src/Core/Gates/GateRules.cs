using System.Globalization;
using Seal.Core.Candidates;
using Seal.Core.Statistics;
using Seal.Core.Updates;

namespace Seal.Core.Gates;

/// <summary>
/// Whether a version of the policy may be used: what it does on fixed cases against what the base model does on the same ones. Pure: the same
/// records give the same verdict, whoever asks and however often.
/// </summary>
/// <remarks>
/// Two kinds of rules. <see cref="Retention"/> must be shown to hold: a version passes once the interval of its loss lies within the margin, and
/// where the interval is too wide to tell, the version is not used. The others raise an alarm: a version passes unless harm is shown, as their cases
/// are too few to prove that there is none. All of them say nothing on too few cases, and then the version is not used either.
/// </remarks>
public static class GateRules
{
    /// <summary>What the base model could answer, the version still can.</summary>
    public const string Retention = "retention";

    /// <summary>No group of tasks lost more than the others.</summary>
    public const string Groups = "groups";

    /// <summary>The version does not write one self-edit whatever it is asked.</summary>
    public const string Collapse = "collapse";

    /// <summary>The version writes valid self-edits without a grammar as often as the base model.</summary>
    public const string Validity = "validity";

    /// <summary>The version finds the right answers about as likely as the base model.</summary>
    public const string Drift = "drift";

    /// <summary>What the update learned from had solved its task more often than what it left; a task of which it learned nothing although some had
    /// solved it counts against it.</summary>
    public const string Rewards = "rewards";

    /// <summary>Cases of a group below which nothing is said of it.</summary>
    private const int SmallestGroup = 20;

    /// <summary>Tasks on which an update kept some self-edits and left some, below which nothing is said of rewards. Few: where the reward pays for
    /// what solves, each of them shows it.</summary>
    internal const int FewestCompared = 8;
    private const int MostNamed = 10;

    /// <summary>All of them, in the order in which they are told.</summary>
    public static IReadOnlyList<string> Names { get; } = [Retention, Groups, Drift, Collapse, Validity, Rewards];

    /// <summary>
    /// What <c>strict</c> stands for. Not validity: a policy that writes under a grammar may forget what the grammar forces, and does no harm by it;
    /// where updates learn the choices alone (<c>update.tokens</c>) it always does. Not rewards: those that need no labels may be worth something
    /// without being right. Not drift: what it means for a model's answers differs from model to model.
    /// </summary>
    public static IReadOnlyList<string> Strict { get; } = [Retention, Groups, Collapse];

    /// <summary>Looks at answers to retention tasks.</summary>
    /// <param name="settings">The gate.</param>
    /// <param name="before">The base model's.</param>
    /// <param name="after">The version's, to the same tasks.</param>
    /// <param name="groups">The groups that a task is in.</param>
    public static GateVerdict OfAnswers(
        GateSettings settings,
        IReadOnlyList<TaskRecord> before,
        IReadOnlyList<TaskRecord> after,
        Func<string, IReadOnlyList<string>> groups
    )
    {
        var had = Values(before, settings.RetentionMeasure);
        var has = Values(after, settings.RetentionMeasure);
        Case[] cases =
        [
            .. after
                .Select(record => record.Task)
                .Where(task => had.ContainsKey(task) && has.ContainsKey(task))
                .Select(task => new Case(task, had[task], has[task])),
        ];
        var verdicts = new List<RuleVerdict>();
        if (settings.Rules.Contains(Retention))
        {
            verdicts.Add(OfRetention(settings, cases));
        }

        if (settings.Rules.Contains(Groups))
        {
            verdicts.Add(OfGroups(settings, cases, groups));
        }

        if (settings.Rules.Contains(Drift))
        {
            verdicts.Add(OfDrift(settings, before, after));
        }

        return new GateVerdict(verdicts);
    }

    /// <summary>Whether there is a group among tasks that is large enough to be told from the others.</summary>
    /// <param name="tasks">The groups of each task.</param>
    public static bool HaveGroups(IReadOnlyCollection<IReadOnlyList<string>> tasks) =>
        tasks
            .SelectMany(groups => groups)
            .GroupBy(group => group, StringComparer.Ordinal)
            .Any(group => group.Count() >= SmallestGroup && tasks.Count - group.Count() >= SmallestGroup);

    /// <summary>Looks at the base model's own answers: where it has too little to lose, no version can ever be shown to have kept it.</summary>
    /// <returns>Null where there is nothing to say.</returns>
    public static GateVerdict? OfReference(GateSettings settings, IReadOnlyList<TaskRecord> answers)
    {
        var could = Values(answers, settings.RetentionMeasure).Values.Count(value => value > 0);
        return settings.Rules.Contains(Retention) && could < settings.MinCases ? new GateVerdict([TooLittleToLose(settings, could)]) : null;
    }

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

        double Solved(CandidateRecord candidate) => candidate.Solves(score) ? 1 : 0;
    }

    private static RuleVerdict OfDrift(GateSettings settings, IReadOnlyList<TaskRecord> before, IReadOnlyList<TaskRecord> after)
    {
        var (had, has) = (Seen(before, ObservationNames.LogProbability), Seen(after, ObservationNames.LogProbability));
        Case[] cases = [.. had.Keys.Where(has.ContainsKey).Order(StringComparer.Ordinal).Select(task => new Case(task, had[task], has[task]))];
        if (cases.Length < settings.MinCases)
        {
            return TooFew(
                Drift,
                cases.Length,
                -settings.DriftMargin,
                $"log-probabilities of {Number(cases.Length)} answers are known; at least {Number(settings.MinCases)} are needed"
            );
        }

        var (change, interval) = PairedDifference.Of([.. cases.Select(one => one.Difference)], Normal.Quantile(settings.Confidence));
        return Verdict(
            Drift,
            interval.High < -settings.DriftMargin ? GateOutcome.Quarantined : GateOutcome.Promoted,
            cases.Length,
            change,
            interval,
            -settings.DriftMargin,
            $"the log-probability of a token of the right answers changed by {Share(change)} nats on {Number(cases.Length)} retention tasks",
            Worst(cases)
        );
    }

    private static RuleVerdict OfRetention(GateSettings settings, Case[] cases)
    {
        // Those alone that it could do: else a version that forgets them hides behind many that were wrong and stay wrong, or behind new ones.
        Case[] could = [.. cases.Where(one => one.Before > 0)];
        if (could.Length < settings.MinCases)
        {
            return TooLittleToLose(settings, could.Length);
        }

        var (loss, interval) = PairedDifference.Of([.. could.Select(one => one.Difference)], Normal.Quantile(settings.Confidence));
        // No further than a loss of everything, and a gain of all that was missing.
        interval = new Interval(Math.Max(interval.Low, -1), Math.Min(interval.High, could.Average(one => 1 - one.Before)));
        var outcome =
            interval.Low >= -settings.RetentionMargin ? GateOutcome.Promoted
            : interval.High < -settings.RetentionMargin ? GateOutcome.Quarantined
            : GateOutcome.Undecided;
        return Verdict(
            Retention,
            outcome,
            could.Length,
            loss,
            interval,
            -settings.RetentionMargin,
            $"{settings.RetentionMeasure} changed by {Share(loss)} on the {Number(could.Length)} of {Number(cases.Length)} retention tasks that the base "
                + "model could do",
            Worst(could)
        );
    }

    private static RuleVerdict OfGroups(GateSettings settings, Case[] cases, Func<string, IReadOnlyList<string>> groups)
    {
        var by = cases
            .SelectMany(one => groups(one.Task).Select(group => (Group: group, One: one)))
            .GroupBy(pair => pair.Group, pair => pair.One, StringComparer.Ordinal)
            .Select(group => (Name: group.Key, Members: group.ToArray()))
            .Where(group => group.Members.Length >= SmallestGroup && cases.Length - group.Members.Length >= SmallestGroup)
            .OrderBy(group => group.Name, StringComparer.Ordinal)
            .ToArray();
        var could = cases.Count(one => one.Before > 0);
        if (could < settings.MinCases)
        {
            return TooFew(
                Groups,
                could,
                settings.GroupMargin,
                $"the base model has {settings.RetentionMeasure} above 0 on {Number(could)} retention tasks; at least {Number(settings.MinCases)} are needed"
            );
        }

        if (by.Length == 0)
        {
            return TooFew(
                Groups,
                cases.Length,
                settings.GroupMargin,
                $"no group of retention tasks has {Number(SmallestGroup)} cases, and as many beside it"
            );
        }

        // The more groups, the more of them look bad by chance.
        var z = Normal.Quantile(1 - ((1 - settings.Confidence) / by.Length));
        var (name, members, gap, interval) = by.Select(group => (group.Name, group.Members, Gap: Gap(cases, group.Members, z)))
            .Select(group => (group.Name, group.Members, group.Gap.Grown, group.Gap.Interval))
            .MaxBy(group => group.Interval.Low);
        return Verdict(
            Groups,
            interval.Low > settings.GroupMargin ? GateOutcome.Quarantined : GateOutcome.Promoted,
            members.Length,
            gap,
            interval,
            settings.GroupMargin,
            $"{name}: lost {Share(gap)} more than the other retention tasks, of {Number(by.Length)} groups the one that shows most",
            interval.Low > settings.GroupMargin ? Worst(members) : []
        );
    }

    /// <summary>By how much a group lost more than the other cases did.</summary>
    private static (double Grown, Interval Interval) Gap(Case[] cases, Case[] members, double z)
    {
        var inside = members.Select(one => one.Task).ToHashSet(StringComparer.Ordinal);
        var (own, ownInterval) = PairedDifference.Of([.. members.Select(one => one.Difference)], z);
        var (others, othersInterval) = PairedDifference.Of([.. cases.Where(one => !inside.Contains(one.Task)).Select(one => one.Difference)], z);
        // Two independent means: their variances add.
        var half = Math.Sqrt(Math.Pow(ownInterval.Width / 2, 2) + Math.Pow(othersInterval.Width / 2, 2));
        return (others - own, new Interval(others - own - half, others - own + half));
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

    private static RuleVerdict TooLittleToLose(GateSettings settings, int could) =>
        TooFew(
            Retention,
            could,
            -settings.RetentionMargin,
            $"the base model has {settings.RetentionMeasure} above 0 on {Number(could)} retention tasks; at least "
                + $"{Number(settings.MinCases)} are needed (more or easier tasks, or gate.retention_measure = \"token-accuracy\")"
        );

    /// <summary>Rounded, so that no last digit of a logarithm or a root is part of a sweep's bytes.</summary>
    private static RuleVerdict Verdict(
        string rule,
        GateOutcome outcome,
        int cases,
        double found,
        Interval interval,
        double limit,
        string why,
        IReadOnlyList<string> worst
    ) => new(rule, outcome, cases, Rounded(found), limit, why, worst, Rounded(interval.Low), Rounded(interval.High));

    private static double Rounded(double value) => Math.Round(value, 6);

    private static RuleVerdict TooFew(string rule, int cases, double limit, string why) => new(rule, GateOutcome.Undecided, cases, 0, limit, why, []);

    /// <summary>What was seen of each task's answer; 0 for nothing, as where the question is too long for the model.</summary>
    private static Dictionary<string, double> Values(IReadOnlyList<TaskRecord> records, string measure) =>
        records
            .Where(record => record.Candidates is [{ Trial: not null }, ..])
            .ToDictionary(record => record.Task, record => record.Candidates[0].Trial?[measure] ?? 0, StringComparer.Ordinal);

    /// <summary>The same without tasks of which it was not seen.</summary>
    private static Dictionary<string, double> Seen(IReadOnlyList<TaskRecord> records, string measure) =>
        records
            .Where(record => record.Candidates is [{ Trial: { } trial }, ..] && trial[measure] is not null)
            .ToDictionary(record => record.Task, record => record.Candidates[0].Trial![measure]!.Value, StringComparer.Ordinal);

    private static string[] Worst(IEnumerable<Case> cases) =>
        [
            .. cases
                .Where(one => one.Difference < 0)
                .OrderBy(one => one.Difference)
                .ThenBy(one => one.Task, StringComparer.Ordinal)
                .Select(one => one.Task)
                .Distinct(StringComparer.Ordinal)
                .Take(MostNamed),
        ];

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Share(double share) => share.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);

    private static string Shortened(string edit) => edit.Length <= 120 ? edit : $"{edit[..120]}…";

    private sealed record Case(string Task, double Before, double After)
    {
        public double Difference => After - Before;
    }
}
