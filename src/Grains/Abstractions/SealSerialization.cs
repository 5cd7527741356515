using Orleans.Serialization;
using Seal.Core.Json;

namespace Seal.Grains.Abstractions;

/// <summary>
/// How messages travel: the grid's own records as the same strict JSON that is stored. No other type is read this way. Why not Orleans' own format:
/// most messages hold what is stored too, one format means one set of rules (an unknown member is refused, never dropped), and builds with
/// different messages do not talk at all (<see cref="GridContract"/>), so members need no numbers.
/// </summary>
public static class SealSerialization
{
    public static void Configure(ISerializerBuilder serializer) =>
        serializer.AddJsonSerializer(type => type.Namespace?.StartsWith("Seal.", StringComparison.Ordinal) ?? false, SealJson.Options);
}
