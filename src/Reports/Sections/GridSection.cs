using Seal.Arc.Tasks;
using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Reports.Charts;
using Seal.Reports.Html;

namespace Seal.Reports.Sections;

/// <summary>Every task: its demonstrations, the test, and what the arms answered.</summary>
internal static class GridSection
{
    private const int Open = 3, MostAnswers = 6;

    public static void Write(Markup page, ReportData data, int mostBytes)
    {
        page.Add($"<section id=\"tasks\"><h2>Tasks</h2><p class=\"sub\">Input, expected output and answers of the plain view: of each arm’s last evaluation the first self-edit whose answer was decoded. Cells that differ from what was expected are outlined.</p>\n");
        var (number, left) = (0, 0);
        foreach (var (id, trains) in data.Results.Evaluation.Select(task => (task.Id, false)).Concat(data.Results.Training.Select(task => (task.Id, true))))
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
            page.Add($"<p class=\"sub\">{left} more tasks are left out: their files are not in the store, or the page would grow too large. <code>seal task show</code> draws any task.</p>");
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
        block.Add($"<details class=\"task\"{new Raw(open ? " open=\"open\"" : "")}><summary><b>{id}</b><span class=\"sub\">{(trains ? "training" : "evaluation")}</span>");
        foreach (var (name, candidates) in arms)
        {
            var solved = candidates.Count(candidate => candidate.Solved);
            block.Add($"<span class=\"{(solved > 0 ? "good" : "sub")}\">{name} {solved}/{candidates.Count}</span>");
        }

        block.Add($"</summary><div>");
        for (var test = 0; test < task.Test.Count; test++)
        {
            Test(block, data, task, test, arms);
        }

        block.Add($"<div class=\"grids demos\">");
        foreach (var (input, output) in task.Train)
        {
            block.Add($"<figure><figcaption>demonstration</figcaption><div class=\"pair\">{GridPicture.Draw(input, side: 84)}<span class=\"sub\">→</span>{GridPicture.Draw(output!, side: 84)}</div></figure>");
        }

        return block.Add($"</div></div></details>\n");
    }

    private static void Test(Markup block, ReportData data, ArcTask task, int test, List<(string Name, List<CandidateRecord> Candidates)> arms)
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
            var verdict = answer is null ? "no grid" : right ? "right" : Differing(answer, expected);
            block.Add($"<figure><figcaption>{string.Join(", ", names)} <span class=\"{(right ? "good" : "bad")}\">{verdict}</span></figcaption>{(answer is null ? new Raw("") : GridPicture.Draw(answer, expected))}</figure>");
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
    private static List<(Grid? Answer, List<string> Names)> Answers(ReportData data, int test, List<(string Name, List<CandidateRecord> Candidates)> arms, Grid? expected)
    {
        var answers = new List<(Grid? Answer, List<string> Names)>();
        foreach (var (name, candidates) in arms)
        {
            foreach (var candidate in candidates)
            {
                Grid? answer;
                if (ReportData.PredictionsOf(data.Details(candidate)) is { } predictions && test < predictions.Tests.Count)
                {
                    answer = predictions.Tests[test].Plain is { } rows ? Grid.FromRows(rows) : null;
                }
                else if (candidate.Solved && expected is not null)
                {
                    // The answer was checked token by token: it is the expected one.
                    answer = expected;
                }
                else
                {
                    continue;
                }

                var same = answers.FindIndex(known => Equals(known.Answer, answer));
                if (same >= 0)
                {
                    answers[same].Names.Add(name);
                }
                else if (answers.Count < MostAnswers)
                {
                    answers.Add((answer, [name]));
                }

                break;
            }
        }

        return answers;
    }

    /// <summary>Each arm's candidates for the task: of its last evaluation, or of its training rounds.</summary>
    private static List<(string Name, List<CandidateRecord> Candidates)> Arms(ReportData data, string id, bool trains)
    {
        var arms = new List<(string, List<CandidateRecord>)>();
        foreach (var arm in data.Results.Runs.GroupBy(run => (run.Cell, run.Arm)))
        {
            var candidates = arm.SelectMany(run => Last(run, trains)).SelectMany(phase => phase.Tasks).Where(task => task.Task == id).SelectMany(task => task.Candidates).ToList();
            if (candidates.Count > 0)
            {
                arms.Add((data.Name(arm.Key.Cell, arm.Key.Arm), candidates));
            }
        }

        return arms;
    }

    private static IEnumerable<PhaseRecord> Last(RunRecord run, bool trains)
    {
        var kind = trains ? "train-" : "evaluate-";
        if (run.Phases.LastOrDefault(phase => phase.Phase.StartsWith("show-" + kind, StringComparison.Ordinal)) is { } shown)
        {
            return [shown];
        }

        var phases = run.Phases.Where(phase => phase.Phase.StartsWith(kind, StringComparison.Ordinal) || phase.Phase.StartsWith("table-" + kind, StringComparison.Ordinal)).ToArray();
        return trains ? phases : phases.Where(phase => phase.Round == phases[^1].Round);
    }
}
