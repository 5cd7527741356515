using Microsoft.Extensions.Logging;
using Seal.Core.Refusals;
using Seal.Grains.Hosting;

namespace Seal.Silo.Security;

/// <summary>
/// Refuses calls that are not the caller's to make, or whose grain key or message has a name in it that is none (<see cref="NameRules"/>), and says
/// so in the log. Keys that are no paths are refused even before, by the store that the grain would have been read from
/// (<see cref="Storage.GuardedStore"/>).
/// </summary>
public sealed partial class NameGate : IIncomingGrainCallFilter, IDisposable
{
    private readonly ILogger _logger;
    private readonly RefusalLimit _limit;

    public NameGate(ILogger<NameGate> logger, TimeProvider time)
    {
        _logger = logger;
        _limit = new RefusalLimit(more => LogMore(logger, more.Count, more.Client, more.Reason), time);
    }

    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType is { Namespace: { } room } contract && room.StartsWith("Seal.", StringComparison.Ordinal))
        {
            var type = context.TargetId.Type.ToString() ?? "";
            var refusal =
                NameRules.OfCaller(context.SourceId, contract, context.InterfaceMethod.Name)
                ?? NameRules.OfGrain(type, context.TargetId.Key.ToString() ?? "");
            for (var i = 0; refusal is null && i < context.Request.GetArgumentCount(); i++)
            {
                refusal = NameRules.OfArgument(context.Request.GetArgument(i));
            }

            if (refusal is not null)
            {
                var caller = context.SourceId?.ToString() ?? "a client";
                LogRefused(
                    _logger,
                    _limit.Note(caller, refusal) ? LogLevel.Warning : LogLevel.Debug,
                    type,
                    context.InterfaceMethod.Name,
                    caller,
                    refusal
                );
                throw new ArgumentException(refusal);
            }
        }

        return context.Invoke();
    }

    public void Dispose() => _limit.Dispose();

    [LoggerMessage(Message = "Refused a call of {Grain}.{Method} by {Caller}: {Reason}")]
    private static partial void LogRefused(ILogger logger, LogLevel level, string grain, string method, string caller, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused {Count} more calls by {Caller}; the last: {Reason}")]
    private static partial void LogMore(ILogger logger, int count, string caller, string reason);
}
