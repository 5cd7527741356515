using System.Globalization;
using Seal.Core.Candidates;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Knowledge.Chains;
using Seal.Reports.Charts;
using Seal.Reports.Html;

namespace Seal.Reports.Sections;

/// <summary>Tasks of several passages: what a model still knows of all that it learned, against the untouched model.</summary>
internal static class ChainSection
{
    public static void Write(Markup page, ReportData data)
    {
        var rows = Rows(data).ToArray();
        if (rows.Length == 0)
        {
            return;
        }

        // The first row whose edits a policy wrote and that merges all of them: what remedies against forgetting are held against.
        var plain = rows.Where(row => row.Curve is { IsMerged: true, IsWritten: true })
            .Select(row => ((string Name, ChainCurve Curve)?)row)
            .FirstOrDefault();
        page.Add(
            $"<section id=\"chains\"><h2>Several passages</h2><p class=\"sub\">Points above or below the untouched model, on the questions of the same "
                + $"passages; with 95 % intervals over {rows.Max(row => row.Curve.Count)} sequences of passages.</p><div class=\"scroll\"><table><thead><tr>"
                + $"<th>arm</th><th>passages</th><th>all, at the end</th><th>each, right after its own edit</th>"
        );
        if (plain is not null)
        {
            page.Add($"<th>as a share of {plain.Value.Name}</th>");
        }

        page.Add($"<th>background</th><th>edits merged</th></tr></thead><tbody>\n");
        foreach (var (name, curve) in rows)
        {
            page.Add(
                $"<tr><td class=\"row\"><b>{name}</b></td><td>{curve.Passages}</td><td class=\"big\">{Points(curve.Gains[^1].Gain)}</td>"
                    + $"<td>{Points(curve.OwnEdit)}</td>"
            );
            if (plain is not null)
            {
                page.Add($"<td>{Share(curve.OwnEditShareOf(plain.Value.Curve))}</td>");
            }

            page.Add($"<td>{Points(curve.Background)}</td><td>{Share(curve.Merged)}</td></tr>\n");
        }

        page.Add($"</tbody></table></div>\n");
        var merged = rows.Where(row => row.Curve.IsMerged && row.Curve.Passages > 1).ToArray();
        if (merged.Length > 0)
        {
            Curves(page, merged);
            Maps(page, merged);
        }

        page.Add($"</section>\n");
    }

    private static void Curves(Markup page, (string Name, ChainCurve Curve)[] rows)
    {
        page.Add($"<h3>All passages so far, by number of edits</h3><div class=\"charts wide\"><figure>");
        page.Add(
            $"{GainChart.Draw("gain over the untouched model, by number of edits", [.. rows.Select((row, i) => (Colour(i), Line(row.Curve)))])}<ul class=\"key\">"
        );
        for (var i = 0; i < rows.Length; i++)
        {
            page.Add($"<li><i class=\"c-s{i % GainChart.Colours}\"></i>{rows[i].Name}{(i < GainChart.Colours ? "" : " (broken line)")}</li>");
        }

        page.Add($"</ul></figure></div>\n");
        int[] shown = [.. rows.SelectMany(row => row.Curve.Gains).Select(one => one.Trainings).Where(int.IsPow2).Distinct().Order()];
        page.Add($"<div class=\"scroll\"><table><thead><tr><th>edits so far</th>");
        foreach (var trainings in shown)
        {
            page.Add($"<th>{trainings}</th>");
        }

        page.Add($"</tr></thead><tbody>\n");
        foreach (var (name, curve) in rows)
        {
            page.Add($"<tr><td class=\"row\"><b>{name}</b></td>");
            foreach (var trainings in shown)
            {
                page.Add($"<td>{Points(After(curve, trainings))}</td>");
            }

            page.Add($"</tr>\n");
        }

        page.Add($"</tbody></table></div>\n");
    }

    private static ChainMean? After(ChainCurve curve, int trainings) =>
        curve.Gains.Where(one => one.Trainings == trainings).Select(one => (ChainMean?)one.Gain).FirstOrDefault();

    private static void Maps(Markup page, (string Name, ChainCurve Curve)[] rows)
    {
        page.Add(
            $"<h3>Each passage after each edit</h3><p class=\"sub\">Rows: edits so far; columns: passages in the order of their edits. Points minus the "
                + $"untouched model: blue above it, red below.</p><div class=\"charts wide\">"
        );
        foreach (var (name, curve) in rows)
        {
            page.Add(
                $"<figure><h3>{name}</h3><div class=\"scroll pad\">{TriangleMap.Draw($"{name}: passages by edits", curve.Triangle)}</div></figure>"
            );
        }

        page.Add($"</div>\n");
    }

    /// <summary>An arm's last evaluation, over all its seeds.</summary>
    private static IEnumerable<(string Name, ChainCurve Curve)> Rows(ReportData data)
    {
        foreach (var arm in data.Results.Runs.GroupBy(run => (run.Cell, run.Arm)))
        {
            (string Task, ChainReport Chain)[] chains =
            [
                .. arm.Select(run => run.Phases.LastOrDefault(phase => phase.Phase.IsEvaluation))
                    .OfType<PhaseRecord>()
                    .SelectMany(phase => phase.Tasks)
                    .SelectMany(task => task.Candidates.Select(candidate => (task.Task, Candidate: candidate)))
                    .Where(one => one.Candidate.Trial?["untouched_accuracy"] is not null)
                    .Select(one => (one.Task, data.Details(one.Candidate)?.Predictions))
                    .Where(one => one.Predictions is not null)
                    .Select(one => (one.Task, SealJson.Parse<ChainReport>(one.Predictions!))),
            ];
            if (chains.Length > 0)
            {
                yield return (data.Name(arm.Key.Cell, arm.Key.Arm), new ChainCurve(chains));
            }
        }
    }

    private static IReadOnlyList<(int At, double Mean, Core.Statistics.Interval Interval)> Line(ChainCurve curve) =>
        [.. curve.Gains.Select(one => (one.Trainings, one.Gain.Mean, one.Gain.Interval))];

    private static string Colour(int index) => $"var(--s{(index % GainChart.Colours).ToString(CultureInfo.InvariantCulture)})";

    private static string Points(ChainMean? mean) =>
        mean is { } known
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{100 * known.Mean:+0.0;−0.0;0.0} ({100 * known.Interval.Low:+0.0;−0.0;0.0} to {100 * known.Interval.High:+0.0;−0.0;0.0})"
            )
            : "–";

    private static string Share(ChainMean? mean) =>
        mean is { } known
            ? string.Create(CultureInfo.InvariantCulture, $"{100 * known.Mean:0} % ({100 * known.Interval.Low:0} to {100 * known.Interval.High:0})")
            : "–";

    private static string Share(double? share) => share is { } known ? string.Create(CultureInfo.InvariantCulture, $"{100 * known:0} %") : "–";
}
