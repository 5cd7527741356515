using System.Text.RegularExpressions;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Arc.Prompts;

/// <summary>
/// The wording of a prompt: text and special tokens as the vocabulary writes them, with {placeholders}. Line ends at the end of the file
/// do not count; a doubled brace stands for one.
/// </summary>
internal sealed partial class PromptTemplate
{
    private readonly IReadOnlyList<(int[]? Text, string? Placeholder)> _parts;

    private PromptTemplate(IReadOnlyList<(int[]? Text, string? Placeholder)> parts) => _parts = parts;

    /// <param name="name">What messages call it.</param>
    /// <param name="text">The template.</param>
    /// <param name="placeholders">Those it must have, each once.</param>
    /// <param name="tokenizer">Writes the text between placeholders.</param>
    /// <exception cref="SweepException">An unknown, missing or repeated placeholder, a single brace, or text that the vocabulary cannot
    /// write.</exception>
    public static PromptTemplate Parse(string name, string text, IReadOnlyList<string> placeholders, ITokenizer tokenizer)
    {
        var parts = new List<(int[]?, string?)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var expected = string.Join(", ", placeholders.Select(placeholder => $"{{{placeholder}}}"));
        var literal = "";
        void Flush()
        {
            try
            {
                parts.Add((tokenizer.Encode(literal), null));
            }
            catch (FormatException e)
            {
                throw new SweepException(
                    $"{name}: the model's vocabulary cannot write this: {e.Message} Use the vocabulary's own tokens and {expected}.",
                    e
                );
            }

            literal = "";
        }

        foreach (Match match in Pieces().Matches(text.TrimEnd('\r', '\n')))
        {
            var piece = match.Value;
            if (piece is "{{" or "}}")
            {
                literal += piece[..1];
            }
            else if (piece is "{" or "}")
            {
                throw new SweepException(
                    $"{name}: a single '{piece}' at character {match.Index + 1}; write '{piece}{piece}' for the character, or a placeholder: "
                        + $"{expected}."
                );
            }
            else if (piece[0] != '{')
            {
                literal += piece;
            }
            else
            {
                var placeholder = piece[1..^1];
                if (!placeholders.Contains(placeholder, StringComparer.Ordinal))
                {
                    throw new SweepException($"{name}: there is no placeholder {piece}; there is {expected}.");
                }

                if (!seen.Add(placeholder))
                {
                    throw new SweepException($"{name}: {piece} stands twice; use each of {expected} once.");
                }

                Flush();
                parts.Add((null, placeholder));
            }
        }

        Flush();
        return placeholders.FirstOrDefault(placeholder => !seen.Contains(placeholder)) is { } missing
            ? throw new SweepException($"{name}: {{{missing}}} is missing; use each of {expected} once.")
            : new PromptTemplate(parts);
    }

    /// <summary>The template's tokens, with placeholders written by <paramref name="write"/> (placeholder, tokens so far).</summary>
    public int[] Fill(Action<string, List<int>> write)
    {
        var tokens = new List<int>();
        foreach (var (text, placeholder) in _parts)
        {
            if (placeholder is null)
            {
                tokens.AddRange(text!);
            }
            else
            {
                write(placeholder, tokens);
            }
        }

        return [.. tokens];
    }

    [GeneratedRegex(@"\{\{|\}\}|\{[A-Za-z_]+\}|[{}]|[^{}]+")]
    private static partial Regex Pieces();
}
