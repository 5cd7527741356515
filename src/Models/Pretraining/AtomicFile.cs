namespace Seal.Models.Pretraining;

/// <summary>Files and folders that are there whole or not at all.</summary>
internal static class AtomicFile
{
    public static void Write(string path, Action<Stream> content)
    {
        var partial = path + ".partial";
        using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write))
        {
            content(stream);
            stream.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Makes a folder under another name and puts it in place of the old one.</summary>
    public static void ReplaceFolder(string path, Action<string> content)
    {
        var (partial, old) = (path + ".partial", path + ".old");
        Remove(partial);
        Remove(old);
        content(Directory.CreateDirectory(partial).FullName);
        if (Directory.Exists(path))
        {
            Directory.Move(path, old);
        }

        Directory.Move(partial, path);
        Remove(old);
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
