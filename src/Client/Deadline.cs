using Seal.Models.Engine;

namespace Seal.Client;

/// <summary>After Ctrl-C a command has this long to end by itself, whatever native code is computing; then the process ends.</summary>
internal sealed class Deadline : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.7);

    private readonly CancellationTokenSource _met = new();
    private readonly CancellationTokenRegistration _registration;

    private Deadline(string farewell, CancellationToken cancellation) => _registration = cancellation.Register(() => _ = End(farewell));

    /// <param name="farewell">Said if the command did not come to say its own.</param>
    /// <param name="cancellation">The interruption.</param>
    public static Deadline Of(string farewell, CancellationToken cancellation) => new(farewell, cancellation);

    public void Dispose()
    {
        _registration.Dispose();
        _met.Cancel();
        _met.Dispose();
    }

    private async Task End(string farewell)
    {
        var met = _met.Token;
        await Task.Delay(Patience, met).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!met.IsCancellationRequested)
        {
            Terminal.SayOnce(farewell);
            TorchExit.Now(ExitCode.Detached);
        }
    }
}
