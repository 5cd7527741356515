using Azure.Core;
using Azure.Core.Pipeline;

namespace Seal.Cluster.Storage;

/// <summary>
/// How a call to the store tries again: after 10 ms, then after twice as long each time, but never more than a second. A call that meets one 503
/// loses next to nothing by it, and when a store that was away is back, everybody who waits for it goes on within a second. What lasts longer than
/// the patience is for the caller.
/// </summary>
/// <param name="longest">No further try begins after this time. It is a time and not a number of tries, so that a store that hangs is not waited
/// for ten times as long as one that refuses.</param>
/// <param name="time">Measures it; the machine's by default.</param>
internal sealed class StorePatience(TimeSpan longest, TimeProvider? time = null)
    : RetryPolicy(MostTries, DelayStrategy.CreateExponentialDelayStrategy(First, Between))
{
    // Far more than fit into the time; the SDK's delay doubles by shifting bits.
    private const int MostTries = 30;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    // Its timestamps come from a clock that nobody can put.
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Fifteen seconds: half of what a grain call is waited for, since few turns of a grain write twice.</summary>
    public static TimeSpan Usual { get; } = TimeSpan.FromSeconds(15);

    protected override void OnSendingRequest(HttpMessage message) => Note(message);

    protected override ValueTask OnSendingRequestAsync(HttpMessage message)
    {
        Note(message);
        return ValueTask.CompletedTask;
    }

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) => IsPatient(message) && base.ShouldRetry(message, exception);

    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        IsPatient(message) ? base.ShouldRetryAsync(message, exception) : ValueTask.FromResult(false);

    /// <summary>When the first try began.</summary>
    private void Note(HttpMessage message)
    {
        if (!message.TryGetProperty(typeof(StorePatience), out _))
        {
            message.SetProperty(typeof(StorePatience), _time.GetTimestamp());
        }
    }

    private bool IsPatient(HttpMessage message) =>
        message.TryGetProperty(typeof(StorePatience), out var began) && began is long timestamp && _time.GetElapsedTime(timestamp) < longest;
}
