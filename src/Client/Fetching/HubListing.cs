using System.Text.Json;
using System.Text.RegularExpressions;
using Seal.Core.Json;
using Seal.Models.Safetensors;

namespace Seal.Client.Fetching;

/// <summary>The commit that a revision stands for, and its files: what <c>/api/models/{id}/revision/{revision}?blobs=true</c> answers.</summary>
/// <param name="Commit">40 hexadecimal digits.</param>
/// <param name="Files">Every name as the server has it. They are not trusted: <see cref="Wanted"/> takes known names alone.</param>
internal sealed partial record HubListing(string Commit, IReadOnlyList<HubFile> Files)
{
    /// <summary>No file is as long; sums of lengths stay far from the largest number.</summary>
    private const long MostBytes = 1L << 50;

    /// <summary>In the order in which they are loaded. Weights come last: where they are whole, everything is.</summary>
    private static readonly string[] Texts =
    [
        "config.json",
        "generation_config.json",
        "tokenizer_config.json",
        "chat_template.jinja",
        "tokenizer.json",
    ];

    private static readonly string[] Pickles = [".bin", ".pt", ".pth", ".ckpt", ".pkl"];

    /// <param name="json">The answer.</param>
    /// <exception cref="JsonException">It has another shape.</exception>
    public static HubListing Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = UserJson.Parse(json);
            var commit = document.RootElement.GetProperty("sha").GetString() ?? "";
            return HubModel.IsCommit(commit)
                ? new HubListing(commit, [.. document.RootElement.GetProperty("siblings").EnumerateArray().Select(File)])
                : throw new JsonException("\"sha\" is no commit");
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new JsonException(wrong.Message, wrong);
        }
    }

    /// <summary>The files that make the model, in the order in which they are loaded: known names and nothing else.</summary>
    /// <param name="model">Named in errors.</param>
    /// <exception cref="CommandException">It has no config.json or no safetensors, or the list lacks lengths or hashes.</exception>
    public IReadOnlyList<HubFile> Wanted(HubModel model)
    {
        var present = new Dictionary<string, HubFile>(StringComparer.Ordinal);
        foreach (var file in Files)
        {
            present.TryAdd(file.Name, file);
        }

        if (!present.ContainsKey(Texts[0]))
        {
            throw new CommandException(
                ExitCode.Usage,
                $"{model.Repository} has no config.json at commit {Commit}: it is no model that can be trained here. Adapters and GGUF files have none."
            );
        }

        string[] weights = present.ContainsKey(SafetensorsFolder.SingleFile)
            ? [SafetensorsFolder.SingleFile]
            : [.. present.Keys.Where(name => Shards().IsMatch(name)).Order(StringComparer.Ordinal)];
        var isSharded = weights is not ([] or [SafetensorsFolder.SingleFile]);
        if (weights.Length == 0 || (isSharded && !present.ContainsKey(SafetensorsFolder.IndexFile)))
        {
            throw NoSafetensors(model);
        }

        string[] names = [.. Texts.Where(present.ContainsKey), .. isSharded ? [SafetensorsFolder.IndexFile] : (string[])[], .. weights];
        return [.. names.Select(name => Checked(present[name], model))];
    }

    private static HubFile File(JsonElement entry)
    {
        var isLfs = entry.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object;
        return new HubFile(
            entry.GetProperty("rfilename").GetString() ?? "",
            Number(isLfs ? lfs : entry, "size"),
            isLfs ? Text(lfs, "sha256") : null,
            Text(entry, "blobId")
        );
    }

    private static long Number(JsonElement entry, string key) =>
        entry.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : -1;

    private static string? Text(JsonElement entry, string key) =>
        entry.TryGetProperty(key, out var value) ? value.GetString()?.ToLowerInvariant() : null;

    private static HubFile Checked(HubFile file, HubModel model) =>
        file.Size is >= 0 and <= MostBytes && (file.Sha256 is { } sha256 ? Sha256s().IsMatch(sha256) : file.BlobId is { } id && HubModel.IsCommit(id))
            ? file
            : throw new CommandException(
                ExitCode.Unreachable,
                $"{model.Repository}: the hub's list has no length or no hash of {file.Name}, so it could not be checked. Does HF_ENDPOINT name a mirror "
                    + "that answers `?blobs=true`?"
            );

    private CommandException NoSafetensors(HubModel model)
    {
        var other = Files.Select(file => file.Name).FirstOrDefault(name => Pickles.Any(end => name.EndsWith(end, StringComparison.Ordinal)));
        return new CommandException(
            ExitCode.Usage,
            $"{model.Repository} has no model.safetensors (nor model-…-of-….safetensors with an index) at commit {Commit}. "
                + (other is null ? "" : "Its weights are pickle files, which can run code when they are read; they are not loaded. ")
                + $"Look on its page for a revision with safetensors (pull requests are revisions too: hf:{model.Repository}@refs/pr/<number>), "
                + "or convert it where you trust it, in Python: "
                + "AutoModelForCausalLM.from_pretrained(name).save_pretrained(folder, safe_serialization=True)."
        );
    }

    [GeneratedRegex(@"\Amodel-[0-9]{5}-of-[0-9]{5}\.safetensors\z")]
    private static partial Regex Shards();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Sha256s();
}
