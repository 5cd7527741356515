using System.Runtime.InteropServices;

namespace Seal.Core.Files;

/// <summary>What a path leads to, links followed.</summary>
public enum FileKind
{
    Regular,
    Folder,
    Pipe,
    Socket,
    Device,

    /// <summary>Something else that has no length.</summary>
    Other,
}

/// <summary>Tells regular files from what only has a name like one; <see cref="File.Exists"/> is true for pipes, sockets and devices too.</summary>
public static partial class FileKinds
{
    private const int TypeMask = 0xF000;
    private const int BytesOfStatus = 256;

    /// <returns>Null where nothing is there, or where it cannot be seen.</returns>
    public static FileKind? Of(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // Pipes and devices have no entry in a folder there: they are told by their missing length once they are open.
            return Directory.Exists(path) ? FileKind.Folder
                : File.Exists(path) ? FileKind.Regular
                : null;
        }

        Span<byte> status = stackalloc byte[BytesOfStatus];
        return Native.Stat(path, ref MemoryMarshal.GetReference(status)) == 0 ? Kind(MemoryMarshal.Read<int>(status[sizeof(int)..])) : null;
    }

    /// <summary>For people, with its article.</summary>
    public static string Named(FileKind kind) =>
        kind switch
        {
            FileKind.Regular => "a file",
            FileKind.Folder => "a folder",
            FileKind.Pipe => "a named pipe",
            FileKind.Socket => "a socket",
            FileKind.Device => "a device",
            _ => "a pipe or a device",
        };

    private static FileKind Kind(int mode) =>
        (mode & TypeMask) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Folder,
            0x1000 => FileKind.Pipe,
            0xC000 => FileKind.Socket,
            0x2000 or 0x6000 => FileKind.Device,
            _ => FileKind.Other,
        };

    private static partial class Native
    {
        /// <summary>
        /// The runtime's own stat(2). Its record begins with the same two numbers, flags and mode, on every Unix; libc's differs between systems and
        /// processors. .NET itself shows the kind of a file only from version 11 on.
        /// </summary>
        [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Stat(string path, ref byte status);
    }
}
