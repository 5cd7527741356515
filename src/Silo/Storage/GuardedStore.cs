using Microsoft.Extensions.Logging;
using Seal.Core.Artifacts;
using Seal.Core.Refusals;
using Seal.Grains.Hosting;

namespace Seal.Silo.Storage;

/// <summary>Refuses keys that are none before the store behind sees them, and says so in the log.</summary>
public sealed partial class GuardedStore : IArtifactStore, IDisposable
{
    // The store does not know who asks: all that ask for what is no key share a line.
    private const string Callers = "callers";

    private readonly IArtifactStore _inner;
    private readonly ILogger _logger;
    private readonly RefusalLimit _limit;

    public GuardedStore(IArtifactStore inner, ILogger<GuardedStore> logger, TimeProvider time)
        : this(inner, logger, new RefusalLimit(more => LogMore(logger, more.Count, more.Reason), time)) { }

    private GuardedStore(IArtifactStore inner, ILogger logger, RefusalLimit limit) => (_inner, _logger, _limit) = (inner, logger, limit);

    public Task<StoredArtifact?> ReadAsync(string key, CancellationToken cancellation = default) => _inner.ReadAsync(Checked(key), cancellation);

    public Task<string> WriteAsync(string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellation = default) =>
        _inner.WriteAsync(Checked(key), bytes, condition, cancellation);

    public Task DeleteAsync(string key, CancellationToken cancellation = default) => _inner.DeleteAsync(Checked(key), cancellation);

    public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation = default)
    {
        // A prefix is a key, perhaps with a slash behind it, or nothing.
        _ = prefix.Length == 0 ? prefix : Checked(prefix[^1] == '/' ? prefix[..^1] : prefix);
        return _inner.ListAsync(prefix, cancellation);
    }

    public IArtifactStore Reporting(Action moved) => new GuardedStore(_inner.Reporting(moved), _logger, _limit);

    public void Dispose() => _limit.Dispose();

    private string Checked(string key)
    {
        if (!ArtifactKey.IsGood(key))
        {
            var shown = NameRules.Shown(key);
            LogRefused(_logger, _limit.Note(Callers, shown) ? LogLevel.Warning : LogLevel.Debug, shown);
            ArtifactKey.Check(key);
        }

        return key;
    }

    [LoggerMessage(Message = "Refused the path '{Key}': it is no artifact key")]
    private static partial void LogRefused(ILogger logger, LogLevel level, string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused {Count} more paths; the last: '{Key}'")]
    private static partial void LogMore(ILogger logger, int count, string key);
}
