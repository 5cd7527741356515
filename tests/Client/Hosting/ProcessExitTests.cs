using System.Reflection;
using Orleans.Runtime;
using Seal.Core.Engines;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Silo.Hosting;

namespace Seal.Client.Tests.Hosting;

/// <summary>One rule for both programs: which failure ends a process with which code.</summary>
public sealed class ProcessExitTests
{
    public static TheoryData<Exception, int, int> Failures =>
        new()
        {
            // What a signal leaves behind in calls that were under way; without a signal it is what it says.
            { new OperationCanceledException(), 130, 1 },
            { LifecycleCanceled(), 130, 1 },
            { new AggregateException(new OperationCanceledException(), LifecycleCanceled()), 130, 1 },
            { new ObjectDisposedException("host"), 130, 1 },
            { new TimeoutException("no answer"), 130, 1 },
            { new OrleansException("the silo is not available"), 130, 1 },
            // What is told whether or not somebody asked the process to stop.
            { new SweepException("rank must be in 1..256"), 2, 2 },
            { new ModelFormatException("no header"), 2, 2 },
            { new IOException("no space left"), 5, 5 },
            { new UnauthorizedAccessException("read-only"), 5, 5 },
            { new OrleansException("state", new IOException("no space left")), 5, 5 },
            { new InvalidDataException("damaged"), 5, 5 },
            { new OrleansException("state", new InvalidDataException("damaged")), 5, 5 },
            { new AggregateException(new OperationCanceledException(), new InvalidOperationException("a defect")), 1, 1 },
            { new InvalidOperationException("a defect"), 1, 1 },
            { new NotSupportedException("a defect"), 1, 1 },
            // A silo of another build took the place of the one that the console began with.
            { new NotSupportedException(GridContract.Refusal("the caller sys.client", "0.9.0+abc", "000000000000")), 4, 4 },
            { new CommandException(ExitCode.NotFoundOrConflict, "there is no such sweep"), 4, 4 },
        };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Of_AFailure_IsItsCode(Exception failure, int asked, int notAsked)
    {
        Assert.Equal(asked, ProcessExit.Of(failure, asked: true, own => (own as CommandException)?.ExitCode));
        Assert.Equal(notAsked, ProcessExit.Of(failure, asked: false, own => (own as CommandException)?.ExitCode));
    }

    /// <summary>Only Orleans itself makes one.</summary>
    private static Exception LifecycleCanceled() =>
        (Exception)
            Activator.CreateInstance(
                typeof(OrleansLifecycleCanceledException),
                BindingFlags.Instance | BindingFlags.NonPublic,
                null,
                ["the start was cancelled"],
                null
            )!;
}
