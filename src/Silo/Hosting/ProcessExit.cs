using Orleans.Runtime;
using Seal.Core.Engines;
using Seal.Core.Files;
using Seal.Core.Judges;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Models.Engine;

namespace Seal.Silo.Hosting;

/// <summary>The exit codes of <c>seal</c> and <c>seal-silo</c>, and the one rule that turns a failure or a signal into one of them.</summary>
public static class ProcessExit
{
    public const int Ok = 0;

    /// <summary>A defect of ours, or a silo that ended by itself.</summary>
    public const int Defect = 1;

    /// <summary>What was asked for cannot be run as it stands.</summary>
    public const int Usage = 2;

    /// <summary>The sweep ended, but work in it was given up.</summary>
    public const int GivenUp = 3;

    /// <summary>There is no such thing, or somebody else has it.</summary>
    public const int NotFoundOrConflict = 4;

    /// <summary>A host, Redis or the store cannot be reached or written.</summary>
    public const int Unreachable = 5;

    /// <summary>The silo is no longer a member of its cluster. Started again it joins anew.</summary>
    public const int LeftCluster = 6;

    /// <summary>Stopped by Ctrl-C or SIGTERM; the work can be resumed.</summary>
    public const int Interrupted = 130;

    /// <param name="failure">What ended the program.</param>
    /// <param name="asked">Whether a signal had asked it to stop.</param>
    /// <param name="own">Codes of exceptions that only this program knows; null for all others. They come first.</param>
    public static int Of(Exception failure, bool asked, Func<Exception, int?>? own = null) =>
        own?.Invoke(failure)
        ?? failure switch
        {
            _ when IsStop(failure, asked) => Interrupted,
            SweepException or ModelFormatException or TorchMissingException or TorchLoadException or UserFileException or NumericClassException =>
                Usage,
            JudgeException => Usage,
            _ when GridContract.IsRefusal(failure) => NotFoundOrConflict,
            _ when Damage(failure) is not null => Unreachable,
            IOException or UnauthorizedAccessException => Unreachable,
            OrleansException when Refused(failure.InnerException) => Unreachable,
            _ => Defect,
        };

    /// <summary>
    /// True if the failure is only the echo of a signal: a wait that was cancelled, or a call into a grid that was being taken down. Orleans
    /// reports a cancelled start with an exception that is no <see cref="OperationCanceledException"/>.
    /// </summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="asked">Whether a signal had asked the process to stop.</param>
    public static bool IsStop(Exception failure, bool asked) => asked && IsEcho(failure);

    /// <summary>The damaged document behind a failure, through whatever layers it came; null if there is none.</summary>
    public static InvalidDataException? Damage(Exception? failure)
    {
        while (failure is not (null or InvalidDataException))
        {
            failure = failure.InnerException;
        }

        return (InvalidDataException?)failure;
    }

    private static bool IsEcho(Exception failure) =>
        failure switch
        {
            OperationCanceledException or ObjectDisposedException => true,
            AggregateException several => several.InnerExceptions.All(IsEcho),

            // A store that refuses to be read or written is told as that, also after a signal.
            IOException or UnauthorizedAccessException => false,
            OrleansException or TimeoutException => Damage(failure) is null && !Refused(failure.InnerException),
            _ => false,
        };

    private static bool Refused(Exception? cause)
    {
        while (cause is not (null or IOException or UnauthorizedAccessException))
        {
            cause = cause.InnerException;
        }

        return cause is not null;
    }
}
