using System.Globalization;
using System.Text;
using Seal.Core.Candidates;
using Seal.Core.Gates;
using Seal.Core.Tables;

namespace Seal.Core.Results;

/// <summary>The sweep's results as a page to read.</summary>
public static class MarkdownReport
{
    public static string Write(SweepResults results, SweepAccounting accounting)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"# {results.Sweep}\n\n");
        page.Append(CultureInfo.InvariantCulture, $"Model {results.Model[..12]}, numeric class `{results.NumericClass}`, ");
        page.Append(
            CultureInfo.InvariantCulture,
            $"{results.Training.Count} training and {results.Evaluation.Count} evaluation tasks, {results.Runs.Count} runs.\n\n"
        );

        page.Append("## Evaluation\n\n");
        var lookUps = LookUpArms.Of(results);
        var rows = ResultTable.Of([.. results.Runs, .. lookUps]);
        var scores = string.Join("; ", rows.Select(row => Scores.Describe(row.Score)).Distinct());
        page.Append(
            CultureInfo.InvariantCulture,
            $"Solved: share of tried self-edits after which {scores}, with Wilson's 95 % interval over distinct trials; plain view and vote beside "
                + $"it.{(lookUps.Count > 0 ? " Rows that no run made are look-ups in the reward table (docs/reward-table.md)." : "")}\n\n"
        );
        page.Append(
            "| cell | arm | rounds | candidates | solved | 95 % | plain view | vote, top 1 | vote, top 2 | tasks solved | invalid | failed | "
                + "steps in all |\n"
        );
        page.Append("|---|---|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var row in rows)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {row.Cell} | {row.Arm} | {row.Round} | {row.Candidates} | {Share(row.Solved, row.Candidates)} | "
            );
            page.Append(
                CultureInfo.InvariantCulture,
                $"[{row.SolvedInterval.Low:P0}, {row.SolvedInterval.High:P0}] | {Share(row.Exact, row.Candidates)} | {Vote(row.VoteTop1, row)} | "
                    + $"{Vote(row.VoteTop2, row)} | "
            );
            page.Append(CultureInfo.InvariantCulture, $"{row.TasksSolved}/{row.Tasks} | {row.Invalid} | {row.Failed} | {row.Steps} |\n");
        }

        var differences = ArmDifferences.Of([.. results.Runs, .. lookUps]);
        if (differences.Count > 0)
        {
            page.Append(
                "\n## Differences\n\nOf the shares solved, paired over tasks and outer seeds; 95 % by a bootstrap that resamples seeds and tasks as "
                    + "crossed factors and edits within both. "
            );
            page.Append(
                "With one outer seed it knows nothing of the spread between seeds.\n\n| cell | arm | against | difference | 95 % | per seed "
                    + "|\n|---|---|---|--:|---|---|\n"
            );
            foreach (var row in differences)
            {
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| {row.Cell} | {row.Arm} after {row.Round} | {row.Against} after {row.AgainstRound} | {row.Solved.Value:+0.000;-0.000;0} | "
                );
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"[{row.Solved.Interval.Low:+0.000;-0.000;0}, {row.Solved.Interval.High:+0.000;-0.000;0}] | "
                );
                page.AppendJoin(", ", row.Solved.PerSeed.Select(value => value.ToString("+0.00;-0.00;0", CultureInfo.InvariantCulture)))
                    .Append(" |\n");
            }
        }

        page.Append("\n## Training rounds\n\n| run | round | candidates | solved | kept | policy |\n|---|--:|--:|--:|--:|---|\n");
        foreach (var (run, phase) in results.Runs.SelectMany(run => run.Phases.Where(phase => phase.Phase.IsRound).Select(phase => (run, phase))))
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {run.Run} | {phase.Round} | {phase.Candidates} | {Share(phase.SolvedBy(run.Score), phase.Candidates)} | {phase.Kept} | "
                    + $"{phase.PolicySha256[..12]} |\n"
            );
        }

        Gates(page, results);
        if (Remeasured.Of(results) is { Count: > 0 } again)
        {
            page.Append(
                "\n## Kept self-edits under fresh inner seeds\n\n| cell | arm | round | kept | solved when rewarded | fresh trials | solved | 95 % "
                    + "|\n|---|---|--:|--:|--:|--:|--:|---|\n"
            );
            foreach (var row in again)
            {
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| {row.Cell} | {row.Arm} | {row.Round} | {row.Kept} | {Share(row.Rewarded, row.Kept)} | {row.Trials} | "
                        + $"{Share(row.Solved, row.Trials)} | [{row.Interval.Low:P0}, {row.Interval.High:P0}] |\n"
                );
            }
        }

        if (CrossTable.Of(results.Runs) is { Count: > 0 } cross)
        {
            page.Append(
                "\n## Self-edits × weights\n\n| cell | arm | self-edits | weights | candidates | solved | 95 % |\n|---|---|---|---|--:|--:|---|\n"
            );
            foreach (var row in cross)
            {
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| {row.Cell} | {row.Arm} | {(row.NewEdits ? "after" : "before")} | {(row.NewWeights ? "after" : "before")} | {row.Candidates} "
                        + $"| {Share(row.Solved, row.Candidates)} | [{row.Interval.Low:P0}, {row.Interval.High:P0}] |\n"
                );
            }
        }

        if (SearchCost.Of(results) is { Count: > 0 } costs)
        {
            page.Append("\n## What the search costs\n\nShare of evaluation tasks solved against different inner loops spent on training tasks. ");
            page.Append(
                CultureInfo.InvariantCulture,
                $"What ends with one self-edit for every task is simulated in the reward table, {SearchCost.Simulations} times.\n\n"
            );
            page.Append("| cell | strategy | inner loops | solved |\n|---|---|--:|--:|\n");
            foreach (var point in costs)
            {
                page.Append(CultureInfo.InvariantCulture, $"| {point.Cell} | {point.Strategy} | {point.Loops:0} | {100 * point.Solved:0.0} % |\n");
            }
        }

        foreach (var run in results.Runs.Where(run => !run.Complete))
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"\n**{run.Run} is incomplete:** work was given up; `seal sweep status {results.Sweep}` says why.\n"
            );
        }

        Cost(page, accounting);
        return page.ToString();
    }

    /// <summary>The part that differs from run to run of the same sweep.</summary>
    /// <summary>What gates said of versions, and which versions were set: nothing where there was neither.</summary>
    private static void Gates(StringBuilder page, SweepResults results)
    {
        var all = results.Runs.SelectMany(run => run.Phases.Select(phase => (Run: run, Phase: phase))).ToArray();
        var rules = all.Where(one => one.Phase.Gate is not null)
            .SelectMany(one => one.Phase.Gate!.Rules.Select(rule => (one.Run, one.Phase, Rule: rule)));
        if (rules.Any())
        {
            page.Append("\n## Gate\n\n| run | version | rule | verdict | cases | found | interval | limit |\n|---|--:|---|---|--:|--:|---|--:|\n");
            foreach (var (run, phase, rule) in rules)
            {
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| {run.Run} | {phase.Round} | {rule.Rule} | {rule.Outcome.Word()} | {rule.Cases} | {rule.Measured} | {rule.Between} | "
                );
                page.Append(CultureInfo.InvariantCulture, $"{rule.Limit:0.###} |\n");
            }
        }

        var moves = all.Where(one => one.Phase.Move is not null).ToArray();
        if (moves.Length > 0)
        {
            page.Append("\n## Versions that were set\n\n");
            foreach (var (run, phase) in moves)
            {
                page.Append(CultureInfo.InvariantCulture, $"- {run.Run}, after round {phase.Round}: {Markdown.Prose(phase.Move!.Words)}\n");
            }
        }
    }

    private static void Cost(StringBuilder page, SweepAccounting accounting)
    {
        var total = accounting.Total;
        page.Append("\n## Cost\n\nWhat it took this time; another run of the same sweep differs here and nowhere else.\n\n");
        page.Append(CultureInfo.InvariantCulture, $"{total.Jobs} jobs in {total.Attempts} attempts, {total.CacheHits} trials from the cache, ");
        page.Append(
            CultureInfo.InvariantCulture,
            $"{total.Steps} optimizer steps, {total.Tokens} training tokens, {total.DeviceHours:0.00} device-hours.\n\n"
        );
        page.Append("| run | jobs | attempts | from the cache | device-hours | forks | policy versions |\n|---|--:|--:|--:|--:|--:|---|\n");
        foreach (var (run, cost) in accounting.Runs.OrderBy(run => run.Key, StringComparer.Ordinal))
        {
            var lineage = accounting.Lineage.GetValueOrDefault(run);
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {run} | {cost.Jobs} | {cost.Attempts} | {cost.CacheHits} | {cost.DeviceHours:0.000} | "
                    + $"{Math.Max(0, (lineage?.Records.Count ?? 1) - 1)} | "
            );
            page.AppendJoin(" → ", lineage?.Policies.Select(policy => policy.Sha256[..12]) ?? []).Append(" |\n");
        }
    }

    private static string Share(double part, int whole) =>
        whole == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{part:0.#} ({part / whole:P0})");

    private static string Vote(int? hits, ResultRow row) => hits is { } count ? Share(count, row.Candidates) : "–";
}
