using System.Globalization;
using Seal.Client.Display;
using Seal.Core.Results;
using Seal.Core.Tables;

namespace Seal.Client.Demos;

/// <summary>What a learning arm proposes for each kind of task in the end, beside what solves the kind most often in the reward table.</summary>
internal static class ProposedByKind
{
    /// <summary>More self-edits than this are no table.</summary>
    private const int MostEdits = 8;

    private const string Unset = "neither";

    /// <returns>Null where the tasks have no kinds or the self-edits are too many.</returns>
    public static FittedTable? Table(SweepResults results, string arm)
    {
        var kinds = results
            .Evaluation.Where(task => task.Labels is not null)
            .ToDictionary(task => task.Id, task => task.Labels!.Kind, StringComparer.Ordinal);
        if (RewardTable.Of(results) is not [{ Edits.Count: > 1 and <= MostEdits } table, ..] || kinds.Count < results.Evaluation.Count)
        {
            return null;
        }

        var last = results.Runs.Where(run => run.Arm == arm).Select(run => run.Phases.Last(phase => phase.Phase.IsEvaluation));
        var written = last.SelectMany(phase => phase.Tasks)
            .SelectMany(task => task.Candidates.Select(candidate => (Kind: kinds[task.Task], candidate.Payload)))
            .ToLookup(one => one.Kind, one => one.Payload, StringComparer.Ordinal);
        var view = new FittedTable(
            "what it proposes now, by kind of task (docs/families.md); in brackets how often that self-edit solves new tasks of this kind",
            ["kind", .. Names(table.Edits).Select(name => new Column(name, IsNumber: true))]
        );
        foreach (var kind in kinds.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            string[] tasks = [.. table.EvaluationTasks.Where(task => kinds[task] == kind)];
            double[] solves = [.. table.Edits.Select(edit => tasks.Average(task => table.Mean(task, edit).Solved))];
            var all = Math.Max(1, written[kind].Count());
            view.AddRow([
                kind,
                .. table.Edits.Select(
                    (edit, i) =>
                    {
                        var cell = string.Create(
                            CultureInfo.InvariantCulture,
                            $"{100.0 * written[kind].Count(payload => payload == edit) / all:0} % ({100 * solves[i]:0} %)"
                        );
                        return solves[i] == solves.Max() ? $"[green]{cell}[/]" : cell;
                    }
                ),
            ]);
        }

        return view;
    }

    /// <summary>Each self-edit by the settings that tell it from the others.</summary>
    internal static IReadOnlyList<string> Names(IReadOnlyList<string> edits)
    {
        var fields = edits.Select(EditFields.Of).ToArray();
        int[] differ =
        [
            .. Enumerable.Range(0, fields[0].Count).Where(i => fields.Select(edit => edit[i].Value).Distinct(StringComparer.Ordinal).Count() > 1),
        ];
        return
        [
            .. fields
                .Select(edit => differ.Select(i => Word(edit[i])).OfType<string>().ToArray())
                .Select(words => words.Length > 0 ? string.Join(" + ", words) : Unset),
        ];

        static string? Word((string Path, string Value) field) =>
            field.Value switch
            {
                "true" => EditFields.NameOf(field.Path),
                "false" => null,
                var value => $"{EditFields.NameOf(field.Path)} {value.Trim('"')}",
            };
    }
}
