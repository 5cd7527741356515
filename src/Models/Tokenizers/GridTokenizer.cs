using System.Security.Cryptography;
using System.Text;
using Seal.Core.Sequences;

namespace Seal.Models.Tokenizers;

/// <summary>
/// The vocabulary of the project's own model (<see cref="GridTokens"/>): special tokens where they are written out, else the longest
/// piece that fits, from left to right. Every text of printable ASCII can be written.
/// </summary>
public sealed class GridTokenizer : ITokenizer
{
    private readonly string[] _texts;
    private readonly byte[][] _bytes;
    private readonly Dictionary<string, int> _specials;

    /// <summary>Tokens by first character, longest text first.</summary>
    private readonly int[][] _candidates = new int[128][];

    internal GridTokenizer(IReadOnlyList<string> specials, IReadOnlyList<string> pieces)
    {
        _texts = [.. specials, .. pieces];
        _specials = specials.Select((text, id) => (text, id)).ToDictionary(pair => pair.text, pair => pair.id, StringComparer.Ordinal);
        _bytes = [.. _texts.Select((text, id) => id < specials.Count ? [] : Encoding.ASCII.GetBytes(text))];
        for (var first = 0; first < _candidates.Length; first++)
        {
            // A special token wins over a piece of equal or greater length: OrderBy is stable and specials come first.
            _candidates[first] =
            [
                .. Enumerable
                    .Range(0, _texts.Length)
                    .Where(id => _texts[id][0] == first)
                    .OrderBy(id => id < specials.Count ? 0 : 1)
                    .ThenByDescending(id => _texts[id].Length),
            ];
        }

        EndOfText = _specials[GridTokens.Eos];
        Specials = specials;
        Pieces = pieces;
        Id = Convert.ToHexStringLower(SHA256.HashData(GridTokenizerFile.ToBytes(this)));
    }

    /// <summary>SHA-256 of the canonical <c>tokenizer.json</c>.</summary>
    public string Id { get; }

    public int VocabularySize => _texts.Length;

    public int EndOfText { get; }

    public IReadOnlyList<string> Specials { get; }

    public IReadOnlyList<string> Pieces { get; }

    /// <summary>The project's vocabulary.</summary>
    public static GridTokenizer CreateDefault() => new(GridTokens.Specials, GridTokens.DefaultPieces);

    /// <summary>The same with the words of the mini schema: what models are pretrained with.</summary>
    public static GridTokenizer CreateMini() => new(GridTokens.Specials, [.. GridTokens.DefaultPieces, .. GridTokens.MiniPieces]);

    public int[] Encode(string text)
    {
        var tokens = new List<int>(text.Length);
        for (var at = 0; at < text.Length; )
        {
            var id = Match(text, at);
            tokens.Add(id);
            at += _texts[id].Length;
        }

        return [.. tokens];
    }

    public string Decode(ReadOnlySpan<int> tokens)
    {
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            text.Append(_texts[token]);
        }

        return text.ToString();
    }

    public bool TryGetSpecial(string name, out int token) => _specials.TryGetValue(name, out token);

    public ReadOnlyMemory<byte> Bytes(int token) => _bytes[token];

    private int Match(string text, int at)
    {
        var rest = text.AsSpan(at);
        foreach (var id in rest[0] < 128 ? _candidates[rest[0]] : [])
        {
            if (rest.StartsWith(_texts[id], StringComparison.Ordinal))
            {
                return id;
            }
        }

        throw new FormatException(
            $"The grid vocabulary cannot write the character U+{(int)rest[0]:X4} at position {at}. It writes printable ASCII and its special tokens."
        );
    }
}
