using System.Runtime.InteropServices;

namespace Seal.Models.Llama.Kernels.Machine;

/// <summary>Puts machine code where it may be run: written first, then made executable and no longer writable. It stays for the life of the
/// process.</summary>
internal static unsafe partial class CodeMemory
{
    private const int Read = 1,
        Write = 2,
        Execute = 4;
    private const int Private = 2,
        Anonymous = 0x20;

    /// <summary>The address of the code, or null where the system does not let a process do this.</summary>
    public static void* Place(ReadOnlySpan<byte> code)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var length = (nuint)code.Length;
        var memory = Map(null, length, Read | Write, Private | Anonymous, -1, 0);
        if ((nint)memory == -1)
        {
            return null;
        }

        code.CopyTo(new Span<byte>(memory, code.Length));
        return Protect(memory, length, Read | Execute) == 0 ? memory : null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);
}
