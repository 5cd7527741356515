using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Seal.Core.Randomness;

/// <summary>
/// A 64-bit key for <see cref="CounterRandom"/>. Seeds derive from <em>names</em> (round, task, canonical edit, purpose), never from
/// positions in a grid or from arrival order, so a sweep that is extended draws what a larger sweep would have drawn.
/// </summary>
public readonly record struct Seed(ulong Value)
{
    /// <summary>The seed that belongs to these names under this one: the first 8 bytes of a SHA-256 over both.</summary>
    /// <param name="names">Any strings, in order. Lengths are hashed too, so ("ab","c") and ("a","bc") differ.</param>
    public Seed Derive(params ReadOnlySpan<string> names)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, Value);
        hash.AppendData(number);
        foreach (var name in names)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            BinaryPrimitives.WriteUInt64LittleEndian(number, (ulong)bytes.Length);
            hash.AppendData(number);
            hash.AppendData(bytes);
        }

        return new Seed(BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset()));
    }

    public override string ToString() => $"{Value:x16}";
}
