using System.Collections;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Seal.Core.Json;

namespace Seal.Grains.Tests.Contracts;

/// <summary>A document of a type with every member set, made from what the JSON serializer knows of the type: no type has to be listed by
/// hand.</summary>
internal static class JsonSample
{
    private const int Deepest = 24;

    public static JsonNode Of(Type type) => Of(type, 0);

    /// <summary>Every object of a document, the document itself included.</summary>
    public static IEnumerable<JsonObject> Objects(JsonNode? node) =>
        node switch
        {
            JsonObject one => one.SelectMany(member => Objects(member.Value)).Prepend(one),
            JsonArray many => many.SelectMany(Objects),
            _ => [],
        };

    private static JsonNode Of(Type type, int depth)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        Assert.True(depth < Deepest, $"{type.Name} holds itself");
        var info = SealJson.Options.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => new JsonObject(
                info.Properties.Where(member => member.Set is not null || IsConstructed(info, member))
                    .Select(member => KeyValuePair.Create(member.Name, (JsonNode?)Of(member.PropertyType, depth + 1)))
            ),
            JsonTypeInfoKind.Enumerable => new JsonArray(Of(info.ElementType!, depth + 1)),
            JsonTypeInfoKind.Dictionary => new JsonObject { ["key"] = Of(info.ElementType!, depth + 1) },
            _ => Scalar(type),
        };
    }

    /// <summary>Members that are computed are written, and must then be read past: there is none, or reading would refuse it.</summary>
    private static bool IsConstructed(JsonTypeInfo info, JsonPropertyInfo member) =>
        info
            .Type.GetConstructors()
            .SelectMany(made => made.GetParameters())
            .Any(parameter => SealJson.Options.PropertyNamingPolicy!.ConvertName(parameter.Name!) == member.Name);

    private static JsonNode Scalar(Type type)
    {
        object value = type switch
        {
            _ when type == typeof(string) => "text",
            _ when type.IsEnum => Enum.GetValues(type).GetValue(0)!,
            _ when type == typeof(byte[]) => new byte[] { 1 },
            _ => Activator.CreateInstance(type)!,
        };
        return System.Text.Json.JsonSerializer.SerializeToNode(value, type, SealJson.Options)
            ?? throw new InvalidOperationException($"{type.Name} has no sample");
    }
}
