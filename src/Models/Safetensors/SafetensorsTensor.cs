namespace Seal.Models.Safetensors;

/// <summary>Element types, named as they are written in the header.</summary>
public enum SafetensorsDtype
{
    BOOL,
    U8,
    I8,
    I16,
    U16,
    F16,
    BF16,
    I32,
    U32,
    F32,
    I64,
    U64,
    F64,
}

/// <summary>One entry of a header.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Dtype">Element type, little-endian.</param>
/// <param name="Shape">Row-major; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">One past the last byte, counted from the end of the header.</param>
public sealed record SafetensorsTensor(string Name, SafetensorsDtype Dtype, long[] Shape, long Begin, long End)
{
    /// <summary>Size in bytes.</summary>
    public long ByteLength => End - Begin;

    /// <summary>Number of elements.</summary>
    public long Count => ByteLength / Dtype.Size();

    /// <summary>Where an element stands, e.g. <c>[2, 17]</c>.</summary>
    public string PlaceOf(long index)
    {
        var place = new long[Shape.Length];
        for (var axis = Shape.Length - 1; axis >= 0; axis--)
        {
            (index, place[axis]) = Math.DivRem(index, Shape[axis]);
        }

        return $"[{string.Join(", ", place)}]";
    }
}

internal static class SafetensorsDtypeExtensions
{
    /// <summary>Bytes per element.</summary>
    public static int Size(this SafetensorsDtype dtype) =>
        dtype switch
        {
            SafetensorsDtype.BOOL or SafetensorsDtype.U8 or SafetensorsDtype.I8 => 1,
            SafetensorsDtype.I16 or SafetensorsDtype.U16 or SafetensorsDtype.F16 or SafetensorsDtype.BF16 => 2,
            SafetensorsDtype.I32 or SafetensorsDtype.U32 or SafetensorsDtype.F32 => 4,
            _ => 8,
        };

    /// <summary>The dtype written so, or null.</summary>
    internal static SafetensorsDtype? Parse(string text) =>
        text.Length > 0 && char.IsAsciiLetterUpper(text[0]) && Enum.TryParse<SafetensorsDtype>(text, out var dtype) && dtype.ToString() == text
            ? dtype
            : null;
}
