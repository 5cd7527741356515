using System.Globalization;
using System.Text.Json;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Files;
using Seal.Core.Json;
using Seal.Core.Sweeps;

namespace Seal.Knowledge.Passages;

/// <summary>A passage with questions about it.</summary>
/// <param name="Title">Heads every training text, and the topic of every question.</param>
/// <param name="Context">The passage.</param>
/// <param name="Questions">At least one.</param>
public sealed record PassageTask(string Title, string Context, IReadOnlyList<PassageQuestion> Questions)
{
    /// <summary>Reads a file of passages: a list as the paper's authors released it (<c>[{"title", "context", "questions": [{"question",
    /// "answer"}]}]</c>), or SQuAD's own form (<c>{"data": [{"title", "paragraphs": [{"context", "qas"}]}]}</c>, of each question the first answer;
    /// questions without one are left out).</summary>
    /// <exception cref="SweepException">The file cannot be read, or is neither; says where.</exception>
    public static IReadOnlyList<PassageTask> Read(string path)
    {
        try
        {
            using var document = UserJson.Parse(UserFile.ReadAllBytes(path));
            var root = document.RootElement;
            PassageTask[] read = root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray().Select(Released)] : [.. Squad(root)];
            return read.Length > 0 ? read : throw new SweepException($"{path}: has no passage with a question.");
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new SweepException(
                $"{path}: is neither a list of passages ([{{\"title\", \"context\", \"questions\": [{{\"question\", \"answer\"}}]}}]) "
                    + $"nor SQuAD's JSON: {wrong.Message}",
                wrong
            );
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"{path}: cannot be read: {wrong.Message}", wrong);
        }
    }

    /// <summary>The document of the n-th passage of a file.</summary>
    /// <param name="set"><c>t</c> or <c>e</c>: ids of training and evaluation passages differ.</param>
    /// <param name="number">From 0.</param>
    public TaskDocument Document(char set, int number)
    {
        var slug = new string([.. Title.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter == ' ').Take(40)]).Trim().Replace(' ', '-');
        return new TaskDocument(
            string.Create(CultureInfo.InvariantCulture, $"{set}{number:0000}{(slug.Length > 0 ? "-" : "")}{slug}"),
            SealJson.ToText(this)
        );
    }

    private static PassageTask Released(JsonElement passage) =>
        new(
            Text(passage, "title"),
            Text(passage, "context"),
            [
                .. passage
                    .GetProperty("questions")
                    .EnumerateArray()
                    .Select(question => new PassageQuestion(Text(question, "question"), Text(question, "answer"))),
            ]
        );

    private static IEnumerable<PassageTask> Squad(JsonElement root) =>
        from article in root.GetProperty("data").EnumerateArray()
        from paragraph in article.GetProperty("paragraphs").EnumerateArray()
        let questions = paragraph
            .GetProperty("qas")
            .EnumerateArray()
            .Where(question => question.GetProperty("answers").GetArrayLength() > 0)
            .Select(question => new PassageQuestion(Text(question, "question"), Text(question.GetProperty("answers")[0], "text")))
            .ToArray()
        where questions.Length > 0
        select new PassageTask(Text(article, "title").Replace('_', ' '), Text(paragraph, "context"), questions);

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.String } text
            ? text.GetString()!
            : throw new FormatException($"\"{name}\" is no text");
}

/// <param name="Question">What is asked, without the passage.</param>
/// <param name="Answer">The right answer.</param>
public sealed record PassageQuestion(string Question, string Answer);
