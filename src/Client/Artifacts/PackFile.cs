using Seal.Core.Engines;
using Seal.Silo.Packs;

namespace Seal.Client.Artifacts;

/// <summary>A pack as a verb is given it.</summary>
internal static class PackFile
{
    /// <exception cref="CommandException">There is no such file (4), or it is damaged or was changed (5).</exception>
    public static async Task<SweepPack> Read(string file, CancellationToken cancellation)
    {
        if (!File.Exists(file))
        {
            throw new CommandException(ExitCode.NotFoundOrConflict, $"There is no file {file}.");
        }

        var bytes = await File.ReadAllBytesAsync(file, cancellation);
        try
        {
            return SweepPack.Parse(file, bytes);
        }
        catch (InvalidDataException damaged)
        {
            throw new CommandException(ExitCode.Unreachable, damaged.Message, damaged);
        }
    }

    /// <summary>The folder of a pack's base model: the one given, or that of models/ with its content hash.</summary>
    /// <exception cref="CommandException">No folder is that model.</exception>
    public static string BaseModel(string? given, string sha256)
    {
        var folders =
            given is not null ? [given]
            : Directory.Exists("models") ? Directory.GetDirectories("models")
            : [];
        foreach (var folder in folders.Where(Directory.Exists))
        {
            try
            {
                if (ModelFolder.ContentHash(folder) == sha256)
                {
                    return folder;
                }
            }
            catch (Exception other) when (other is ModelFormatException or IOException)
            {
                // Another kind of folder.
            }
        }

        throw new CommandException(
            ExitCode.NotFoundOrConflict,
            given is null
                ? $"No folder in models/ is the sweep's base model ({sha256[..12]}); name it with --model."
                : $"{given} is not the sweep's base model ({sha256[..12]}): one byte of it is another, or it is another model."
        );
    }
}
