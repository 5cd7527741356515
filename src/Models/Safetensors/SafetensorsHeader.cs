using System.Text.Json;
using System.Text.Unicode;

namespace Seal.Models.Safetensors;

/// <summary>
/// The header of a safetensors file, checked: every byte of the data section belongs to exactly one tensor. Format:
/// https://github.com/huggingface/safetensors#format. Stricter than the format where no writer makes use of the freedom: unknown fields,
/// empty names and more than 8 dimensions are refused.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The longest header that is read, bytes; the reference reader has the same cap.</summary>
    public const long MaxLength = 100_000_000;

    public const int MaxNameBytes = 1024;
    public const int MaxDimensions = 8;
    public const string MetadataKey = "__metadata__";

    /// <summary>What the index may weigh beyond half the data section: objects of a small file with a thousand tensors fit.</summary>
    private const long IndexAllowance = 512 * 1024;

    private readonly List<SafetensorsTensor> _tensors = [];
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly string _file;
    private readonly long _dataLength;
    private long _indexBudget;
    private bool _hasMetadata;

    private SafetensorsHeader(string file, long dataLength)
    {
        _file = file;
        _dataLength = dataLength;
        _indexBudget = IndexAllowance + (dataLength / 2);
    }

    /// <summary>In ordinal order of names.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors => _tensors;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Checks the length field against the file before anything is allocated by it.</summary>
    /// <exception cref="SafetensorsException">TooShort, HeaderOverCap, HeaderBeyondFile.</exception>
    public static int CheckLength(string file, ulong headerLength, long fileLength)
    {
        if (headerLength > MaxLength)
        {
            throw new SafetensorsException(
                SafetensorsReason.HeaderOverCap,
                $"{file}: the header says it has {headerLength} bytes; at most {MaxLength} are read. Is this a safetensors file?"
            );
        }

        if ((long)headerLength > fileLength - 8)
        {
            throw new SafetensorsException(
                SafetensorsReason.HeaderBeyondFile,
                $"{file}: the header says it has {headerLength} bytes, the file has {fileLength}. Fetch the file again."
            );
        }

        return (int)headerLength;
    }

    /// <param name="file">Names the file in messages.</param>
    /// <param name="json">The header's bytes, without the length field.</param>
    /// <param name="dataLength">Bytes after the header.</param>
    /// <exception cref="SafetensorsException">The header is refused.</exception>
    public static SafetensorsHeader Parse(string file, ReadOnlySpan<byte> json, long dataLength)
    {
        var header = new SafetensorsHeader(file, dataLength);
        header.CheckStructure(json);
        header.ReadEntries(json);
        header.CheckNames();
        header.CheckLayout();
        return header;
    }

    private void CheckStructure(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw Refuse(SafetensorsReason.HeaderNotObject, "the header must be a JSON object that begins with '{'");
        }

        if (!Utf8.IsValid(json))
        {
            throw Refuse(SafetensorsReason.HeaderNotUtf8, "the header is not UTF-8");
        }

        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                // {"name": {"shape": [n]}}: containers open at depth 0, 1 and 2 only.
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth > 2)
                {
                    throw Refuse(SafetensorsReason.TooDeep, $"the header nests too deep at byte {reader.TokenStartIndex}");
                }
            }
        }
        catch (JsonException e)
        {
            throw new SafetensorsException(SafetensorsReason.HeaderNotJson, $"{_file}: the header is not JSON: {e.Message}", e);
        }
    }

    private void ReadEntries(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan.Length > MaxNameBytes)
            {
                throw Refuse(
                    SafetensorsReason.NameTooLong,
                    $"a name of {reader.ValueSpan.Length} bytes at byte {reader.TokenStartIndex}; at most {MaxNameBytes}"
                );
            }

            var name = Text(ref reader);
            reader.Read();
            if (name == MetadataKey)
            {
                ReadMetadata(ref reader);
            }
            else
            {
                if (name.Length == 0)
                {
                    throw Refuse(SafetensorsReason.BadName, "a tensor with an empty name");
                }

                _tensors.Add(ReadTensor(name, ref reader));
            }
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (_hasMetadata)
        {
            throw Refuse(SafetensorsReason.DuplicateMetadata, $"{MetadataKey} stands twice");
        }

        _hasMetadata = true;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Refuse(SafetensorsReason.BadMetadata, $"{MetadataKey} must be an object of strings; got {Kind(reader.TokenType)}");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Charge(200 + (2L * reader.ValueSpan.Length));
            var key = Text(ref reader);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Refuse(SafetensorsReason.BadMetadata, $"{MetadataKey} {Shown(key)} must be a string; got {Kind(reader.TokenType)}");
            }

            Charge(2L * reader.ValueSpan.Length);
            if (!_metadata.TryAdd(key, Text(ref reader)))
            {
                throw Refuse(SafetensorsReason.DuplicateMetadata, $"{MetadataKey} {Shown(key)} stands twice");
            }
        }
    }

    private SafetensorsTensor ReadTensor(string name, ref Utf8JsonReader reader)
    {
        Charge(400 + (2L * name.Length));
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Refuse(
                SafetensorsReason.EntryNotObject,
                $"{Shown(name)} must be an object with dtype, shape, data_offsets; got {Kind(reader.TokenType)}"
            );
        }

        SafetensorsDtype? dtype = null;
        long[]? shape = null;
        (long Begin, long End)? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.ValueSpan.Length > 64 ? "" : Text(ref reader);
            var isKnown = field is "dtype" or "shape" or "data_offsets";
            if (!isKnown)
            {
                throw Refuse(SafetensorsReason.UnknownField, $"{Shown(name)} has a field {Shown(field)}; expected dtype, shape, data_offsets");
            }

            if (
                field switch
                {
                    "dtype" => dtype is not null,
                    "shape" => shape is not null,
                    _ => offsets is not null,
                }
            )
            {
                throw Refuse(SafetensorsReason.DuplicateField, $"{Shown(name)} has {field} twice");
            }

            reader.Read();
            switch (field)
            {
                case "dtype":
                    dtype = ReadDtype(name, ref reader);
                    break;
                case "shape":
                    shape = ReadShape(name, ref reader);
                    break;
                default:
                    offsets = ReadOffsets(name, ref reader);
                    break;
            }
        }

        if (dtype is null || shape is null || offsets is null)
        {
            throw Refuse(
                SafetensorsReason.MissingField,
                $"{Shown(name)} lacks {(dtype is null ? "dtype" : shape is null ? "shape" : "data_offsets")}"
            );
        }

        var tensor = new SafetensorsTensor(name, dtype.Value, shape, offsets.Value.Begin, offsets.Value.End);
        CheckSize(tensor);
        return tensor;
    }

    private SafetensorsDtype ReadDtype(string name, ref Utf8JsonReader reader)
    {
        var text = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= 64 ? Text(ref reader) : null;
        return (text is null ? null : SafetensorsDtypeExtensions.Parse(text))
            ?? throw Refuse(
                SafetensorsReason.UnknownDtype,
                $"{Shown(name)} has dtype {(text is null ? Kind(reader.TokenType) : Shown(text))}; known are "
                    + $"{string.Join(' ', Enum.GetNames<SafetensorsDtype>())}"
            );
    }

    private long[] ReadShape(string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Refuse(SafetensorsReason.BadShape, $"{Shown(name)} has a shape that is {Kind(reader.TokenType)}; expected an array of integers");
        }

        Span<long> sizes = stackalloc long[MaxDimensions];
        var rank = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number)
            {
                throw Refuse(SafetensorsReason.BadShape, $"{Shown(name)} has {Kind(reader.TokenType)} in its shape; expected integers");
            }

            if (rank == MaxDimensions)
            {
                throw Refuse(SafetensorsReason.TooManyDimensions, $"{Shown(name)} has more than {MaxDimensions} dimensions");
            }

            if (!reader.TryGetInt64(out sizes[rank]))
            {
                var isInteger = !reader.ValueSpan.ContainsAny((byte)'.', (byte)'e', (byte)'E');
                throw isInteger
                    ? Refuse(SafetensorsReason.ShapeOverflow, $"{Shown(name)} has a dimension that does not fit 64 bits")
                    : Refuse(SafetensorsReason.BadShape, $"{Shown(name)} has a fraction in its shape; expected integers");
            }

            if (sizes[rank] < 0)
            {
                throw Refuse(SafetensorsReason.NegativeDimension, $"{Shown(name)} has a dimension of {sizes[rank]}");
            }

            rank++;
        }

        return sizes[..rank].ToArray();
    }

    private (long Begin, long End) ReadOffsets(string name, ref Utf8JsonReader reader)
    {
        Span<long> offsets = stackalloc long[2];
        var isArray = reader.TokenType == JsonTokenType.StartArray;
        var count = 0;
        var isGood = isArray;
        while (isGood && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            isGood = count < 2 && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out offsets[count]) && offsets[count] >= 0;
            count++;
        }

        return isGood && count == 2
            ? (offsets[0], offsets[1])
            : throw Refuse(SafetensorsReason.BadOffsets, $"{Shown(name)} has data_offsets that are not two integers from 0");
    }

    private void CheckSize(SafetensorsTensor tensor)
    {
        if (tensor.Begin > tensor.End)
        {
            throw Refuse(SafetensorsReason.OffsetsReversed, $"{Shown(tensor.Name)} begins at {tensor.Begin} and ends before, at {tensor.End}");
        }

        if (tensor.End > _dataLength)
        {
            throw Refuse(
                SafetensorsReason.OffsetsBeyondFile,
                $"{Shown(tensor.Name)} ends at {tensor.End} of {_dataLength} data bytes. The file may be cut short: fetch it again"
            );
        }

        // The product of the dimensions that are not 0 must fit, so that [huge, huge, 0] is refused like [huge, huge].
        long size = tensor.Dtype.Size();
        var isEmpty = false;
        foreach (var dimension in tensor.Shape)
        {
            isEmpty |= dimension == 0;
            var product = (Int128)size * (dimension == 0 ? 1 : dimension);
            if (product > long.MaxValue)
            {
                throw Refuse(
                    SafetensorsReason.ShapeOverflow,
                    $"{Shown(tensor.Name)} has a shape [{string.Join(", ", tensor.Shape)}] whose size does not fit 64 bits"
                );
            }

            size = (long)product;
        }

        size = isEmpty ? 0 : size;
        if (size != tensor.ByteLength)
        {
            throw Refuse(
                SafetensorsReason.SizeMismatch,
                $"{Shown(tensor.Name)} spans {tensor.ByteLength} bytes; {tensor.Dtype} [{string.Join(", ", tensor.Shape)}] needs {size}"
            );
        }
    }

    private void CheckNames()
    {
        _tensors.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        for (var i = 1; i < _tensors.Count; i++)
        {
            if (_tensors[i].Name == _tensors[i - 1].Name)
            {
                throw Refuse(SafetensorsReason.DuplicateName, $"{Shown(_tensors[i].Name)} is listed twice");
            }
        }
    }

    private void CheckLayout()
    {
        var byPlace = _tensors.ToArray();
        Array.Sort(byPlace, static (a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long end = 0;
        foreach (var tensor in byPlace)
        {
            if (tensor.Begin != end)
            {
                throw tensor.Begin < end
                    ? Refuse(
                        SafetensorsReason.Overlap,
                        $"{Shown(tensor.Name)} begins at {tensor.Begin}, inside the tensor before it, which ends at {end}"
                    )
                    : Refuse(SafetensorsReason.Hole, $"bytes {end}..{tensor.Begin} before {Shown(tensor.Name)} belong to no tensor");
            }

            end = tensor.End;
        }

        if (end != _dataLength)
        {
            throw Refuse(SafetensorsReason.TrailingBytes, $"{_dataLength - end} bytes after the last tensor belong to no tensor");
        }
    }

    /// <summary>Counts what the index will weigh, so that a header of many tiny entries cannot outgrow the file.</summary>
    private void Charge(long bytes)
    {
        _indexBudget -= bytes;
        if (_indexBudget < 0)
        {
            throw Refuse(
                SafetensorsReason.IndexTooLarge,
                $"the header lists more than a file with {_dataLength} data bytes may ({_tensors.Count} tensors, {_metadata.Count} metadata entries "
                    + $"read so far)"
            );
        }
    }

    private string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new SafetensorsException(
                SafetensorsReason.BadName,
                $"{_file}: the text at header byte {reader.TokenStartIndex} holds half a surrogate pair",
                e
            );
        }
    }

    private SafetensorsException Refuse(SafetensorsReason reason, string what) => new(reason, $"{_file}: {what}.");

    private static string Kind(JsonTokenType token) =>
        token switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            JsonTokenType.String => "a string",
            JsonTokenType.Number => "a number",
            JsonTokenType.Null => "null",
            _ => "true or false",
        };

    /// <summary>A text from the file, fit for a message: short, without control characters.</summary>
    private static string Shown(string text)
    {
        var shown = text.Length > 80 ? text[..77] + "…" : text;
        return $"'{string.Create(shown.Length, shown, static (span, s) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(s[i]) ? '?' : s[i];
            }
        })}'";
    }
}
