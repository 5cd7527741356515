using System.Globalization;
using Seal.Core.Results;
using Seal.Core.Tables;
using Seal.Reports.Charts;
using Seal.Reports.Html;

namespace Seal.Reports.Sections;

/// <summary>What the policy writes, setting by setting and round by round.</summary>
internal static class ChoiceSection
{
    private const int Width = 340,
        Left = 74,
        Bar = 20,
        Step = 27,
        MostValues = 7;

    public static void Write(Markup page, ReportData data)
    {
        page.Add($"<section id=\"choice\"><h2>What the policy chose</h2>");
        if (data.Learners.Count == 0)
        {
            page.Add($"<p class=\"sub\">No arm of this sweep learns.</p></section>\n");
            return;
        }

        page.Add(
            $"<p class=\"sub\">How often each value of each setting stood in the valid self-edits, over all tasks and outer seeds. “before” and "
                + $"“after” are evaluations, “round” is the sampling on training tasks; “kept” is what passed the reward filter in that round.</p>\n"
        );
        foreach (var (learner, n) in data.Learners.Select((learner, n) => (learner, n)))
        {
            var phases = Phases(learner);
            var frame = phases.SelectMany(phase => phase.Edits).Select(EditFields.Of).FirstOrDefault(fields => fields.Count > 0);
            var name = data.Name(learner.Cell, learner.Arm);
            page.Add(
                $"{new Raw(n == 0 ? "<h3>" : "<details class=\"more\"><summary>")}{name}{new Raw(n == 0 ? "</h3>" : "</summary>")}<div "
                    + $"class=\"charts\">"
            );
            foreach (var path in (frame ?? []).Select(field => field.Path))
            {
                Setting(page, path, phases);
            }

            page.Add($"</div>{new Raw(n == 0 ? "" : "</details>")}\n");
        }

        page.Add($"</section>\n");
    }

    private static List<(string Name, string[] Edits)> Phases(Learner learner)
    {
        var phases = new List<(string, string[])>();
        var names = learner.Runs.SelectMany(run => run.Phases.Select(phase => phase.Phase)).Distinct().ToArray();
        var last = names.Where(name => name.IsEvaluation).LastOrDefault();
        foreach (var name in names.Where(name => name.IsRound || name.IsEvaluation))
        {
            var records = learner
                .Runs.SelectMany(run => run.Phases.Where(phase => phase.Phase == name).Select(phase => (Run: run, Phase: phase)))
                .ToArray();
            var candidates = records
                .SelectMany(record => record.Phase.Tasks.SelectMany(task => task.Candidates))
                .Select(candidate => candidate.Payload)
                .OfType<string>()
                .ToArray();
            var round = records[0].Phase.Round.ToString(CultureInfo.InvariantCulture);
            var trains = name.IsRound;
            phases.Add(
                (
                    trains ? $"round {round}"
                    : round == "0" ? "before"
                    : name == last ? "after"
                    : $"after {round}",
                    candidates
                )
            );
            if (trains)
            {
                var kept = records.SelectMany(record => record.Phase.Tasks.SelectMany(task => record.Run.Kept(record.Phase, task)));
                phases.Add(("kept", [.. kept.Select(candidate => candidate.Payload!)]));
            }
        }

        return [.. phases.Where(phase => phase.Item2.Length > 0)];
    }

    private static void Setting(Markup page, string path, List<(string Name, string[] Edits)> phases)
    {
        var counts = phases
            .Select(phase =>
                (
                    phase.Name,
                    Counts: phase
                        .Edits.Select(edit => EditFields.Of(edit).FirstOrDefault(field => field.Path == path).Value ?? "–")
                        .GroupBy(value => value, StringComparer.Ordinal)
                        .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal),
                    Sum: phase.Edits.Length
                )
            )
            .ToArray();
        var values = Ordered(counts.SelectMany(phase => phase.Counts.Keys).Distinct(StringComparer.Ordinal), counts.Select(phase => phase.Counts));
        var height = (counts.Length * Step) + 4;
        var name = EditFields.NameOf(path);
        page.Add($"<figure><h3>{name}</h3><svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{name} by round\" font-size=\"12\">");
        for (var row = 0; row < counts.Length; row++)
        {
            var y = row * Step;
            page.Add(
                $"<text x=\"{Left - 8}\" y=\"{y + 15}\" "
                    + $"text-anchor=\"end\"{(counts[row].Name == "kept" ? new Raw(" font-style=\"italic\"") : new Raw(""))}>{counts[row].Name}</text>"
            );
            double x = Left;
            for (var i = 0; i < values.Length; i++)
            {
                var part = values[i].Values.Sum(value => counts[row].Counts.GetValueOrDefault(value)) / (double)counts[row].Sum;
                var width = part * (Width - Left);
                if (width > 0)
                {
                    page.Add(
                        $"<rect x=\"{x:0.#}\" y=\"{y}\" width=\"{Math.Max(0.5, width - 1):0.#}\" height=\"{Bar}\" rx=\"2\" "
                            + $"fill=\"var(--m{values[i].Colour})\"/>"
                    );
                    if (width > 34)
                    {
                        page.Add(
                            $"<text x=\"{x + (width / 2):0.#}\" y=\"{y + 14}\" text-anchor=\"middle\" font-size=\"11\" "
                                + $"class=\"on{values[i].Colour}\">{100 * part:0} %</text>"
                        );
                    }
                }

                x += width;
            }
        }

        page.Add($"</svg><ul class=\"key\">");
        foreach (var (label, _, colour) in values)
        {
            page.Add($"<li><i class=\"c-m{colour}\"></i>{label}</li>");
        }

        page.Add($"</ul></figure>");
    }

    /// <summary>Values in their natural order with a colour each; the rarest share one where there are many.</summary>
    private static (string Label, string[] Values, int Colour)[] Ordered(IEnumerable<string> values, IEnumerable<Dictionary<string, int>> counts)
    {
        var often = counts
            .SelectMany(phase => phase)
            .GroupBy(pair => pair.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value), StringComparer.Ordinal);
        var all = values.ToArray();
        var named = all.OrderByDescending(value => often[value])
            .ThenBy(value => value, StringComparer.Ordinal)
            .Take(all.Length <= MostValues ? MostValues : MostValues - 1)
            .ToArray();
        var ordered = named.OrderBy(Number).ThenBy(value => value, StringComparer.Ordinal).ToArray();
        var result = ordered
            .Select(
                (value, i) =>
                    (
                        value.Trim('"'),
                        new[] { value },
                        ordered is ["false", "true"] ? (i == 0 ? 7 : 1)
                        : ordered.Length <= 4 ? i
                        : i
                    )
            )
            .ToList();
        var rest = all.Except(named, StringComparer.Ordinal).ToArray();
        if (rest.Length > 0)
        {
            result.Add((FormattableString.Invariant($"{rest.Length} others"), rest, 7));
        }

        return [.. result];
    }

    private static double Number(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
