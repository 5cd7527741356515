using System.Runtime.InteropServices;

namespace Seal.SiloHost.Hosting;

/// <summary>Drains the silo when a signal asks for it; the process ends when that is done.</summary>
internal sealed partial class TermLifetime(StopSignals signals, IHostApplicationLifetime application, ILogger<TermLifetime> logger)
    : IHostLifetime,
        IDisposable
{
    private CancellationTokenRegistration _registration;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registration = signals.Asked.Register(() =>
        {
            LogDraining(logger, signals.Signal ?? PosixSignal.SIGTERM);
            application.StopApplication();
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration.Dispose();

    [LoggerMessage(Level = LogLevel.Information, Message = "{Signal}: draining; no more work is taken")]
    private static partial void LogDraining(ILogger logger, PosixSignal signal);
}
