using System.Text.Json;
using System.Text.Json.Serialization;
using Seal.Core.Engines;
using Seal.Core.Files;
using Seal.Core.Json;

namespace Seal.Client.Fetching;

/// <summary>
/// Where a model folder came from: <c>fetched-from.txt</c> beside the weights, in JSON. It is no <c>.json</c> by its name, because every such file
/// counts in the model's content hash, which must be the same however the files got there (see <see cref="Core.Engines.ModelFolder"/>).
/// </summary>
/// <param name="Repository">On the hub.</param>
/// <param name="Revision">As it was asked for.</param>
/// <param name="Commit">What it stood for.</param>
/// <param name="IsComplete">False while files are missing.</param>
/// <param name="Files">What belongs to the model.</param>
internal sealed record SourceNote(string Repository, string Revision, string Commit, bool IsComplete, IReadOnlyList<SourceFile> Files)
{
    public const string FileName = "fetched-from.txt";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <returns>Null where the folder has none.</returns>
    /// <exception cref="CommandException">It cannot be understood.</exception>
    public static SourceNote? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        UserFile.Check(path);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var document = UserJson.Parse(File.ReadAllBytes(path));
            return document.RootElement.Deserialize<SourceNote>(Format) ?? throw new JsonException("null");
        }
        catch (JsonException wrong)
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"{path} cannot be understood: {wrong.Message} Delete the folder, or name another one with --to.",
                wrong
            );
        }
    }

    /// <summary>Whether a folder has nothing of a model: a run that was refused, or stopped before its first byte, left no more than names.</summary>
    public static bool IsAlone(string folder) =>
        !ModelFolder.Files(folder).Any() && new DirectoryInfo(folder).EnumerateFiles("*" + FileDownload.Suffix).All(part => part.Length == 0);

    /// <summary>Puts it into the folder in one step.</summary>
    public void Write(string folder)
    {
        var path = Path.Combine(folder, FileName);
        UserFile.Check(path + FileDownload.Suffix);
        File.WriteAllText(path + FileDownload.Suffix, JsonSerializer.Serialize(this, Format) + "\n");
        File.Move(path + FileDownload.Suffix, path, overwrite: true);
    }
}

/// <summary>A file of a model.</summary>
/// <param name="Name">Without a folder.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">In hexadecimal; null while it is not known: the hub has none of files that git holds.</param>
internal sealed record SourceFile(string Name, long Size, string? Sha256 = null);
