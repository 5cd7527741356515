namespace Seal.Client.Clusters;

/// <summary>
/// How long somebody has not answered. It counts from the first call that failed and not from its start: a console that stood still itself (Ctrl-Z,
/// a laptop that was closed) finds its call timed out when it wakes up, and nobody is to blame.
/// </summary>
/// <param name="time">The clock; the system's by default.</param>
internal sealed class Silence(TimeProvider? time = null)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private long? _since;

    /// <summary>There was an answer.</summary>
    public void Ends() => _since = null;

    /// <summary>A call failed.</summary>
    /// <param name="who">Who did not answer, as a sentence begins.</param>
    /// <param name="failure">How the call failed.</param>
    /// <returns>How long the silence has lasted.</returns>
    /// <exception cref="CommandException">It has lasted for more than three minutes.</exception>
    public TimeSpan Lasts(string who, Exception failure)
    {
        var silent = _time.GetElapsedTime(_since ??= _time.GetTimestamp());
        return silent <= Longest
            ? silent
            : throw new CommandException(
                ExitCode.Unreachable,
                $"{who} has not answered for {silent.TotalMinutes:0} minutes: {failure.Message}",
                failure
            );
    }
}
