using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seal.Core.Json;

/// <summary>One way of writing JSON for everything that is stored, hashed or sent: snake_case, no indentation, declared order.</summary>
public static class SealJson
{
    public static JsonSerializerOptions Options { get; } = Make(indented: false);

    /// <summary>The same document, indented, for files that people open.</summary>
    public static JsonSerializerOptions Indented { get; } = Make(indented: true);

    public static byte[] ToBytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static string ToText<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <exception cref="JsonException">Not a document of this kind.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize<T>(utf8, Options) ?? throw new JsonException($"null is not a {typeof(T).Name}.");

    /// <exception cref="JsonException">Not a document of this kind.</exception>
    public static T Parse<T>(string text) =>
        JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException($"null is not a {typeof(T).Name}.");

    /// <summary>Lower-case hex SHA-256 of the value's canonical JSON.</summary>
    public static string Hash<T>(T value) => Convert.ToHexStringLower(SHA256.HashData(ToBytes(value)));

    private static JsonSerializerOptions Make(bool indented)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = indented,
            NewLine = "\n",
            MaxDepth = 32,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
