using Seal.Arc.Tasks;
using Seal.Arc.TaskSources;
using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Reports.Charts;
using Seal.Reports.Html;

namespace Seal.Reports.Sections;

/// <summary>Every task: its demonstrations, the test, and what the arms answered.</summary>
internal static class GridSection
{
    private const int Open = 3,
        MostAnswers = 6;

    public static void Write(Markup page, ReportData data, int mostBytes)
    {
        page.Add(
            $"<section id=\"tasks\"><h2>Tasks</h2><p class=\"sub\">Input, expected output and answers of the plain view: of each arm’s last "
                + $"evaluation the first self-edit whose answer was "
                + $"decoded{(data.Rows.Any(row => row.Score is not null) ? "; beside it the vote’s first answer, where views were decoded" : "")}. "
                + $"Cells that differ from what was expected are outlined. The figures behind the names count self-edits that solve the task.</p>\n"
        );
        var (number, left) = (0, 0);
        foreach (
            var (id, trains) in data.Results.Evaluation.Select(task => (task.Id, false)).Concat(data.Results.Training.Select(task => (task.Id, true)))
        )
        {
            var block = Block(data, id, trains, number < Open);
            if (block is null || page.Length + block.Length > mostBytes)
            {
                left++;
                continue;
            }

            page.Add(block.ToRaw());
            number++;
        }

        if (left > 0)
        {
            page.Add(
                $"<p class=\"sub\">{left} more tasks are left out: their files are not in the store, or the page would grow too large. <code>seal "
                    + $"task show</code> draws any task.</p>"
            );
        }

        page.Add($"</section>\n");
    }

    private static Markup? Block(ReportData data, string id, bool trains, bool open)
    {
        if (data.Task(id) is not { } task)
        {
            return null;
        }

        var arms = Arms(data, id, trains);
        var block = new Markup();
        block.Add(
            $"<details class=\"task\"{new Raw(open ? " open=\"open\"" : "")}><summary><b>{id}</b><span "
                + $"class=\"sub\">{(trains ? "training" : "evaluation")}</span>"
        );
        foreach (var mark in Marks(data, id))
        {
            block.Add($"<span class=\"mark\">{mark}</span>");
        }

        foreach (var arm in arms)
        {
            var solved = arm.Counted.Count(candidate => candidate.Solves(arm.Score));
            block.Add($"<span class=\"{(solved > 0 ? "good" : "sub")}\">{arm.Name} {solved}/{arm.Counted.Count}</span>");
        }

        block.Add($"</summary><div>");
        for (var test = 0; test < task.Test.Count; test++)
        {
            Test(block, data, task, test, arms);
        }

        block.Add($"<div class=\"grids demos\">");
        foreach (var (input, output) in task.Train)
        {
            block.Add(
                $"<figure><figcaption>demonstration</figcaption><div class=\"pair\">{GridPicture.Draw(input, side: 84)}<span "
                    + $"class=\"sub\">→</span>{GridPicture.Draw(output!, side: 84)}</div></figure>"
            );
        }

        return block.Add($"</div></div></details>\n");
    }

    /// <summary>What speaks against reading much into a success.</summary>
    private static IEnumerable<string> Marks(ReportData data, string id)
    {
        if (PaperTasks.ListOf(id) is { } list)
        {
            yield return list;
        }

        foreach (var family in data.FamiliesOf(id).Select(family => family.Family).Distinct())
        {
            yield return $"in family: {family}";
        }
    }

    private static void Test(Markup block, ReportData data, ArcTask task, int test, List<Arm> arms)
    {
        var (input, expected) = task.Test[test];
        block.Add($"<div class=\"grids\"><figure><figcaption>input</figcaption>{GridPicture.Draw(input)}</figure>");
        if (expected is not null)
        {
            block.Add($"<figure><figcaption>expected</figcaption>{GridPicture.Draw(expected)}</figure>");
        }

        foreach (var (answer, names) in Answers(data, test, arms, expected))
        {
            var right = answer is not null && answer.Equals(expected);
            var verdict =
                answer is null ? "no grid"
                : right ? "right"
                : Differing(answer, expected);
            block.Add(
                $"<figure><figcaption>{string.Join(", ", names)} <span "
                    + $"class=\"{(right ? "good" : "bad")}\">{verdict}</span></figcaption>{(answer is null ? new Raw("") : GridPicture.Draw(answer, expected))}</figure>"
            );
        }

        block.Add($"</div>");
    }

    private static string Differing(Grid answer, Grid? expected)
    {
        if (expected is null)
        {
            return "";
        }

        if (answer.Height != expected.Height || answer.Width != expected.Width)
        {
            return FormattableString.Invariant($"{answer.Height} × {answer.Width} for {expected.Height} × {expected.Width}");
        }

        var wrong = Enumerable.Range(0, answer.Cells.Length).Count(i => answer.Cells[i] != expected.Cells[i]);
        return FormattableString.Invariant($"{wrong} of {answer.Cells.Length} cells differ");
    }

    /// <summary>What each arm answered, equal answers together.</summary>
    private static List<(Grid? Answer, List<string> Names)> Answers(ReportData data, int test, List<Arm> arms, Grid? expected)
    {
        var answers = new List<(Grid? Answer, List<string> Names)>();
        foreach (var arm in arms)
        {
            if (Plain(data, test, arm, expected) is [var answer])
            {
                Add(answer, arm.Name);
            }

            if (arm.Score is not null && Voted(data, test, arm) is { } first)
            {
                Add(first, $"{arm.Name}, vote");
            }
        }

        return answers;

        void Add(Grid? answer, string name)
        {
            var same = answers.FindIndex(known => Equals(known.Answer, answer));
            if (same >= 0)
            {
                answers[same].Names.Add(name);
            }
            else if (answers.Count < MostAnswers)
            {
                answers.Add((answer, [name]));
            }
        }
    }

    /// <summary>The plain view's answer of the first self-edit whose answer is known (null: it was no grid); empty where none is.</summary>
    private static Grid?[] Plain(ReportData data, int test, Arm arm, Grid? expected)
    {
        foreach (var candidate in arm.Shown)
        {
            if (
                ReportData.PredictionsOf(data.Details(candidate)) is { } predictions
                && test < predictions.Tests.Count
                && (arm.IsDecoded || predictions.Tests[test].Plain is not null)
            )
            {
                return [predictions.Tests[test].Plain is { } rows ? Grid.FromRows(rows) : null];
            }

            if (candidate.Solved && expected is not null)
            {
                // The answer was checked token by token: it is the expected one.
                return [expected];
            }
        }

        return [];
    }

    private static Grid? Voted(ReportData data, int test, Arm arm) =>
        arm
            .Counted.Select(candidate =>
                ReportData.PredictionsOf(data.Details(candidate)) is { } predictions && test < predictions.Tests.Count
                    ? predictions.Tests[test].First
                    : null
            )
            .Where(rows => rows is not null)
            .Select(rows => Grid.FromRows(rows!))
            .FirstOrDefault();

    /// <summary>Each arm's candidates for the task: of its last evaluation, or of its training rounds.</summary>
    private static List<Arm> Arms(ReportData data, string id, bool trains)
    {
        var arms = new List<Arm>();
        foreach (var arm in data.Results.Runs.GroupBy(run => (run.Cell, run.Arm)))
        {
            var score = arm.First().Score;
            var (shown, phases) = (Of(run => Shown(run, trains)), Of(run => Last(run, trains)));
            if (shown.Count + phases.Count > 0)
            {
                arms.Add(new Arm(data.Name(arm.Key.Cell, arm.Key.Arm), score, phases, [.. shown, .. phases], shown.Count > 0 || score is null));
            }

            List<CandidateRecord> Of(Func<RunRecord, IEnumerable<PhaseRecord>> choose) =>
                [.. arm.SelectMany(choose).SelectMany(phase => phase.Tasks).Where(task => task.Task == id).SelectMany(task => task.Candidates)];
        }

        return arms;
    }

    private static IEnumerable<PhaseRecord> Shown(RunRecord run, bool trains) =>
        run.Phases.Where(phase => phase.Phase.Kind == (trains ? PhaseKind.ShowTrain : PhaseKind.ShowEvaluate)).TakeLast(1);

    private static IEnumerable<PhaseRecord> Last(RunRecord run, bool trains)
    {
        var phases = run
            .Phases.Where(phase => trains ? phase.Phase.IsOnTrainingTasks : phase.Phase.Kind is PhaseKind.Evaluate or PhaseKind.TableEvaluate)
            .ToArray();
        return trains ? phases : phases.Where(phase => phase.Round == phases[^1].Round);
    }

    /// <param name="Name">For people.</param>
    /// <param name="Score">What counts as solved.</param>
    /// <param name="Counted">Judged self-edits.</param>
    /// <param name="Shown">Self-edits whose answers are drawn.</param>
    /// <param name="IsDecoded">Whether no answer means no grid; else the view may just not have been decoded.</param>
    private sealed record Arm(string Name, string? Score, List<CandidateRecord> Counted, List<CandidateRecord> Shown, bool IsDecoded);
}
