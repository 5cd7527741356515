using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;
using Seal.Models.Engine;
using Seal.Silo.Hosting;

namespace Seal.SiloHost.Hosting;

/// <summary>
/// Ends the process where it cannot go on: the others declared this silo dead, or a thread met an exception that nobody caught. The reason is one
/// JSON line in the log and the exit code a documented one; the runtime's own way would be SIGABRT and a dump as plain text.
/// </summary>
internal sealed partial class FatalEnd(IServiceProvider services, ILogger<FatalEnd> logger) : IFatalErrorHandler
{
    private int _ending;

    public bool IsUnexpected(Exception exception) => exception is not OperationCanceledException;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        // Orleans passes no exception where the membership table says that this silo is dead.
        if (exception is null)
        {
            Leave(context ?? "The others declared this silo dead");
        }

        LogFatal(logger, exception, ProcessExit.Defect, context ?? "Orleans met an exception that it cannot go on after");
        End(ProcessExit.Defect);
    }

    /// <summary>Ends the process of a silo that is no longer a member.</summary>
    [DoesNotReturn]
    public void Leave(string reason)
    {
        LogPutOut(logger, ProcessExit.LeftCluster, reason);
        End(ProcessExit.LeftCluster);
    }

    /// <summary>For exceptions that would end the process with a dump.</summary>
    public void OnUnhandled(object sender, UnhandledExceptionEventArgs unhandled)
    {
        LogFatal(logger, unhandled.ExceptionObject as Exception, ProcessExit.Defect, "Nobody caught this exception");
        End(ProcessExit.Defect);
    }

    [DoesNotReturn]
    private void End(int code)
    {
        if (Interlocked.Exchange(ref _ending, 1) != 0)
        {
            // Another thread writes the log and ends the process.
            Thread.Sleep(Timeout.Infinite);
        }

        // Writes what the log still holds: lines are written by a thread of its own.
        foreach (var provider in services.GetServices<ILoggerProvider>())
        {
            provider.Dispose();
        }

        TorchExit.Now(code);
    }

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "No longer a member of the cluster, the process ends with code {Code}; its supervisor starts it again: {Context}"
    )]
    private static partial void LogPutOut(ILogger logger, int code, string context);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The process cannot go on and ends with code {Code}: {Context}")]
    private static partial void LogFatal(ILogger logger, Exception? exception, int code, string context);
}
