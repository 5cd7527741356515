using System.Text;
using Seal.Core.Sequences;

namespace Seal.Knowledge.Tests.Support;

/// <summary>One token per byte, and one that ends a text: writes whatever a passage says.</summary>
internal sealed class ByteTokenizer : ITokenizer
{
    public const int End = 256;

    public string Id => "bytes";

    public int VocabularySize => 257;

    public int EndOfText => End;

    public int[] Encode(string text) => [.. Encoding.UTF8.GetBytes(text).Select(one => (int)one)];

    public string Decode(ReadOnlySpan<int> tokens) =>
        Encoding.UTF8.GetString([.. tokens.ToArray().Where(token => token < End).Select(token => (byte)token)]);

    public bool TryGetSpecial(string name, out int token)
    {
        token = -1;
        return false;
    }

    public ReadOnlyMemory<byte> Bytes(int token) => token == End ? Array.Empty<byte>() : new[] { (byte)token };
}
