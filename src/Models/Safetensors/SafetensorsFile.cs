using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Seal.Core.Engines;
using Seal.Core.Files;

namespace Seal.Models.Safetensors;

/// <summary>
/// A safetensors file, header checked. Opened from a path it holds the header only and reads a tensor when asked; opened from bytes it
/// hands out slices of them. What it allocates is bounded by the file's size + 1 MB, whatever the header says.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int Block = 1 << 20; // elements

    private readonly SafetensorsHeader _header;
    private readonly SafeFileHandle? _handle;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly long _dataStart;
    private readonly string _name;

    private SafetensorsFile(SafetensorsHeader header, SafeFileHandle? handle, ReadOnlyMemory<byte> bytes, long dataStart, string name)
    {
        _header = header;
        _handle = handle;
        _bytes = bytes;
        _dataStart = dataStart;
        _name = name;
    }

    /// <summary>In ordinal order of names.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors => _header.Tensors;

    /// <summary>The <c>__metadata__</c> entries, in ordinal order of keys; empty if there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file. Dispose it to close the file.</summary>
    /// <exception cref="SafetensorsException">The header is refused.</exception>
    /// <exception cref="ModelFormatException">There is no such file.</exception>
    /// <exception cref="UserFileException">It is not a regular file.</exception>
    public static SafetensorsFile Read(string path)
    {
        SafeFileHandle handle;
        try
        {
            handle = ModelFile.OpenHandle(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelFormatException($"{path}: no such file. Check model.path, or fetch the model again.", e);
        }

        try
        {
            var length = RandomAccess.GetLength(handle);
            Span<byte> prefix = stackalloc byte[8];
            ReadExactly(handle, prefix[..(int)Math.Min(8, length)], 0, path);
            var json = new byte[HeaderLength(path, prefix, length)];
            ReadExactly(handle, json, 8, path);
            var header = SafetensorsHeader.Parse(path, json, length - 8 - json.Length);
            return new SafetensorsFile(header, handle, default, 8 + json.Length, path);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads a file that is in memory. Tensors are slices of <paramref name="bytes"/>, which must stay unchanged.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Names the file in messages.</param>
    /// <exception cref="SafetensorsException">The header is refused.</exception>
    public static SafetensorsFile Read(ReadOnlyMemory<byte> bytes, string name = "safetensors")
    {
        ModelFile.Check(name, bytes.Span);
        var length = HeaderLength(name, bytes.Span[..Math.Min(8, bytes.Length)], bytes.Length);
        var header = SafetensorsHeader.Parse(name, bytes.Span.Slice(8, length), bytes.Length - 8 - length);
        return new SafetensorsFile(header, null, bytes, 8 + length, name);
    }

    /// <summary>The entry of a tensor, or null.</summary>
    public SafetensorsTensor? Find(string name)
    {
        int low = 0,
            high = Tensors.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(Tensors[middle].Name, name);
            if (order == 0)
            {
                return Tensors[middle];
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>The entry of a tensor that must be there.</summary>
    /// <exception cref="ModelFormatException">It is not there.</exception>
    public SafetensorsTensor Get(string name) =>
        Find(name) ?? throw new ModelFormatException($"{_name}: no tensor '{name}' among its {Tensors.Count}. Is this the right kind of model?");

    /// <summary>A tensor's bytes, little-endian and unchecked: a slice without copy, or one read of just these bytes from the file.</summary>
    /// <exception cref="ModelFormatException">The tensor is over 2 GB (read it in parts), or the file shrank.</exception>
    internal ReadOnlyMemory<byte> Bytes(SafetensorsTensor tensor)
    {
        if (tensor.ByteLength > Array.MaxLength)
        {
            throw new ModelFormatException($"{_name}: '{tensor.Name}' has {tensor.ByteLength} bytes, too many for one array. Read it in parts.");
        }

        if (_handle is null)
        {
            return _bytes.Slice((int)(_dataStart + tensor.Begin), (int)tensor.ByteLength);
        }

        var bytes = GC.AllocateUninitializedArray<byte>((int)tensor.ByteLength);
        Read(tensor, 0, bytes);
        return bytes;
    }

    /// <summary>Copies part of a tensor's bytes, unchecked.</summary>
    /// <param name="tensor">Which.</param>
    /// <param name="offset">First byte, counted from the tensor's beginning.</param>
    /// <param name="destination">Filled whole.</param>
    private void Read(SafetensorsTensor tensor, long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, tensor.ByteLength - offset);
        var start = _dataStart + tensor.Begin + offset;
        if (_handle is null)
        {
            _bytes.Span.Slice((int)start, destination.Length).CopyTo(destination);
        }
        else
        {
            ReadExactly(_handle, destination, start, _name);
        }
    }

    /// <summary>A tensor's elements as fp32: F32 as it is, F16 and BF16 exactly, F64 rounded.</summary>
    /// <exception cref="ModelFormatException">The tensor holds no floating-point numbers, or one that is not finite or too large for
    /// fp32.</exception>
    public float[] ReadSingles(SafetensorsTensor tensor)
    {
        RequireNumbers(tensor);
        var values = GC.AllocateUninitializedArray<float>(checked((int)tensor.Count));
        ReadSingles(tensor, 0, values);
        return values;
    }

    /// <summary>Part of a tensor's elements as fp32, for buffers that are already there.</summary>
    /// <param name="tensor">Which.</param>
    /// <param name="first">First element.</param>
    /// <param name="values">Filled whole.</param>
    /// <inheritdoc cref="ReadSingles(SafetensorsTensor)"/>
    public void ReadSingles(SafetensorsTensor tensor, long first, Span<float> values)
    {
        RequireNumbers(tensor);
        if (tensor.Dtype == SafetensorsDtype.F32 && BitConverter.IsLittleEndian)
        {
            // Large weights go where they belong without passing through a second array.
            ReadNumbers(tensor, 4 * first, MemoryMarshal.AsBytes(values));
            return;
        }

        var size = tensor.Dtype.Size();
        var rented = ArrayPool<byte>.Shared.Rent(Math.Min(values.Length, Block) * size);
        try
        {
            for (var at = 0; at < values.Length; at += Block)
            {
                var part = values.Slice(at, Math.Min(Block, values.Length - at));
                var bytes = rented.AsSpan(0, part.Length * size);
                ReadNumbers(tensor, (first + at) * size, bytes);
                Convert(tensor.Dtype, bytes, part);
                if (tensor.Dtype == SafetensorsDtype.F64 && FiniteNumbers.FirstOther(part) is >= 0 and var large)
                {
                    throw TooLarge(tensor, first + at + large, BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * large)..]), "fp32");
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Copies part of a tensor's bytes as they are stored. Weights come in here: a number that is not finite is refused.</summary>
    /// <param name="tensor">Which.</param>
    /// <param name="offset">First byte, counted from the tensor's beginning; where an element begins.</param>
    /// <param name="destination">Filled whole.</param>
    /// <exception cref="ModelFormatException">A number is NaN or infinite; names tensor and place.</exception>
    public void ReadNumbers(SafetensorsTensor tensor, long offset, Span<byte> destination)
    {
        Read(tensor, offset, destination);
        if (FiniteNumbers.FirstOther(destination, tensor.Dtype) is >= 0 and var other)
        {
            var size = tensor.Dtype.Size();
            throw new ModelFormatException(
                $"{_name}: '{tensor.Name}' has {Shown(tensor.Dtype, destination.Slice(other * size, size))} at "
                    + $"{tensor.PlaceOf((offset / size) + other)}; expected finite numbers. "
                    + "The file is damaged, or its training diverged: fetch it again, or take an earlier one."
            );
        }
    }

    /// <summary>Reads through a tensor, a block at a time.</summary>
    /// <exception cref="ModelFormatException">A number is NaN or infinite; names tensor and place.</exception>
    public void CheckNumbers(SafetensorsTensor tensor)
    {
        var size = tensor.Dtype.Size();
        var rented = ArrayPool<byte>.Shared.Rent((int)Math.Min(tensor.Count, Block) * size);
        try
        {
            for (var at = 0L; at < tensor.Count; at += Block)
            {
                ReadNumbers(tensor, at * size, rented.AsSpan(0, (int)Math.Min(Block, tensor.Count - at) * size));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>The refusal of a number that does not fit the type it is read or written in.</summary>
    internal ModelFormatException TooLarge(SafetensorsTensor tensor, long index, double value, string dtype) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{_name}: '{tensor.Name}' has {value:G9} at {tensor.PlaceOf(index)}, which is too large for {dtype}. Keep the weights in a type "
                    + $"with a wider range."
            )
        );

    public void Dispose() => _handle?.Dispose();

    private void RequireNumbers(SafetensorsTensor tensor)
    {
        if (tensor.Dtype is not (SafetensorsDtype.F32 or SafetensorsDtype.F16 or SafetensorsDtype.BF16 or SafetensorsDtype.F64))
        {
            throw new ModelFormatException($"{_name}: '{tensor.Name}' holds {tensor.Dtype}; expected F32, F16, BF16 or F64.");
        }
    }

    private static void Convert(SafetensorsDtype dtype, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = dtype switch
            {
                SafetensorsDtype.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]),
                SafetensorsDtype.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
                SafetensorsDtype.BF16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16),
                _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]),
            };
        }
    }

    /// <summary>What a number is that is not finite.</summary>
    private static string Shown(SafetensorsDtype dtype, ReadOnlySpan<byte> bytes)
    {
        Span<float> value = stackalloc float[1];
        Convert(dtype, bytes, value);
        return float.IsNaN(value[0]) ? "NaN"
            : value[0] > 0 ? "infinity"
            : "minus infinity";
    }

    private static int HeaderLength(string file, ReadOnlySpan<byte> prefix, long fileLength) =>
        fileLength < 8
            ? throw new SafetensorsException(SafetensorsReason.TooShort, $"{file}: {fileLength} bytes; a safetensors file has at least 8.")
            : SafetensorsHeader.CheckLength(file, BinaryPrimitives.ReadUInt64LittleEndian(prefix), fileLength);

    private static void ReadExactly(SafeFileHandle handle, Span<byte> destination, long offset, string file)
    {
        while (destination.Length > 0)
        {
            var read = RandomAccess.Read(handle, destination, offset);
            if (read == 0)
            {
                throw new SafetensorsException(SafetensorsReason.TooShort, $"{file}: the file ended at byte {offset} while it was read.");
            }

            destination = destination[read..];
            offset += read;
        }
    }
}
