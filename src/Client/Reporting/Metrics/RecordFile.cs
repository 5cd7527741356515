namespace Seal.Client.Reporting.Metrics;

/// <summary>Compares a record that is there with the wanted one.</summary>
internal delegate bool SameRecord(ReadOnlySpan<byte> there, ReadOnlySpan<byte> wanted);

/// <summary>A file of records that grows at its end. What is there and wanted stays; from the first other byte on it is written anew.</summary>
internal static class RecordFile
{
    /// <summary>Brings a file to the wanted records. Readers may have it open meanwhile.</summary>
    /// <exception cref="IOException">It cannot be written; what stands there is a beginning of what was there or wanted.</exception>
    public static void Bring(string path, IReadOnlyList<byte[]> wanted, SameRecord isSame)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (Bring(file, wanted, isSame))
        {
            file.Flush(flushToDisk: true);
        }
    }

    /// <returns>Whether something was written.</returns>
    public static bool Bring(Stream file, IReadOnlyList<byte[]> wanted, SameRecord isSame)
    {
        var (kept, length) = (0, 0L);
        while (kept < wanted.Count && Next(file, wanted[kept].Length) is { } there && isSame(there, wanted[kept]))
        {
            length += wanted[kept++].Length;
        }

        if (kept == wanted.Count && file.Length == length)
        {
            return false;
        }

        file.SetLength(length);
        file.Position = length;
        // At once: a reader sees all of a phase or, for a moment, none.
        file.Write([.. wanted.Skip(kept).SelectMany(record => record)]);
        return true;
    }

    private static byte[]? Next(Stream file, int length)
    {
        var there = new byte[length];
        return file.ReadAtLeast(there, length, throwOnEndOfStream: false) == length ? there : null;
    }
}
