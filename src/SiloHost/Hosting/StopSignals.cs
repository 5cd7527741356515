using System.Runtime.InteropServices;

namespace Seal.SiloHost.Hosting;

/// <summary>
/// SIGTERM, Ctrl-C and SIGQUIT, heard from the program's first step on: a silo that is asked to stop while it still waits for its store ends as one
/// that drains. The first asks; a second one ends the process at once, but for SIGTERM, which may come more than once: batch systems signal every
/// process of a job, and the script that started the silo passes its own on.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly CancellationTokenSource _asked = new();
    private int _count;

    public StopSignals()
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
        {
            _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }
    }

    /// <summary>Cancelled when somebody asks the silo to stop.</summary>
    public CancellationToken Asked => _asked.Token;

    /// <summary>The signal that asked; null while none has.</summary>
    public PosixSignal? Signal { get; private set; }

    public void Dispose()
    {
        _signals.ForEach(signal => signal.Dispose());
        _asked.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _count) == 1)
        {
            context.Cancel = true;
            Signal = context.Signal;
            _asked.Cancel();
            return;
        }

        context.Cancel = context.Signal == PosixSignal.SIGTERM;
    }
}
