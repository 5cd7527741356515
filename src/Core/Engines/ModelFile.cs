using System.Text;
using Microsoft.Win32.SafeHandles;
using Seal.Core.Files;

namespace Seal.Core.Engines;

/// <summary>
/// Opens the files of model and adapter folders: configuration, vocabulary, templates, weights and their index. Repositories of models often hold a
/// short text in the place of a file that was not fetched; such a text is refused by name, whichever file it stands for.
/// </summary>
public static class ModelFile
{
    /// <inheritdoc cref="UserFile.OpenHandle"/>
    /// <exception cref="ModelFormatException">It only stands for the file.</exception>
    public static SafeFileHandle OpenHandle(string path)
    {
        var handle = UserFile.OpenHandle(path);
        try
        {
            Span<byte> start = stackalloc byte[StandIn.Longest + 1];
            Check(path, start[..RandomAccess.Read(handle, start, 0)]);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="OpenHandle"/>
    public static FileStream Open(string path) => new(OpenHandle(path), FileAccess.Read, bufferSize: 0);

    /// <summary>Refuses a path that leads to something other than a regular file, or to a text that only stands for one.</summary>
    /// <inheritdoc cref="OpenHandle"/>
    public static void Check(string path)
    {
        using var handle = OpenHandle(path);
    }

    /// <inheritdoc cref="UserFile.ReadAllBytes"/>
    /// <exception cref="ModelFormatException">It only stands for the file.</exception>
    public static byte[] ReadAllBytes(string path, long mostBytes = UserFile.MostBytes)
    {
        var bytes = UserFile.ReadAllBytes(path, mostBytes);
        Check(path, bytes);
        return bytes;
    }

    /// <inheritdoc cref="UserFile.ReadAllText"/>
    /// <exception cref="ModelFormatException">It only stands for the file.</exception>
    public static string ReadAllText(string path)
    {
        var text = UserFile.ReadAllText(path);
        Check(path, Encoding.UTF8.GetBytes(text.Length > StandIn.Longest ? text[..StandIn.Longest] : text));
        return text;
    }

    /// <summary>Refuses content that only stands for a file.</summary>
    /// <param name="name">Names the file in the message.</param>
    /// <param name="bytes">The file, or more of its start than such a text has.</param>
    /// <exception cref="ModelFormatException">It does; says how to fetch the file itself.</exception>
    public static void Check(string name, ReadOnlySpan<byte> bytes)
    {
        if (StandIn.Of(bytes) is { } pointer)
        {
            throw new ModelFormatException($"{name}: {pointer}");
        }
    }
}
