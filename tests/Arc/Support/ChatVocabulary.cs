using System.Text;
using Seal.Core.Sequences;

namespace Seal.Arc.Tests.Support;

/// <summary>A chat model's vocabulary in small: every byte a token, four special ones, turns as <c>&lt;role&gt;text&lt;end&gt;</c>.</summary>
internal sealed class ChatVocabulary(string endOfTurn = "<end>") : IChatTokenizer
{
    private static readonly string[] Specials = ["<system>", "<user>", "<assistant>", "<end>"];

    public string Id => "test-chat";

    public int VocabularySize => 260;

    public int EndOfText => 259;

    public EndTokens EndTokens { get; init; } = 259;

    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt) =>
        string.Concat(messages.Select(message => $"<{message.Role}>{message.Content.Trim()}{endOfTurn}"))
        + (addGenerationPrompt ? "<assistant>" : "");

    public int[] Encode(string text)
    {
        var tokens = new List<int>();
        for (var at = 0; at < text.Length; )
        {
            var special = Array.FindIndex(Specials, one => string.CompareOrdinal(text, at, one, 0, one.Length) == 0);
            if (special >= 0)
            {
                tokens.Add(256 + special);
                at += Specials[special].Length;
            }
            else
            {
                tokens.AddRange(Encoding.UTF8.GetBytes(text.Substring(at, 1)).Select(value => (int)value));
                at++;
            }
        }

        return [.. tokens];
    }

    public string Decode(ReadOnlySpan<int> tokens)
    {
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            text.Append(token < 256 ? ((char)token).ToString() : Specials[token - 256]);
        }

        return text.ToString();
    }

    public bool TryGetSpecial(string name, out int token) => (token = Array.IndexOf(Specials, name) is >= 0 and var at ? 256 + at : -1) >= 0;

    public ReadOnlyMemory<byte> Bytes(int token) => token < 256 ? new[] { (byte)token } : default;
}
