using System.Globalization;
using Seal.Core.Candidates;
using Seal.Core.Statistics;

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
public static partial class GateRules
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
