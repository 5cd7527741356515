using System.CommandLine;
using System.Globalization;
using Seal.Client.Display;
using Seal.Client.Knowledge;
using Seal.Knowledge.Passages;

namespace Seal.Client.Commands.Knowledge;

/// <summary><c>seal knowledge grade</c>: answers graded without a model.</summary>
internal static class KnowledgeGradeCommand
{
    /// <summary>From this F1 on an answer counts as correct where the agreement with a judge is asked for.</summary>
    private const double CorrectF1 = 0.5;

    private const string Help = """
        answers.json: [{"question": "…", "gold": "<the right answer>", "answer": "<what was answered>"}, …]. Graders: exact (the same text),
        normalised (SQuAD's: small letters, no punctuation, no articles), f1 (of the normalised words, 0 to 1), contains (the normalised right
        answer stands in the answer). An empty answer is wrong. Where every object has "correct" too (true or false: a judge's verdict), a table
        says how well each grader agrees with it; f1 counts from 0.5 on. With --json prints [{"exact":…,"normalised":…,"f1":…,"contains":…},…].
        Exit codes: 0 done; 2 the input cannot be used.

        Examples:
          seal knowledge grade --input answers.json --json
          seal knowledge grade --input verdicts.json
        """;

    public static Command Create()
    {
        var (input, json) = (TokenCommands.Input("Answers, a list of objects."), CommonOptions.Json());
        var command = new Command("grade", "Grade answers against the right ones, without a model.") { input, json }.WithPage(Help);
        command.SetAction(parsed =>
        {
            var graded = InputRows.Read(parsed.GetValue(input)!, row => (Grade: Of(row), Judge: row.Truth("correct")));
            if (graded.Count == 0)
            {
                Terminal.Tell("No answers.");
            }
            else
            {
                Terminal.Tell(Table([.. graded.Select(one => one.Grade)], [.. graded.Select(one => one.Judge)]));
            }

            if (parsed.GetValue(json))
            {
                Terminal.Document(graded.Select(one => one.Grade));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static AnswerGrade Of(InputRows row)
    {
        _ = row.Text("question");
        return AnswerGrade.Of(row.Text("gold"), row.Text("answer"));
    }

    private static FittedTable Table(AnswerGrade[] grades, bool?[] verdicts)
    {
        (string Name, Func<AnswerGrade, bool> Says)[] graders =
        [
            ("exact", grade => grade.Exact),
            ("normalised", grade => grade.Normalised),
            (string.Create(CultureInfo.InvariantCulture, $"f1 ≥ {CorrectF1}"), grade => grade.F1 >= CorrectF1),
            ("contains", grade => grade.Contains),
        ];
        var isJudged = Array.TrueForAll(verdicts, verdict => verdict is not null);
        var table = isJudged
            ? new FittedTable(null, "grader", Column.Number("correct"), Column.Number("judge"), Column.Number("agrees"), Column.Number("κ"))
            : new FittedTable(null, "grader", Column.Number("correct"));
        foreach (var (name, says) in graders)
        {
            if (isJudged)
            {
                var agreement = Agreement.Of([.. grades.Zip(verdicts, (grade, verdict) => (says(grade), verdict!.Value))]);
                table.AddRow(
                    name,
                    Percent(agreement.GraderCorrect),
                    Percent(agreement.JudgeCorrect),
                    Percent(agreement.Same),
                    agreement.Kappa.ToString("F3", CultureInfo.InvariantCulture)
                );
            }
            else
            {
                table.AddRow(name, Percent(grades.Count(says) / (double)grades.Length));
            }
        }

        return table;
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");
}
