using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Seal.Core.Files;

/// <summary>
/// Opens the files that a user names: sweeps, tasks, self-edits, templates, models, adapters, settings, results. Everything that reads such a file
/// goes through here. A named pipe, a socket or a device is refused before it is opened, because opening a pipe waits for a writer that may never
/// come.
/// </summary>
public static class UserFile
{
    /// <summary>Limit for callers that have no smaller one of their own: the longest array, nearly.</summary>
    public const long MostBytes = 0x7FFF_0000;

    private const int Chunk = 1 << 16;

    /// <summary>Refuses a path that leads to something other than a regular file. Nothing happens where nothing is there.</summary>
    /// <exception cref="UserFileException">It is a folder, a named pipe, a socket or a device, or a link to one.</exception>
    public static void Check(string path)
    {
        if (FileKinds.Of(path) is { } kind and not FileKind.Regular)
        {
            throw Refused(path, kind);
        }
    }

    /// <summary>Opens a regular file for reading.</summary>
    /// <param name="path">As the user named it.</param>
    /// <param name="share">What others may do with the file meanwhile.</param>
    /// <exception cref="UserFileException">It is not a regular file.</exception>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static SafeFileHandle OpenHandle(string path, FileShare share = FileShare.Read)
    {
        Check(path);
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, share);
        try
        {
            _ = RandomAccess.GetLength(handle);
            return handle;
        }
        catch (NotSupportedException stream)
        {
            // Windows' pipes and consoles, which have no length.
            handle.Dispose();
            throw Refused(path, FileKind.Other, stream);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="OpenHandle"/>
    public static FileStream Open(string path, FileShare share = FileShare.Read) => new(OpenHandle(path, share), FileAccess.Read, bufferSize: 0);

    /// <summary>All bytes of a regular file.</summary>
    /// <param name="path">As the user named it.</param>
    /// <param name="mostBytes">A longer file is refused; no more than this is read.</param>
    /// <exception cref="UserFileException">It is not a regular file, or longer than <paramref name="mostBytes"/>.</exception>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static byte[] ReadAllBytes(string path, long mostBytes = MostBytes)
    {
        using var stream = Open(path);
        if (stream.Length > mostBytes)
        {
            throw TooLong(path, stream.Length, mostBytes);
        }

        // Counted while reading: the length of a growing file, or of one in /proc, says nothing.
        using var bytes = new MemoryStream((int)stream.Length);
        var chunk = new byte[Chunk];
        while (stream.Read(chunk) is > 0 and var count)
        {
            if (bytes.Length + count > mostBytes)
            {
                throw TooLong(path, bytes.Length + count, mostBytes);
            }

            bytes.Write(chunk, 0, count);
        }

        return bytes.Length == bytes.Capacity ? bytes.GetBuffer() : bytes.ToArray();
    }

    /// <summary>The text of a regular file in UTF-8, without its byte order mark.</summary>
    /// <inheritdoc cref="ReadAllBytes"/>
    /// <exception cref="DecoderFallbackException">It is not UTF-8.</exception>
    public static string ReadAllText(string path, long mostBytes = MostBytes)
    {
        ReadOnlySpan<byte> bytes = ReadAllBytes(path, mostBytes);
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
    }

    private static UserFileException TooLong(string path, long length, long most) =>
        new(FormattableString.Invariant($"{path}: has {length} bytes; expected at most {most}. Is it the right file?"));

    private static UserFileException Refused(string path, FileKind kind, Exception? cause = null) =>
        new(
            kind == FileKind.Folder
                ? $"{path}: is a folder; expected a file."
                : $"{path}: is {FileKinds.Named(kind)}; expected a regular file. Write what comes out of it to a file, and name that.",
            cause
        );
}

/// <summary>A path that a user named leads to something that is not read: not a regular file, or too long.</summary>
/// <param name="message">Path, what it is, what was expected, what to do.</param>
/// <param name="cause">What the system said, if anything.</param>
public sealed class UserFileException(string message, Exception? cause = null) : IOException(message, cause);
