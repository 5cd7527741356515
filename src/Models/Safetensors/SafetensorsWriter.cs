using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Seal.Models.Safetensors;

/// <summary>A tensor to write.</summary>
/// <param name="Name">Not empty, at most 1024 bytes in UTF-8.</param>
/// <param name="Dtype">Element type.</param>
/// <param name="Shape">Row-major; empty for a scalar.</param>
/// <param name="Bytes">Little-endian elements, shape × dtype bytes.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsDtype Dtype, long[] Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>An fp32 tensor.</summary>
    public static SafetensorsEntry FromSingles(string name, long[] shape, ReadOnlySpan<float> values)
    {
        var bytes = new byte[4L * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        }

        return new SafetensorsEntry(name, SafetensorsDtype.F32, shape, bytes);
    }
}

/// <summary>A tensor whose bytes are made when their turn comes.</summary>
/// <param name="Name">Not empty, at most 1024 bytes in UTF-8.</param>
/// <param name="Dtype">Element type.</param>
/// <param name="Shape">Row-major; empty for a scalar.</param>
/// <param name="Write">Writes exactly shape × dtype bytes, little-endian.</param>
public sealed record SafetensorsSource(string Name, SafetensorsDtype Dtype, long[] Shape, Action<Stream> Write)
{
    /// <summary>Size in bytes.</summary>
    public long ByteLength => Shape.Aggregate((long)Dtype.Size(), (product, size) => checked(product * size));
}

/// <summary>
/// Writes safetensors so that equal content gives equal bytes: metadata first with sorted keys, tensors in ordinal order of names in
/// header and data alike, header padded with spaces to 8 bytes.
/// </summary>
public static class SafetensorsWriter
{
    private static readonly JsonWriterOptions HeaderOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="ArgumentException">Names repeat, or bytes do not fit shape × dtype.</exception>
    public static void Write(Stream stream, IEnumerable<SafetensorsEntry> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var sorted = tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal).ToArray();
        WriteHeader(stream, [.. sorted.Select(tensor => new Listed(tensor.Name, tensor.Dtype, tensor.Shape, tensor.Bytes.Length))], metadata);
        foreach (var tensor in sorted)
        {
            stream.Write(tensor.Bytes.Span);
        }
    }

    /// <summary>Writes tensors one after the other, holding none of them.</summary>
    /// <exception cref="ArgumentException">Names repeat.</exception>
    /// <exception cref="InvalidOperationException">A tensor wrote more or fewer bytes than its shape says.</exception>
    public static void Write(Stream stream, IEnumerable<SafetensorsSource> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var sorted = tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal).ToArray();
        WriteHeader(stream, [.. sorted.Select(tensor => new Listed(tensor.Name, tensor.Dtype, tensor.Shape, tensor.ByteLength))], metadata);
        foreach (var tensor in sorted)
        {
            var before = stream.Position;
            tensor.Write(stream);
            if (stream.Position - before != tensor.ByteLength)
            {
                throw new InvalidOperationException($"'{tensor.Name}' wrote {stream.Position - before} bytes; its shape has {tensor.ByteLength}.");
            }
        }
    }

    /// <inheritdoc cref="Write(Stream, IEnumerable{SafetensorsEntry}, IReadOnlyDictionary{string, string})"/>
    public static byte[] ToBytes(IEnumerable<SafetensorsEntry> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    private static void WriteHeader(Stream stream, Listed[] sorted, IReadOnlyDictionary<string, string>? metadata)
    {
        var header = Header(sorted, metadata);

        // What we write, our reader takes: the header is checked by the same code.
        SafetensorsHeader.Parse("written safetensors", header, sorted.Sum(tensor => tensor.ByteLength));
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
    }

    private static byte[] Header(Listed[] sorted, IReadOnlyDictionary<string, string>? metadata)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, HeaderOptions))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(SafetensorsHeader.MetadataKey);
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach (var tensor in sorted)
            {
                if (tensor.Name == SafetensorsHeader.MetadataKey)
                {
                    throw new ArgumentException($"A tensor cannot be called {SafetensorsHeader.MetadataKey}.", nameof(sorted));
                }

                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Dtype.ToString());
                json.WriteStartArray("shape");
                Array.ForEach(tensor.Shape, json.WriteNumberValue);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.ByteLength);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (stream.Length % 8 != 0)
        {
            stream.WriteByte((byte)' ');
        }

        return stream.ToArray();
    }

    private readonly record struct Listed(string Name, SafetensorsDtype Dtype, long[] Shape, long ByteLength);
}
