using System.Text.Json;
using Seal.Core.Artifacts;
using Seal.Core.Jobs;
using Seal.Core.Json;

namespace Seal.Grains.Candidates;

/// <summary>
/// Results of trials by everything they depend on (see <see cref="InnerSeeds.CacheKey"/>), shared by arms, cells and sweeps of one store. An
/// entry that does not have its own hash is no entry: the trial runs again.
/// </summary>
public static class TrialCache
{
    public static async Task<TrialResult?> Read(IArtifactStore store, string key)
    {
        if (await store.ReadAsync(key) is not { } stored)
        {
            return null;
        }

        return Parse(stored.Bytes);
    }

    /// <summary>True if the entry has its own hash.</summary>
    public static bool IsWhole(byte[] bytes) => Parse(bytes) is not null;

    /// <summary>The trial, or null if the bytes are no whole entry.</summary>
    public static TrialResult? Parse(byte[] bytes)
    {
        try
        {
            var entry = SealJson.Parse<Entry>(bytes);
            // Byte for byte: a flipped bit in the name of a value that is null would otherwise go unseen.
            return entry is { Trial: not null } && SealJson.Hash(entry.Trial) == entry.Sha256 && bytes.AsSpan().SequenceEqual(SealJson.ToBytes(entry)) ? entry.Trial : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static Task Write(IArtifactStore store, string key, TrialResult trial) =>
        store.WriteAsync(key, SealJson.ToBytes(new Entry(SealJson.Hash(trial), trial)), WriteCondition.Always);

    private sealed record Entry(string Sha256, TrialResult Trial);
}
