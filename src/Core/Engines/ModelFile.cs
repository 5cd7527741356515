using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Seal.Core.Files;

namespace Seal.Core.Engines;

/// <summary>
/// Opens the files of model and adapter folders: configuration, vocabulary, templates, weights and their index. Repositories of models often hold a short
/// text in the place of a file that was not fetched; such a text is refused by name, whichever file it stands for.
/// </summary>
public static class ModelFile
{
    /// <summary>Longer files stand for themselves.</summary>
    private const int LongestPointer = 1024;

    /// <summary>The header that git-lfs writes, and the one of its first versions.</summary>
    private static readonly string[] LfsHeads = ["version https://git-lfs.github.com/spec/", "version https://hawser.github.com/spec/"];

    /// <inheritdoc cref="UserFile.OpenHandle"/>
    /// <exception cref="ModelFormatException">It only stands for the file.</exception>
    public static SafeFileHandle OpenHandle(string path)
    {
        var handle = UserFile.OpenHandle(path);
        try
        {
            Span<byte> start = stackalloc byte[LongestPointer + 1];
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
        Check(path, Encoding.UTF8.GetBytes(text.Length > LongestPointer ? text[..LongestPointer] : text));
        return text;
    }

    /// <summary>Refuses content that only stands for a file.</summary>
    /// <param name="name">Names the file in the message.</param>
    /// <param name="bytes">The file, or more of its start than such a text has.</param>
    /// <exception cref="ModelFormatException">It does; says how to fetch the file itself.</exception>
    public static void Check(string name, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > LongestPointer)
        {
            return;
        }

        var text = Encoding.Latin1.GetString(bytes);
        if (Array.Exists(LfsHeads, head => text.StartsWith(head, StringComparison.Ordinal)))
        {
            var size = text.Split('\n').FirstOrDefault(line => line.StartsWith("size ", StringComparison.Ordinal))?[5..];
            var shown = long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                ? string.Create(CultureInfo.InvariantCulture, $", which has {length} bytes")
                : "";
            throw new ModelFormatException($"{name}: is a Git LFS pointer in the place of the file itself{shown}. Run `git lfs pull` in its folder, then try again.");
        }

        if (text.StartsWith("/annex/objects/", StringComparison.Ordinal))
        {
            throw new ModelFormatException($"{name}: is a git-annex pointer in the place of the file itself. Run `git annex get` in its folder, then try again.");
        }
    }
}
