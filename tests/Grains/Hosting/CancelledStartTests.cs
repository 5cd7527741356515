using Microsoft.Extensions.Logging;
using Seal.Core.Artifacts;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests.Hosting;

/// <summary>A grid that is asked to stop while it starts reports a cancellation, at whatever step of its start it was.</summary>
public sealed class CancelledStartTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(60)]
    [InlineData(90)]
    public async Task Start_CancelledAfterALineOfItsLog_IsACancellation(int line)
    {
        using var stop = new CancellationTokenSource();
        using var lines = new Lines(line, stop);

        var failure = await Record.ExceptionAsync(async () =>
        {
            await using var host = await Silo.Hosting.SealHost.Start(
                new DirectoryArtifactStore(new MemoryFiles()),
                new Silo.Hosting.SealHostOptions
                {
                    Workers = 1,
                    CreateEngine = () => new Core.Engines.Fake.FakeEngine(new CharacterTokenizer()),
                    NumericClass = "fake-1",
                    Domains = [new ToyDomain()],
                    Token = "test",
                    Logging = logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(lines),
                },
                stop.Token
            );
        });

        Assert.IsAssignableFrom<OperationCanceledException>(failure);
        Assert.True(stop.IsCancellationRequested);
    }

    /// <summary>Cancels at the n-th line.</summary>
    private sealed class Lines(int line, CancellationTokenSource stop) : ILoggerProvider, ILogger
    {
        private int _written;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (Interlocked.Increment(ref _written) == line)
            {
                stop.Cancel();
            }
        }

        public void Dispose() { }
    }
}
