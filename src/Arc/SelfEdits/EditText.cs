using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Seal.Arc.SelfEdits;

/// <summary>The checks that no schema can relax: size, Unicode, JSON, depth, nothing behind it. They come before any look at keys.</summary>
internal static class EditText
{
    /// <summary>Most bytes (UTF-8) of a self-edit.</summary>
    public const int MaxBytes = 4096;

    /// <summary>Most objects and arrays inside one another.</summary>
    public const int MaxDepth = 4;

    /// <summary>
    /// The reader's own limit: more than <see cref="MaxBytes"/> can nest, so that depth is counted here and named as such, not reported as
    /// malformed JSON.
    /// </summary>
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxBytes + 1, AllowMultipleValues = true };

    /// <summary>Allocates no more than a few times <see cref="MaxBytes"/>, whatever the text.</summary>
    /// <returns>The text's bytes, which hold one JSON value of bounded depth; or a rejection.</returns>
    public static (byte[]? Utf8, EditReading? Rejected) Check(string text)
    {
        // UTF-8 has at least one byte per UTF-16 unit, so length alone settles the long ones before anything is copied.
        if (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            return (null, EditReading.Reject(EditRejection.TooLong, $"more than {MaxBytes} bytes"));
        }

        var utf8 = new byte[Encoding.UTF8.GetByteCount(text)];
        if (System.Text.Unicode.Utf8.FromUtf16(text, utf8, out _, out _, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            return (null, EditReading.Reject(EditRejection.InvalidUnicode, "a surrogate stands alone"));
        }

        if (utf8.AsSpan().ContainsAnyExcept(" \t\r\n"u8) is false)
        {
            return (null, EditReading.Reject(EditRejection.Empty, "no text"));
        }

        return Scan(utf8) is { } rejected ? (null, rejected) : (utf8, null);
    }

    private static EditReading? Scan(byte[] utf8)
    {
        var reader = new Utf8JsonReader(utf8, ReaderOptions);
        var values = 0;
        try
        {
            while (reader.Read())
            {
                if (values == 1)
                {
                    return EditReading.Reject(EditRejection.TrailingText, $"at byte {reader.TokenStartIndex}");
                }

                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= MaxDepth)
                {
                    return EditReading.Reject(EditRejection.TooDeep, $"more than {MaxDepth} levels at byte {reader.TokenStartIndex}");
                }

                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && reader.ValueIsEscaped && !IsWellFormed(ref reader))
                {
                    return EditReading.Reject(EditRejection.InvalidUnicode, $"an escaped surrogate stands alone at byte {reader.TokenStartIndex}");
                }

                if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                {
                    values++;
                }
            }
        }
        catch (JsonException e)
        {
            return values == 1
                ? EditReading.Reject(EditRejection.TrailingText, $"at byte {e.BytePositionInLine}")
                : EditReading.Reject(EditRejection.NotJson, $"at line {e.LineNumber + 1}, byte {e.BytePositionInLine}");
        }

        return values == 1 ? null : EditReading.Reject(EditRejection.NotJson, "the JSON value does not end");
    }

    /// <summary>Comparing a text that holds half a character would throw later.</summary>
    private static bool IsWellFormed(ref Utf8JsonReader reader)
    {
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
