using System.Runtime.InteropServices;

namespace Seal.SiloHost.Hosting;

/// <summary>
/// SIGTERM and Ctrl-C drain the silo; the process ends when that is done, or at once on a second Ctrl-C. SIGTERM may come more than once: batch systems
/// signal every process of a job, and the script that started the silo passes its own on.
/// </summary>
internal sealed partial class TermLifetime(IHostApplicationLifetime application, ILogger<TermLifetime> logger) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _asked;

    /// <summary>Whether somebody asked the silo to stop; else it ended by itself.</summary>
    public bool IsAsked => Volatile.Read(ref _asked) > 0;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
        {
            _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private void OnSignal(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _asked) == 1)
        {
            context.Cancel = true;
            LogDraining(logger, context.Signal);
            application.StopApplication();
            return;
        }

        // A second Ctrl-C is left to the system: the process ends.
        context.Cancel = context.Signal == PosixSignal.SIGTERM;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Signal}: draining; no more work is taken")]
    private static partial void LogDraining(ILogger logger, PosixSignal signal);
}
