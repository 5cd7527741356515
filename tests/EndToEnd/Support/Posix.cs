using System.Globalization;
using System.Runtime.InteropServices;

namespace Seal.EndToEnd.Support;

/// <summary>Signals; .NET itself can only send the hardest.</summary>
internal static partial class Posix
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    // These two have other numbers on macOS.
    public static readonly int Continue = OperatingSystem.IsMacOS() ? 19 : 18;
    public static readonly int Stop = OperatingSystem.IsMacOS() ? 17 : 19;

    public static void Send(int process, int signal)
    {
        if (SendSignal(process, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} did not reach process {process} (errno {Marshal.GetLastPInvokeError()}).");
        }
    }

    /// <summary>
    /// Lets processes that are started from now on hear an interruption. A shell without job control starts what it puts in the background with
    /// SIGINT ignored, that is inherited, and a process started so is right to ignore Ctrl-C: tests of it would fail in every script that runs them
    /// with <c>&amp;</c>.
    /// </summary>
    public static void HearInterrupts()
    {
        const string Status = "/proc/self/status";
        const string Ignored = "SigIgn:";
        if (!File.Exists(Status))
        {
            return;
        }

        var mask = File.ReadLines(Status).First(line => line.StartsWith(Ignored, StringComparison.Ordinal))[Ignored.Length..].Trim();
        if ((ulong.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (Interrupt - 1))) != 0)
        {
            SetDisposition(Interrupt, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetDisposition(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
