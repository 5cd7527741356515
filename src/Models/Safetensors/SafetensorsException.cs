using Seal.Core.Engines;

namespace Seal.Models.Safetensors;

/// <summary>A safetensors file that is not what it says it is.</summary>
/// <param name="reason">Stable, for programs.</param>
/// <param name="message">File, place, what was expected; for people.</param>
internal sealed class SafetensorsException(SafetensorsReason reason, string message, Exception? inner = null)
    : ModelFormatException($"{message} [{reason}]", inner)
{
    public SafetensorsReason Reason { get; } = reason;
}

/// <summary>Why a safetensors file is refused.</summary>
internal enum SafetensorsReason
{
    /// <summary>Fewer than the 8 bytes of the header length, or the file shrank while it was read.</summary>
    TooShort,

    /// <summary>The header length is over the cap of 100 MB.</summary>
    HeaderOverCap,

    /// <summary>The header would reach beyond the end of the file.</summary>
    HeaderBeyondFile,

    /// <summary>The header does not begin with <c>{</c>.</summary>
    HeaderNotObject,

    /// <summary>The header is not UTF-8.</summary>
    HeaderNotUtf8,

    /// <summary>The header is not JSON.</summary>
    HeaderNotJson,

    /// <summary>The header nests deeper than a header can.</summary>
    TooDeep,

    /// <summary>The header lists so much that its index would outweigh the file.</summary>
    IndexTooLarge,

    /// <summary>A name is empty or holds half a surrogate pair.</summary>
    BadName,

    /// <summary>A tensor name is over 1024 bytes.</summary>
    NameTooLong,

    /// <summary>A tensor is listed twice.</summary>
    DuplicateName,

    /// <summary><c>__metadata__</c> is not an object of strings.</summary>
    BadMetadata,

    /// <summary>A metadata key, or <c>__metadata__</c> itself, stands twice.</summary>
    DuplicateMetadata,

    /// <summary>A tensor's entry is not an object.</summary>
    EntryNotObject,

    /// <summary>A tensor's entry has a field other than dtype, shape, data_offsets.</summary>
    UnknownField,

    /// <summary>A tensor's entry has a field twice.</summary>
    DuplicateField,

    /// <summary>A tensor's entry lacks dtype, shape or data_offsets.</summary>
    MissingField,

    /// <summary>A dtype is not a known one.</summary>
    UnknownDtype,

    /// <summary>A shape is not an array of integers.</summary>
    BadShape,

    /// <summary>A shape has a negative dimension.</summary>
    NegativeDimension,

    /// <summary>A shape has more than 8 dimensions.</summary>
    TooManyDimensions,

    /// <summary>A shape's size in bytes does not fit 64 bits.</summary>
    ShapeOverflow,

    /// <summary>data_offsets is not an array of two integers from 0.</summary>
    BadOffsets,

    /// <summary>A tensor begins after it ends.</summary>
    OffsetsReversed,

    /// <summary>A tensor ends beyond the end of the file.</summary>
    OffsetsBeyondFile,

    /// <summary>A tensor's offsets do not span shape × dtype.</summary>
    SizeMismatch,

    /// <summary>Two tensors share bytes.</summary>
    Overlap,

    /// <summary>Bytes before or between tensors belong to none.</summary>
    Hole,

    /// <summary>Bytes after the last tensor belong to none.</summary>
    TrailingBytes,
}
