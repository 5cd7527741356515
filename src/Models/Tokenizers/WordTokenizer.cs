using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Seal.Core.Sequences;

namespace Seal.Models.Tokenizers;

/// <summary>
/// One token per word: words are separated by blanks, and a word that is not in the list cannot be written. What
/// <see href="https://huggingface.co/docs/tokenizers/api/models">Hugging Face</see> calls WordLevel with a WhitespaceSplit in front.
/// </summary>
public sealed class WordTokenizer : ITokenizer
{
    private readonly FrozenDictionary<string, int> _ids;
    private readonly FrozenSet<string> _specials;
    private readonly byte[][] _bytes;

    /// <param name="words">All words by id: distinct, not empty, without white space.</param>
    /// <param name="specials">Those of them that are marks; the first one ends a text.</param>
    /// <exception cref="ArgumentException">A word stands twice, is empty or has white space in it; a mark is not among the words.</exception>
    public WordTokenizer(IReadOnlyList<string> words, IReadOnlyList<string> specials)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            if (word.Length == 0 || word.Any(char.IsWhiteSpace) || !ids.TryAdd(word, ids.Count))
            {
                throw new ArgumentException($"'{word}' is empty, has white space in it or stands twice.", nameof(words));
            }
        }

        if (specials.Count == 0 || specials.FirstOrDefault(special => !ids.ContainsKey(special)) is not null)
        {
            throw new ArgumentException("There must be a mark that ends a text, and every mark must be a word.", nameof(specials));
        }

        (Words, Specials, _ids) = (words, specials, ids.ToFrozenDictionary(StringComparer.Ordinal));
        _specials = specials.ToFrozenSet(StringComparer.Ordinal);
        _bytes = [.. words.Select(word => _specials.Contains(word) ? [] : Encoding.UTF8.GetBytes(word + " "))];
        EndOfText = ids[specials[0]];
        Id = Convert.ToHexStringLower(SHA256.HashData(WordTokenizerFile.ToBytes(this)));
    }

    /// <summary>SHA-256 of the canonical <c>tokenizer.json</c>.</summary>
    public string Id { get; }

    public int VocabularySize => Words.Count;

    public int EndOfText { get; }

    /// <summary>All words by id.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The words that are marks.</summary>
    public IReadOnlyList<string> Specials { get; }

    public int[] Encode(string text) =>
        [
            .. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                .Select(word =>
                    _ids.TryGetValue(word, out var id)
                        ? id
                        : throw new FormatException($"'{word}' is not among the {Words.Count} words of this vocabulary.")
                ),
        ];

    /// <summary>The words with one blank between.</summary>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            text.Append(text.Length == 0 ? "" : " ").Append(Words[token]);
        }

        return text.ToString();
    }

    public bool TryGetSpecial(string name, out int token)
    {
        token = -1;
        return _specials.Contains(name) && _ids.TryGetValue(name, out token);
    }

    /// <summary>The word and a blank.</summary>
    public ReadOnlyMemory<byte> Bytes(int token) => _bytes[token];
}
