using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Seal.Client.Sweeps;

/// <summary>Warnings and errors of the host as lines in a file beside the store's content, so that the terminal stays readable.</summary>
internal sealed class FileLog(string path) : ILoggerProvider
{
    private readonly Lock _gate = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose() { }

    private void Write(string line)
    {
        try
        {
            lock (_gate)
            {
                File.AppendAllText(path, line);
            }
        }
        catch (IOException)
        {
            // A full disk is told to the user by the store; the log must not add a second failure.
        }
    }

    private sealed class Logger(FileLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log.Write(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{DateTimeOffset.UtcNow:O} {logLevel} {category}: "
                            + $"{formatter(state, exception)}{(exception is null ? "" : $"\n{exception}")}\n"
                    )
                );
            }
        }
    }
}
