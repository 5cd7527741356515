using System.Text.RegularExpressions;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Arc.Prompts;

/// <summary>
/// The wording of a conversation: lines <c>[system]</c> and <c>[user]</c> begin messages; without such lines all is the user's. Placeholders stand in
/// braces, a doubled brace stands for one. Line ends at the end of the file do not count.
/// </summary>
internal sealed partial class ChatWording
{
    private readonly IReadOnlyList<(string Role, IReadOnlyList<(string Text, bool IsPlaceholder)> Parts)> _messages;

    private ChatWording(IReadOnlyList<(string, IReadOnlyList<(string, bool)>)> messages) => _messages = messages;

    /// <param name="name">What messages call it.</param>
    /// <param name="text">The wording.</param>
    /// <param name="placeholders">Those it must have, each once.</param>
    /// <exception cref="SweepException">An unknown, missing or repeated placeholder, a single brace, or no user message.</exception>
    public static ChatWording Parse(string name, string text, IReadOnlyList<string> placeholders)
    {
        var expected = string.Join(", ", placeholders.Select(placeholder => $"{{{placeholder}}}"));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var messages = Sections(text)
            .Select(section => (section.Role, Parts: (IReadOnlyList<(string, bool)>)Parts(name, section.Text, placeholders, expected, seen)))
            .ToArray();
        if (placeholders.FirstOrDefault(placeholder => !seen.Contains(placeholder)) is { } missing)
        {
            throw new SweepException($"{name}: {{{missing}}} is missing; use each of {expected} once.");
        }

        return messages is [.., ("user", _)]
            ? new ChatWording(messages)
            : throw new SweepException($"{name}: the last message must be the user's; begin it with a line [user].");
    }

    /// <summary>The messages, with placeholders filled in.</summary>
    public IReadOnlyList<ChatMessage> Fill(IReadOnlyDictionary<string, string> values) =>
        [
            .. _messages.Select(message => new ChatMessage(
                message.Role,
                string.Concat(message.Parts.Select(part => part.IsPlaceholder ? values[part.Text] : part.Text))
            )),
        ];

    private static IEnumerable<(string Role, string Text)> Sections(string text)
    {
        text = text.ReplaceLineEndings("\n").TrimEnd('\n');
        var heads = Head().Matches(text);
        if (heads.Count == 0 || heads[0].Index > 0)
        {
            yield return ("user", heads.Count == 0 ? text : text[..heads[0].Index]);
        }

        for (var h = 0; h < heads.Count; h++)
        {
            var start = heads[h].Index + heads[h].Length;
            var end = h + 1 < heads.Count ? heads[h + 1].Index : text.Length;
            yield return (heads[h].Groups["role"].Value, text[start..end]);
        }
    }

    private static List<(string, bool)> Parts(string name, string text, IReadOnlyList<string> placeholders, string expected, HashSet<string> seen)
    {
        var parts = new List<(string, bool)>();
        foreach (Match match in Pieces().Matches(text))
        {
            var piece = match.Value;
            if (piece is "{{" or "}}")
            {
                parts.Add((piece[..1], false));
            }
            else if (piece is "{" or "}")
            {
                throw new SweepException(
                    $"{name}: a single '{piece}' at character {match.Index + 1} of a message; write '{piece}{piece}' for the character, or a "
                        + $"placeholder: {expected}."
                );
            }
            else if (piece[0] != '{')
            {
                parts.Add((piece, false));
            }
            else if (!placeholders.Contains(piece[1..^1], StringComparer.Ordinal))
            {
                throw new SweepException($"{name}: there is no placeholder {piece}; there is {expected}.");
            }
            else if (!seen.Add(piece[1..^1]))
            {
                throw new SweepException($"{name}: {piece} stands twice; use each of {expected} once.");
            }
            else
            {
                parts.Add((piece[1..^1], true));
            }
        }

        return parts;
    }

    [GeneratedRegex(@"^\[(?<role>system|user)\]\n", RegexOptions.Multiline)]
    private static partial Regex Head();

    [GeneratedRegex(@"\{\{|\}\}|\{[A-Za-z_]+\}|[{}]|[^{}]+")]
    private static partial Regex Pieces();
}
