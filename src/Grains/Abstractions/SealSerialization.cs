using Orleans.Serialization;
using Seal.Core.Json;

namespace Seal.Grains.Abstractions;

/// <summary>How messages travel: the grid's own records as the same JSON that is stored. No other type is read this way.</summary>
public static class SealSerialization
{
    public static void Configure(ISerializerBuilder serializer) =>
        serializer.AddJsonSerializer(type => type.Namespace?.StartsWith("Seal.", StringComparison.Ordinal) ?? false, SealJson.Options);
}
