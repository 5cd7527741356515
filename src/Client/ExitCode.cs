using Seal.Silo.Hosting;

namespace Seal.Client;

/// <summary>What the process says to scripts.</summary>
public static class ExitCode
{
    public const int Ok = ProcessExit.Ok;

    /// <summary>A defect of ours.</summary>
    public const int Bug = ProcessExit.Defect;

    /// <summary>What was asked for cannot be run as it stands.</summary>
    public const int Usage = ProcessExit.Usage;

    /// <summary>The sweep ended, but work in it was given up.</summary>
    public const int Failures = ProcessExit.GivenUp;

    /// <summary>There is no such thing, or somebody else has it.</summary>
    public const int NotFoundOrConflict = ProcessExit.NotFoundOrConflict;

    /// <summary>A host or the store cannot be reached or written.</summary>
    public const int Unreachable = ProcessExit.Unreachable;

    /// <summary>Left with Ctrl-C; the work can be resumed.</summary>
    public const int Detached = ProcessExit.Interrupted;
}

/// <summary>Ends a command with a message and an exit code.</summary>
public sealed class CommandException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode => exitCode;
}
