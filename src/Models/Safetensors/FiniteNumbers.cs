using System.Numerics;
using System.Runtime.InteropServices;

namespace Seal.Models.Safetensors;

/// <summary>Finds NaN and infinities in stored numbers: those with all bits of the exponent set.</summary>
internal static class FiniteNumbers
{
    /// <summary>Index of the first number that is not finite; −1 where all are, or where the type holds no floating-point numbers.</summary>
    /// <param name="bytes">Whole elements, little-endian.</param>
    public static int FirstOther(ReadOnlySpan<byte> bytes, SafetensorsDtype dtype) =>
        dtype switch
        {
            SafetensorsDtype.F16 => First<ushort>(bytes, 0x7C00),
            SafetensorsDtype.BF16 => First<ushort>(bytes, 0x7F80),
            SafetensorsDtype.F32 => First<uint>(bytes, 0x7F80_0000),
            SafetensorsDtype.F64 => First<ulong>(bytes, 0x7FF0_0000_0000_0000),
            _ => -1,
        };

    /// <inheritdoc cref="FirstOther(ReadOnlySpan{byte}, SafetensorsDtype)"/>
    public static int FirstOther(ReadOnlySpan<float> values) => First<uint>(MemoryMarshal.AsBytes(values), 0x7F80_0000);

    private static int First<T>(ReadOnlySpan<byte> bytes, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        var mask = new Vector<T>(exponent);
        var i = 0;
        while (i <= values.Length - Vector<T>.Count && !Vector.EqualsAny(new Vector<T>(values[i..]) & mask, mask))
        {
            i += Vector<T>.Count;
        }

        for (; i < values.Length; i++)
        {
            if ((values[i] & exponent) == exponent)
            {
                return i;
            }
        }

        return -1;
    }
}
