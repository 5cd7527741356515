using System.Globalization;

namespace Seal.Client.Fetching;

/// <summary>Makes a request again while what stops it may go by itself: after 1, 2, 4, 8 and 16 seconds, or as long as the server asks.</summary>
/// <param name="time">Every wait is on it.</param>
/// <param name="say">Takes a line that says why there is a wait.</param>
internal sealed class Retries(TimeProvider time, Action<string> say)
{
    /// <summary>Failures in a row, after which it is given up.</summary>
    public const int Most = 6;

    /// <summary>The hub counts requests in windows of five minutes; who asks for more does not mean this.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>A connection that brought this much was a good one: failures are counted anew.</summary>
    private const long GoodBytes = 1 << 20;

    /// <param name="attempt">The request.</param>
    /// <param name="position">How far the work is, in bytes; a request that has no such thing gives 0.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <exception cref="CommandException">It is given up.</exception>
    public async Task<T> Run<T>(Func<Task<T>> attempt, Func<long> position, CancellationToken cancellation)
    {
        // Not a retry of Polly: its count of attempts cannot begin anew after progress.
        var failures = 0;
        while (true)
        {
            var before = position();
            try
            {
                return await attempt();
            }
            catch (HubTroubleException trouble)
            {
                failures = position() - before >= GoodBytes ? 1 : failures + 1;
                var wait = trouble.After ?? TimeSpan.FromSeconds(1 << (failures - 1));
                if (failures >= Most || wait > LongestWait)
                {
                    throw new CommandException(ExitCode.Unreachable, GivenUp(trouble, failures, wait), trouble);
                }

                say(string.Create(CultureInfo.InvariantCulture, $"{trouble.Message}; trying again in {wait.TotalSeconds:0} s"));
                await Task.Delay(wait, time, cancellation);
            }
        }
    }

    private static string GivenUp(HubTroubleException trouble, int failures, TimeSpan wait) =>
        wait > LongestWait
            ? string.Create(CultureInfo.InvariantCulture, $"{trouble.Message} and asks to wait {wait.TotalMinutes:0} minutes. ")
                + "What is loaded is kept; run the same command again then."
            : $"{trouble.Message} ({failures} times). Check the connection, HF_ENDPOINT and a proxy's settings. What is loaded is kept; the same command "
                + "goes on.";
}
