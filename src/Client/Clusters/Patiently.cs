using Orleans.Runtime;
using Seal.Silo.Outages;

namespace Seal.Client.Clusters;

/// <summary>
/// A cluster mends itself within seconds: a call that a dying silo took along is asked again. Every grain call of the console is safe to repeat.
/// </summary>
internal static class Patiently
{
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(5);

    // A silo that goes down while it looks a grain up for us reports that as a cancellation of its own.
    private static bool Passes(Exception failure) =>
        failure is TimeoutException or OrleansException or IOException or InvalidOperationException or OperationCanceledException;

    /// <param name="call">The call; made anew for every retry.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <param name="time">The clock of the waits; the system's by default.</param>
    /// <exception cref="CommandException">Nothing answered for three minutes.</exception>
    public static async Task<T> Ask<T>(Func<Task<T>> call, CancellationToken cancellation, TimeProvider? time = null)
    {
        var (silence, told) = (new Silence(time), false);
        var retry = Outage.Retry(
            time ?? TimeProvider.System,
            Passes,
            failure =>
            {
                var waited = silence.Lasts("The cluster", failure);
                if (!told && waited > Told)
                {
                    told = true;
                    Terminal.Say($"The cluster does not answer at the moment ({failure.Message.Split('\n')[0]}); waiting.");
                }
            }
        );
        return await retry.ExecuteAsync(async stop => await call().WaitAsync(stop), cancellation);
    }
}
