using Polly;
using Polly.Retry;

namespace Seal.Silo.Outages;

/// <summary>Retries calls to something that is away for a while: a store, a silo.</summary>
public static class Outage
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    /// <summary>Retries every second, without a limit. An exception of <paramref name="onAway"/> ends it. So does the call's token: a call that
    /// fails after it was cancelled gives its own exception.</summary>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="passes">Which failures are retried.</param>
    /// <param name="onAway">Told before every wait.</param>
    public static ResiliencePipeline Retry(TimeProvider time, Func<Exception, bool> passes, Action<Exception> onAway) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions
                {
                    ShouldHandle = failed =>
                        ValueTask.FromResult(
                            failed.Outcome.Exception is { } failure && passes(failure) && !failed.Context.CancellationToken.IsCancellationRequested
                        ),
                    MaxRetryAttempts = int.MaxValue,
                    Delay = Wait,
                    OnRetry = failed =>
                    {
                        onAway(failed.Outcome.Exception!);
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .Build();
}
