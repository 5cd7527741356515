using Microsoft.Extensions.Logging;
using Seal.Core.Artifacts;
using Seal.Grains.Hosting;

namespace Seal.Silo.Storage;

/// <summary>Refuses keys that are none before the store behind sees them, and says so in the log.</summary>
public sealed partial class GuardedStore(IArtifactStore inner, ILogger<GuardedStore> logger) : IArtifactStore
{
    public Task<StoredArtifact?> ReadAsync(string key, CancellationToken cancellation = default) => inner.ReadAsync(Checked(key), cancellation);

    public Task<string> WriteAsync(string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellation = default) =>
        inner.WriteAsync(Checked(key), bytes, condition, cancellation);

    public Task DeleteAsync(string key, CancellationToken cancellation = default) => inner.DeleteAsync(Checked(key), cancellation);

    public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation = default)
    {
        // A prefix is a key, perhaps with a slash behind it, or nothing.
        _ = prefix.Length == 0 ? prefix : Checked(prefix[^1] == '/' ? prefix[..^1] : prefix);
        return inner.ListAsync(prefix, cancellation);
    }

    private string Checked(string key)
    {
        if (!ArtifactKey.IsGood(key))
        {
            LogRefused(logger, NameRules.Shown(key));
            ArtifactKey.Check(key);
        }

        return key;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused the path '{Key}': it is no artifact key")]
    private static partial void LogRefused(ILogger logger, string key);
}
