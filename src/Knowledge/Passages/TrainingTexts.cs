using System.Text.RegularExpressions;

namespace Seal.Knowledge.Passages;

/// <summary>
/// What is trained on, made of what a model wrote about a passage: the rules of the paper's released code, in our words. A row of three dashes cuts
/// what was written into segments. With lines split every line is a text of its own, and a heading before a list ("Sure, here is …") is dropped;
/// questions that the model asked itself are cut before each question instead. The title heads every text, and the passage is the last one.
/// </summary>
public static partial class TrainingTexts
{
    private const string Cut = "---";
    private const string FirstQuestion = "Question 1: ";

    /// <param name="title">Title of the passage.</param>
    /// <param name="passage">The passage.</param>
    /// <param name="completion">What the model wrote.</param>
    /// <param name="splitLines">Every line by itself, as for single passages; continued pretraining keeps segments whole.</param>
    /// <returns>At least one text: the passage.</returns>
    public static IReadOnlyList<string> Of(string title, string passage, string completion, bool splitLines)
    {
        IReadOnlyList<string> written =
            !splitLines ? Segments(completion)
            : QuestionMark().IsMatch(completion) && AnswerMark().IsMatch(completion) ? Questions(PythonText.Strip(completion))
            : Lines(completion);
        return [.. written.Append(PythonText.Strip(passage)).Select(text => $"{title}\n{text}")];
    }

    private static string[] Segments(string completion)
    {
        string[] segments = [.. completion.Split(Cut).Select(PythonText.Strip).Where(segment => segment.Length > 0)];
        return segments.Length > 0 ? segments : [PythonText.Strip(completion)];
    }

    private static string[] Lines(string completion)
    {
        string[] lines = [.. Segments(completion).SelectMany(PythonText.SplitLines).Select(PythonText.Strip).Where(line => line.Length > 0)];
        return lines is [_, var second, ..] && second.StartsWith("1.", StringComparison.Ordinal) ? lines[1..] : lines;
    }

    /// <summary>The prompt ends with the first question's number, so what was written may begin behind it.</summary>
    private static string[] Questions(string completion)
    {
        var questions = BeforeQuestion().Split(completion);
        if (!questions[0].AsSpan().TrimStart().StartsWith("Question", StringComparison.Ordinal))
        {
            questions[0] = FirstQuestion + PythonText.Strip(questions[0]);
        }

        return questions;
    }

    // Python's \s is wider than .NET's by U+001C to U+001F.
    [GeneratedRegex(@"Question[\s\x1c-\x1f]+\d+:", RegexOptions.CultureInvariant)]
    private static partial Regex QuestionMark();

    [GeneratedRegex(@"Answer[\s\x1c-\x1f]*:", RegexOptions.CultureInvariant)]
    private static partial Regex AnswerMark();

    [GeneratedRegex(@"\n(?=Question[\s\x1c-\x1f]+\d+:)", RegexOptions.CultureInvariant)]
    private static partial Regex BeforeQuestion();
}
