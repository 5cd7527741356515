using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Core.Tables;
using Seal.Reports.Charts;
using Seal.Reports.Html;

namespace Seal.Reports.Sections;

/// <summary>How many self-edits solve their task from round to round.</summary>
internal static class RewardSection
{
    public static void Write(Markup page, ReportData data)
    {
        page.Add($"<section id=\"rounds\"><h2>Solved by round</h2>");
        if (data.Learners.Count == 0)
        {
            page.Add($"<p class=\"sub\">No arm of this sweep learns.</p></section>\n");
            return;
        }

        page.Add(
            $"<p class=\"sub\">Share of self-edits that solve their task, in per cent: on the training tasks of a round, on the evaluation tasks "
                + $"after so many rounds. A dot is an outer seed, the line their mean, the band one standard deviation between seeds. "
        );
        page.Add($"Training tasks are easier or harder than evaluation tasks: compare along a line, not across.</p><div class=\"charts\">");
        foreach (var learner in data.Learners)
        {
            var levels = Levels(data, learner.Cell);
            var series = new List<(string, string, IReadOnlyList<(int, double[])>)>();
            Add("training tasks", "var(--s1)", PhaseKind.Train);
            Add("evaluation tasks", "var(--s0)", PhaseKind.Evaluate);
            if (series.Count == 0)
            {
                page.Add($"<figure><h3>{data.Name(learner.Cell, learner.Arm)}</h3><figcaption>Nothing was proposed.</figcaption></figure>");
                continue;
            }

            var chart = RoundChart.Draw($"share solved by round, {learner.Arm}", series, [.. levels.Select(level => level.Share)]);
            page.Add($"<figure><h3>{data.Name(learner.Cell, learner.Arm)}</h3>{chart}<ul class=\"key\">");
            foreach (var (name, colour, _) in series)
            {
                page.Add($"<li><i class=\"{Svg.Swatch(colour)}\"></i>{name}</li>");
            }

            foreach (var (name, share) in levels)
            {
                page.Add($"<li><i class=\"level\"></i>{name}, {100 * share:0} %</li>");
            }

            page.Add(
                $"</ul><figcaption>{Judged(learner.Runs[0])}; kept by round: "
                    + $"{string.Join(", ", learner.Runs.SelectMany(run => run.Phases.Where(phase => phase.Phase.IsRound)).GroupBy(phase => phase.Round).OrderBy(round => round.Key).Select(Kept))}</figcaption></figure>"
            );

            void Add(string name, string colour, PhaseKind phases)
            {
                var rounds = learner
                    .Runs.SelectMany(run => run.Phases.Where(phase => phase.Phase.Kind == phases && phase.Candidates > 0))
                    .GroupBy(phase => phase.Round)
                    .OrderBy(round => round.Key)
                    .Select(round => (round.Key, round.Select(phase => (double)phase.SolvedBy(learner.Runs[0].Score) / phase.Candidates).ToArray()))
                    .ToArray();
                if (rounds.Length > 0)
                {
                    series.Add((name, colour, rounds));
                }
            }
        }

        page.Add($"</div></section>\n");
    }

    /// <summary>The best that one self-edit for every task does on the evaluation tasks, where there is a table to say it.</summary>
    private static (string Name, double Share)[] Levels(ReportData data, string cell) =>
        [
            .. data
                .Rows.Where(row => row.Cell == cell && row is { Arm: LookUpArms.HindsightConstant, Candidates: > 0 })
                .Select(row => ("best constant, known only afterwards", (double)row.Solved / row.Candidates)),
        ];

    /// <summary>What counts as solved in a run, and which rewards its filter keeps.</summary>
    private static string Judged(RunRecord run) => $"solved by {run.Score ?? Scores.Exact}, kept with a reward {run.Filter.Words}{Trials(run)}";

    /// <summary>How many trials a reward is the mean of, where it is of several.</summary>
    private static string Trials(RunRecord run) =>
        run.Phases.SelectMany(phase => phase.Tasks).SelectMany(task => task.Candidates).FirstOrDefault(candidate => candidate.More is not null)
            is { More: { } more }
            ? FormattableString.Invariant($" (the mean of {more.Count + 1} trials)")
            : "";

    private static string Kept(IEnumerable<PhaseRecord> round)
    {
        var phases = round.ToArray();
        return FormattableString.Invariant($"{phases.Average(phase => phase.Kept):0.#} of {phases.Average(phase => phase.Candidates):0.#}");
    }
}
