using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seal.Core.Json;

/// <summary>
/// One way of writing and reading JSON for everything that is stored, hashed or sent: snake_case, no indentation, declared order. Reading is
/// strict: a member that the type does not have, one that is missing or null where the type demands it, and one that stands twice are refused.
/// Whoever read past an unknown member would lose it at the next write.
/// </summary>
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

    /// <summary>The member that a document has and this build does not, e.g. <c>update.tokens</c>; null where something else is wrong with
    /// it.</summary>
    public static string? UnknownKey(JsonException problem) =>
        problem.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal) ? problem.Path?.TrimStart('$', '.') : null;

    private static JsonSerializerOptions Make(bool indented)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = indented,
            NewLine = "\n",
            MaxDepth = 32,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectRequiredConstructorParameters = true,
            RespectNullableAnnotations = true,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
