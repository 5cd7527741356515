using System.Buffers;
using System.Text;

namespace Seal.Models.Tokenizers.BytePairs;

/// <summary>
/// The letters in which byte-level vocabularies write bytes (GPT-2, Radford et al. 2019): printable Latin-1 characters stand for themselves, the
/// other bytes for U+0100 and up, in order.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Letters = MakeLetters();
    private static readonly Dictionary<char, byte> Values = Letters
        .Select((letter, value) => (letter, value))
        .ToDictionary(pair => pair.letter, pair => (byte)pair.value);

    /// <summary>The letter of a byte.</summary>
    public static char Letter(byte value) => Letters[value];

    /// <summary>A text's UTF-8 bytes in letters; half a surrogate pair becomes U+FFFD.</summary>
    public static string Write(ReadOnlySpan<char> text)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var count = Encoding.UTF8.GetBytes(text, rented);
        var letters = string.Create(
            count,
            rented,
            static (letters, bytes) =>
            {
                for (var i = 0; i < letters.Length; i++)
                {
                    letters[i] = Letters[bytes[i]];
                }
            }
        );
        ArrayPool<byte>.Shared.Return(rented);
        return letters;
    }

    /// <summary>The bytes that letters stand for, or null where one is no letter.</summary>
    public static byte[]? Read(string letters)
    {
        var bytes = new byte[letters.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            if (!Values.TryGetValue(letters[i], out bytes[i]))
            {
                return null;
            }
        }

        return bytes;
    }

    private static char[] MakeLetters()
    {
        var letters = new char[256];
        var next = 256;
        for (var value = 0; value < letters.Length; value++)
        {
            letters[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)value : (char)next++;
        }

        return letters;
    }
}
