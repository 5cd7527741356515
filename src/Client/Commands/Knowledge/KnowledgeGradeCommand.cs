using System.CommandLine;
using System.Globalization;
using Seal.Client.Display;
using Seal.Client.Knowledge;
using Seal.Core.Judges;
using Seal.Knowledge.Passages;
using Seal.Silo.Judging;

namespace Seal.Client.Commands.Knowledge;

/// <summary><c>seal knowledge grade</c>: answers graded by rules, and by a judge where one is named.</summary>
internal static class KnowledgeGradeCommand
{
    /// <summary>From this F1 on an answer counts as correct where the agreement with a judge is asked for.</summary>
    private const double CorrectF1 = 0.5;

    private const string Help = """
        answers.json: [{"question": "…", "gold": "<the right answer>", "answer": "<what was answered>"}, …]. Graders: exact (the same text),
        normalised (SQuAD's: small letters, no punctuation, no articles), f1 (of the normalised words, 0 to 1), contains (the normalised right
        answer stands in the answer). An empty answer is wrong. Where every object has "correct" too (true or false: a judge's verdict), a table
        says how well each grader agrees with it; f1 counts from 0.5 on. With --json prints [{"exact":…,"normalised":…,"f1":…,"contains":…},…].
        --judge asks a model about every answer, as sweeps with passages.grader = "judge" do: at SEAL_JUDGE_URL, with the key in
        SEAL_JUDGE_KEY, or the chat checkpoint in SEAL_JUDGE_FOLDER. It is one more grader where the answers have "correct", and what the
        others are measured by where they have not.
        Nothing is kept: every call asks, and pays, again.
        Exit codes: 0 done; 2 the input or the judge cannot be used; 5 the judge cannot be reached.

        Examples:
          seal knowledge grade --input answers.json --json
          seal knowledge grade --input verdicts.json
          SEAL_JUDGE_URL=http://localhost:8000/v1 seal knowledge grade --input verdicts.json --judge qwen2.5-7b-instruct
        """;

    public static Command Create()
    {
        var (input, json) = (TokenCommands.Input("Answers, a list of objects."), CommonOptions.Json());
        var judge = new Option<string?>("--judge")
        {
            Description = "Ask this model too, at SEAL_JUDGE_URL or in SEAL_JUDGE_FOLDER.",
            HelpName = "model",
        };
        var command = new Command("grade", "Grade answers against the right ones, by rules or with a judge.") { input, judge, json }.WithPage(Help);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var rows = InputRows.Read(parsed.GetValue(input)!, Answered.Of);
                AnswerGrade[] grades = [.. rows.Select(row => AnswerGrade.Of(row.Gold, row.Answer))];
                var said = parsed.GetValue(judge) is { } name ? Judged(name, rows, cancellation) : null;
                if (rows.Count == 0)
                {
                    Terminal.Tell("No answers.");
                }
                else
                {
                    Terminal.Tell(Table(grades, [.. rows.Select(row => row.Correct)], said));
                }

                if (parsed.GetValue(json))
                {
                    Terminal.Document(grades.Select((grade, i) => said is null ? grade : (object)With(grade, said[i])));
                }

                return Task.FromResult(ExitCode.Ok);
            }
        );
        return command;
    }

    private static object With(AnswerGrade grade, bool judge) =>
        new
        {
            grade.Exact,
            grade.Normalised,
            grade.F1,
            grade.Contains,
            Judge = judge,
        };

    /// <summary>The judge's verdicts; an empty answer is wrong, and nobody is asked.</summary>
    private static bool[] Judged(string name, IReadOnlyList<Answered> rows, CancellationToken cancellation)
    {
        using var judge = (JudgeSource.OfEnvironment() ?? throw JudgeException.None(name)).Open(
            TimeProvider.System,
            EngineChoice.Of("torch").CreateForJudge
        );
        int[] given = [.. Enumerable.Range(0, rows.Count).Where(i => !string.IsNullOrWhiteSpace(rows[i].Answer))];
        try
        {
            var said = judge.Verdicts([.. given.Select(i => JudgeWording.Query(name, rows[i].Question, rows[i].Gold, rows[i].Answer))], cancellation);
            var verdicts = new bool[rows.Count];
            foreach (var (i, correct) in given.Zip(said))
            {
                verdicts[i] = correct;
            }

            return verdicts;
        }
        catch (JudgeAwayException away)
        {
            throw new CommandException(ExitCode.Unreachable, $"{away.Message}. Check SEAL_JUDGE_URL, and run the same command again.", away);
        }
    }

    /// <param name="grades">By rules.</param>
    /// <param name="correct">What the input says.</param>
    /// <param name="said">What the judge says; null where none was asked.</param>
    private static FittedTable Table(AnswerGrade[] grades, bool?[] correct, bool[]? said)
    {
        List<(string Name, bool[] Says)> graders =
        [
            ("exact", [.. grades.Select(grade => grade.Exact)]),
            ("normalised", [.. grades.Select(grade => grade.Normalised)]),
            (string.Create(CultureInfo.InvariantCulture, $"f1 ≥ {CorrectF1}"), [.. grades.Select(grade => grade.F1 >= CorrectF1)]),
            ("contains", [.. grades.Select(grade => grade.Contains)]),
        ];
        bool[]? verdicts = Array.TrueForAll(correct, verdict => verdict is not null) ? [.. correct.Select(verdict => verdict!.Value)] : said;
        if (said is not null && !ReferenceEquals(verdicts, said))
        {
            graders.Add(("asked judge", said));
        }

        var isJudged = verdicts is not null;
        var table = isJudged
            ? new FittedTable(null, "grader", Column.Number("correct"), Column.Number("judge"), Column.Number("agrees"), Column.Number("κ"))
            : new FittedTable(null, "grader", Column.Number("correct"));
        foreach (var (name, says) in graders)
        {
            if (isJudged)
            {
                var agreement = Agreement.Of([.. says.Zip(verdicts!)]);
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
                table.AddRow(name, Percent(says.Count(one => one) / (double)grades.Length));
            }
        }

        return table;
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");

    /// <summary>A row of the input.</summary>
    /// <param name="Question">What was asked.</param>
    /// <param name="Gold">The right answer.</param>
    /// <param name="Answer">What was answered.</param>
    /// <param name="Correct">A judge's verdict, where the input has one.</param>
    private sealed record Answered(string Question, string Gold, string Answer, bool? Correct)
    {
        public static Answered Of(InputRows row) => new(row.Text("question"), row.Text("gold"), row.Text("answer"), row.Truth("correct"));
    }
}
