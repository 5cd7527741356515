using System.Buffers.Binary;
using System.Numerics;

namespace Seal.Reports.Metrics;

/// <summary>
/// The framing of TFRecord files: length (8 bytes), its masked CRC-32C (4), data, the data's masked CRC-32C (4), all little-endian. Source:
/// tensorflow/core/lib/io/record_writer.h.
/// </summary>
public static class EventRecord
{
    /// <summary>Bytes before the data.</summary>
    public const int Header = sizeof(ulong) + sizeof(uint);

    /// <summary>Bytes after the data.</summary>
    public const int Footer = sizeof(uint);

    private const uint MaskDelta = 0xa282ead8;

    /// <summary>The data in its frame.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> data)
    {
        var record = new byte[Header + data.Length + Footer];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(sizeof(ulong)), Masked(Crc32C(record.AsSpan(0, sizeof(ulong)))));
        data.CopyTo(record.AsSpan(Header));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(Header + data.Length), Masked(Crc32C(data)));
        return record;
    }

    /// <summary>The data of a whole record; empty where its checksum is not its own.</summary>
    /// <param name="record">As long as a frame is, at least.</param>
    public static ReadOnlySpan<byte> Data(ReadOnlySpan<byte> record)
    {
        var data = record[Header..^Footer];
        return BinaryPrimitives.ReadUInt32LittleEndian(record[^Footer..]) == Masked(Crc32C(data)) ? data : [];
    }

    /// <summary>CRC-32C (RFC 3720, appendix B.4).</summary>
    public static uint Crc32C(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        }

        foreach (var one in data)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }

    /// <summary>A checksum of data that holds checksums: turned by 15 bits, and moved.</summary>
    public static uint Masked(uint crc) => BitOperations.RotateRight(crc, 15) + MaskDelta;
}
