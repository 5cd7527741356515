using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Seal.Core.Refusals;

namespace Seal.Silo.Security;

/// <summary>The token of a host: whoever can read the store's folder may steer it, nobody else on the machine.</summary>
public sealed record HostToken(string Value)
{
    internal const string Key = "seal-token";

    public bool Matches(string? candidate) =>
        candidate is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(candidate), Encoding.UTF8.GetBytes(Value));
}

/// <summary>Puts the token on every call that leaves.</summary>
public sealed class SendToken(HostToken token) : IOutgoingGrainCallFilter
{
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        RequestContext.Set(HostToken.Key, token.Value);
        return context.Invoke();
    }
}

/// <summary>Refuses calls to the grid's grains that come without it, and says so in the log.</summary>
internal sealed partial class DemandToken : IIncomingGrainCallFilter, IDisposable
{
    private readonly HostToken _token;
    private readonly ILogger _logger;
    private readonly RefusalLimit _limit;

    public DemandToken(HostToken token, ILogger<DemandToken> logger, TimeProvider time)
    {
        (_token, _logger) = (token, logger);
        _limit = new RefusalLimit(more => LogMore(logger, more.Count, more.Client), time);
    }

    public Task Invoke(IIncomingGrainCallContext context)
    {
        var ours = context.InterfaceMethod.DeclaringType?.Namespace?.StartsWith("Seal.", StringComparison.Ordinal) ?? false;
        if (ours && !_token.Matches(RequestContext.Get(HostToken.Key) as string))
        {
            var (caller, grain) = (context.SourceId?.ToString() ?? "a client", context.TargetId.Type.ToString() ?? "");
            LogRefused(_logger, _limit.Note(caller, grain) ? LogLevel.Warning : LogLevel.Debug, grain, context.InterfaceMethod.Name, caller);
            throw new UnauthorizedAccessException("This host takes calls only with the token from its store's host.json.");
        }

        return context.Invoke();
    }

    public void Dispose() => _limit.Dispose();

    [LoggerMessage(Message = "Refused a call of {Grain}.{Method} by {Caller}: it came without this host's token")]
    private static partial void LogRefused(ILogger logger, LogLevel level, string grain, string method, string caller);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused {Count} more calls by {Caller}: they came without this host's token")]
    private static partial void LogMore(ILogger logger, int count, string caller);
}
