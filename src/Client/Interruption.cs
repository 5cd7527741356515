using System.Runtime.InteropServices;
using Seal.Models.Engine;

namespace Seal.Client;

/// <summary>
/// Ctrl-C and SIGTERM. The first asks the command to stop; a second one ends the process at once. Ending goes through libc's _exit: leaving
/// the ordinary way while libtorch computes can crash.
/// </summary>
public sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public Interruption()
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal));
    }

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_stop.IsCancellationRequested)
        {
            TorchExit.Now(ExitCode.Detached);
        }

        _stop.Cancel();
    }
}
