namespace Seal.Client;

/// <summary>What the process says to scripts.</summary>
public static class ExitCode
{
    public const int Ok = 0;

    /// <summary>A defect of ours.</summary>
    public const int Bug = 1;

    /// <summary>What was asked for cannot be run as it stands.</summary>
    public const int Usage = 2;

    /// <summary>The sweep ended, but work in it was given up.</summary>
    public const int Failures = 3;

    /// <summary>There is no such thing, or somebody else has it.</summary>
    public const int NotFoundOrConflict = 4;

    /// <summary>A host or the store cannot be reached or written.</summary>
    public const int Unreachable = 5;

    /// <summary>Left with Ctrl-C; the work can be resumed.</summary>
    public const int Detached = 130;
}

/// <summary>Ends a command with a message and an exit code.</summary>
public sealed class CommandException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode => exitCode;
}
