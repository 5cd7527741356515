using System.Text;
using Seal.Core.Sweeps;

namespace Seal.Knowledge.Passages;

/// <summary>Prompts in plain text. The domain's own wordings are files beside this one; a sweep may give another
/// (<c>proposal.template</c>).</summary>
internal static class PassageWording
{
    private const string Title = "{title}";
    private const string Passage = "{passage}";
    internal const string Question = "{question}";
    private static readonly string AnswerTemplate = Read("question");

    /// <summary>The wording of a proposal.</summary>
    /// <param name="prompt">Word of <c>passages.prompt</c>.</param>
    /// <param name="own">The sweep's own; null for that of the word.</param>
    /// <exception cref="SweepException">The sweep's own names no passage.</exception>
    public static string Template(string prompt, string? own) =>
        own is null ? (prompt == "none" ? $"{Title}\n{Passage}\n" : Read(prompt))
        : own.Contains(Passage, StringComparison.Ordinal) ? own.TrimEnd('\r', '\n') + "\n"
        : throw new SweepException($"proposal.template: must have {Passage} in it, and may have {Title}.");

    public static string Fill(string template, PassageTask task) => Replace(template, (Title, task.Title), (Passage, task.Context));

    public static string Ask(PassageTask task, PassageQuestion question) =>
        Replace(AnswerTemplate, (Title, task.Title), (Question, question.Question));

    /// <summary>One pass: values may have braces of their own.</summary>
    internal static string Replace(string template, params (string Name, string Value)[] values)
    {
        var text = new StringBuilder();
        for (var at = 0; at < template.Length; )
        {
            var (name, value) = values.FirstOrDefault(one => template.AsSpan(at).StartsWith(one.Name, StringComparison.Ordinal));
            text.Append(name is null ? template[at] : value);
            at += name?.Length ?? 1;
        }

        return text.ToString();
    }

    /// <summary>A prompt that ends with a colon goes on in its line, others behind a line end, as the file has it.</summary>
    internal static string Read(string name)
    {
        using var stream =
            typeof(PassageWording).Assembly.GetManifestResourceStream($"Seal.Knowledge.Passages.templates.{name}.txt")
            ?? throw new InvalidOperationException($"The template {name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
