using System.Text;
using Seal.Core.Sequences;

namespace Seal.Core.Tests.Grammars;

/// <summary>Every byte, some longer pieces, and an end token with id 0. Encodes by longest match on the UTF-8 bytes.</summary>
internal sealed class ByteVocabulary(params string[] pieces) : ITokenizer
{
    private readonly byte[][] _bytes =
    [
        [],
        .. Enumerable.Range(0, 256).Select(value => new[] { (byte)value }),
        .. pieces.Select(Encoding.UTF8.GetBytes),
    ];

    public string Id => "bytes";

    public int VocabularySize => _bytes.Length;

    public int EndOfText => 0;

    public int[] Encode(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text).AsSpan();
        var tokens = new List<int>();
        while (utf8.Length > 0)
        {
            var best = utf8[0] + 1;
            for (var id = 257; id < _bytes.Length; id++)
            {
                best = utf8.StartsWith(_bytes[id]) && _bytes[id].Length > _bytes[best].Length ? id : best;
            }

            tokens.Add(best);
            utf8 = utf8[_bytes[best].Length..];
        }

        return [.. tokens];
    }

    public string Decode(ReadOnlySpan<int> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            bytes.AddRange(_bytes[token]);
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    public bool TryGetSpecial(string name, out int token) => (token = name == "<end>" ? 0 : -1) == 0;

    public ReadOnlyMemory<byte> Bytes(int token) => _bytes[token];
}
