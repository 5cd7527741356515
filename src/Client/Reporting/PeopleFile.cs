using Seal.Core.Files;

namespace Seal.Client.Reporting;

/// <summary>Writes a file that a user named. It is there whole afterwards, or the command ends by saying that it was not written: no half of it is
/// left.</summary>
internal static class PeopleFile
{
    /// <param name="path">As the user named it; its folder is made if it is not there.</param>
    /// <param name="bytes">The whole file.</param>
    /// <exception cref="CommandException">It cannot be written (5), or it is no place for a file (2).</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var kind = FileKinds.Of(path);
        if (kind is FileKind.Folder or FileKind.Pipe or FileKind.Socket)
        {
            UserFile.Check(path);
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            if (kind is null or FileKind.Regular)
            {
                WriteWhole(Target(path), bytes);
                return;
            }

            using var device = new FileStream(path, FileMode.Open, FileAccess.Write);
            device.Write(bytes);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.Unreachable,
                $"{path} was not written: {refused.Message} Make room or mend the permissions, or name another place; then give the same "
                    + $"command again.",
                refused
            );
        }
    }

    /// <summary>Where a link leads: the link itself stays.</summary>
    private static string Target(string path) =>
        new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;

    private static void WriteWhole(string path, ReadOnlySpan<byte> bytes)
    {
        var partial = $"{path}.{Environment.ProcessId}.partial";
        try
        {
            using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }
}
