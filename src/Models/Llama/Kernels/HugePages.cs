using System.Runtime.InteropServices;

namespace Seal.Models.Llama.Kernels;

/// <summary>
/// Asks Linux to back large memory with 2 MB pages where it leaves that to programs (transparent huge pages set to <c>madvise</c>): a training step
/// makes and drops gigabytes, and four-kilobyte pages cost it a tenth of its time in page faults. A wish; where it is not granted nothing changes.
/// </summary>
internal static unsafe partial class HugePages
{
    private const long PageSize = 2 << 20;
    private const int AdviseHugePage = 14;

    /// <summary>For memory that has not been touched yet.</summary>
    public static void Ask(void* memory, long bytes)
    {
        if (bytes < 2 * PageSize || !OperatingSystem.IsLinux())
        {
            return;
        }

        var start = ((nint)memory + (nint)PageSize - 1) / (nint)PageSize * (nint)PageSize;
        var end = ((nint)memory + (nint)bytes) / (nint)PageSize * (nint)PageSize;
        if (end > start)
        {
            _ = Advise((void*)start, (nuint)(end - start), AdviseHugePage);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
