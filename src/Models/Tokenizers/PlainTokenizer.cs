using System.Globalization;
using System.Text;
using Seal.Core.Sequences;

namespace Seal.Models.Tokenizers;

/// <summary>Writes ids as numbers, "12 7 3 ": for models that come without a vocabulary. It has no special tokens; the last id ends a text.</summary>
internal sealed class PlainTokenizer(int vocabularySize) : ITokenizer
{
    public string Id => string.Create(CultureInfo.InvariantCulture, $"plain-{VocabularySize}");

    public int VocabularySize { get; } = vocabularySize;

    public int EndOfText => VocabularySize - 1;

    public int[] Encode(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    public string Decode(ReadOnlySpan<int> tokens)
    {
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            text.Append(CultureInfo.InvariantCulture, $"{token} ");
        }

        return text.ToString();
    }

    public bool TryGetSpecial(string name, out int token)
    {
        token = -1;
        return false;
    }

    public ReadOnlyMemory<byte> Bytes(int token) => Encoding.ASCII.GetBytes(Decode([token]));

    private int Parse(string number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id < VocabularySize
            ? id
            : throw new FormatException($"'{number}' is no token id in 0..{VocabularySize - 1}.");
}
