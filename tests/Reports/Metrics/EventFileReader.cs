using System.Text;

namespace Seal.Reports.Tests.Metrics;

/// <summary>An event as it was read.</summary>
internal sealed record ReadEvent(double WallTime, long Step, string? FileVersion, IReadOnlyList<(string Tag, float Value)> Scalars);

/// <summary>
/// Reads TensorBoard's files without anything that writes them: frames, checksums bit by bit, and protobuf's wire format by hand. Throws at the first
/// byte that is not as the formats say.
/// </summary>
internal static class EventFileReader
{
    /// <summary>The polynomial of CRC-32C, bits reversed.</summary>
    private const uint Polynomial = 0x82f63b78;

    public static uint Crc32C(ReadOnlySpan<byte> data)
    {
        var crc = 0xffffffffu;
        foreach (var one in data)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ Polynomial : crc >> 1;
            }
        }

        return crc ^ 0xffffffff;
    }

    public static IReadOnlyList<ReadEvent> Read(byte[] file)
    {
        var events = new List<ReadEvent>();
        for (var at = 0; at < file.Length; )
        {
            var length = checked((int)BitConverter.ToUInt64(file, at));
            Demand(BitConverter.ToUInt32(file, at + 8) == Mask(Crc32C(file.AsSpan(at, 8))), "the checksum of a length is wrong");
            var data = file.AsSpan(at + 12, length);
            Demand(BitConverter.ToUInt32(file, at + 12 + length) == Mask(Crc32C(data)), "the checksum of data is wrong");
            events.Add(Event(data));
            at += 16 + length;
        }

        return events;
    }

    private static uint Mask(uint crc) => unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);

    private static ReadEvent Event(ReadOnlySpan<byte> data)
    {
        var read = new ReadEvent(double.NaN, 0, null, []);
        while (data.Length > 0)
        {
            switch (Varint(ref data))
            {
                case (1 << 3) | 1:
                    read = read with { WallTime = BitConverter.ToDouble(Take(ref data, 8)) };
                    break;
                case 2 << 3:
                    read = read with { Step = (long)Varint(ref data) };
                    break;
                case (3 << 3) | 2:
                    read = read with { FileVersion = Encoding.UTF8.GetString(Take(ref data, (int)Varint(ref data))) };
                    break;
                case (5 << 3) | 2:
                    read = read with { Scalars = Summary(Take(ref data, (int)Varint(ref data))) };
                    break;
                default:
                    throw new InvalidDataException("a field of an event is not known");
            }
        }

        return read;
    }

    private static List<(string, float)> Summary(ReadOnlySpan<byte> data)
    {
        var scalars = new List<(string, float)>();
        while (data.Length > 0)
        {
            Demand(Varint(ref data) == ((1 << 3) | 2), "a summary holds something other than values");
            var value = Take(ref data, (int)Varint(ref data));
            Demand(Varint(ref value) == ((1 << 3) | 2), "a value does not begin with its tag");
            var tag = Encoding.UTF8.GetString(Take(ref value, (int)Varint(ref value)));
            Demand(Varint(ref value) == ((2 << 3) | 5), "a value is no simple one");
            scalars.Add((tag, BitConverter.ToSingle(Take(ref value, 4))));
            Demand(value.Length == 0, "a value has more than tag and number");
        }

        return scalars;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> data, int length)
    {
        var taken = data[..length];
        data = data[length..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> data)
    {
        var (value, shift) = (0ul, 0);
        while (true)
        {
            var one = data[0];
            data = data[1..];
            value |= (ulong)(one & 0x7f) << shift;
            if (one < 0x80)
            {
                return value;
            }

            shift += 7;
        }
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException(otherwise);
        }
    }
}
