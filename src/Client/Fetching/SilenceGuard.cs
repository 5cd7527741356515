namespace Seal.Client.Fetching;

/// <summary>Cancels a request when the server sends nothing for a minute, or with Ctrl-C.</summary>
internal sealed class SilenceGuard : IDisposable
{
    /// <summary>A server that sends nothing for so long is taken for gone.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _either;

    /// <param name="time">The minute is on it.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public SilenceGuard(TimeProvider time, CancellationToken cancellation)
    {
        _silence = new CancellationTokenSource(Longest, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_silence.Token, cancellation);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>The minute begins again.</summary>
    public void Arm() => _silence.CancelAfter(Longest);

    public void Dispose()
    {
        _either.Dispose();
        _silence.Dispose();
    }
}
