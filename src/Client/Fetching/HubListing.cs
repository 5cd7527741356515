using System.Text.Json;
using System.Text.RegularExpressions;
using Seal.Core.Json;
using Seal.Models.Safetensors;

namespace Seal.Client.Fetching;

/// <summary>The commit that a revision stands for, and its files: what <c>/api/models/{id}/revision/{revision}?blobs=true</c> answers.</summary>
/// <param name="Commit">40 hexadecimal digits.</param>
/// <param name="Repository">What the hub calls the model: not what was asked for where it was renamed. Null if it does not say.</param>
/// <param name="Files">Every name as the server has it. They are not trusted: known names alone are taken, and of weights names without a folder.</param>
internal sealed partial record HubListing(string Commit, string? Repository, IReadOnlyList<HubFile> Files)
{
    public const string Config = "config.json";

    /// <summary>No file is as long; sums of lengths stay far from the largest number.</summary>
    private const long MostBytes = 1L << 50;

    /// <summary>In the order in which they are loaded.</summary>
    private static readonly string[] Known = [Config, "generation_config.json", "tokenizer_config.json", "chat_template.jinja", "tokenizer.json"];

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
                ? new HubListing(
                    commit,
                    Called(document.RootElement),
                    [.. document.RootElement.GetProperty("siblings").EnumerateArray().Select(File)]
                )
                : throw new JsonException("\"sha\" is no commit");
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new JsonException(wrong.Message, wrong);
        }
    }

    /// <summary>What is loaded before the weights: texts, and the index where the weights are in shards. Known names and nothing else.</summary>
    /// <param name="model">Named in errors.</param>
    /// <exception cref="CommandException">It has no config.json or no safetensors, or the list lacks lengths or hashes.</exception>
    public IReadOnlyList<HubFile> Texts(HubModel model)
    {
        var present = Present();
        if (!present.ContainsKey(Config))
        {
            throw new CommandException(
                ExitCode.Usage,
                $"{model.Repository} has no config.json at commit {Commit}: it is no model that can be trained here. Adapters and GGUF files have none."
            );
        }

        var isSingle = present.ContainsKey(SafetensorsFolder.SingleFile);
        if (!isSingle && !(present.ContainsKey(SafetensorsFolder.IndexFile) && present.Keys.Any(name => Shards().IsMatch(name))))
        {
            throw NoSafetensors(model);
        }

        string[] names = [.. Known.Where(present.ContainsKey), .. isSingle ? (string[])[] : [SafetensorsFolder.IndexFile]];
        return [.. names.Select(name => Checked(present[name], model))];
    }

    /// <summary>The weights, if they are one file; null if they are in shards, which the index names.</summary>
    /// <inheritdoc cref="Texts"/>
    public IReadOnlyList<HubFile>? Single(HubModel model) =>
        Present().TryGetValue(SafetensorsFolder.SingleFile, out var single) ? [Checked(single, model)] : null;

    /// <summary>The shards that the index names; a repository may have those of another cut too.</summary>
    /// <param name="names">Of the index. They are not trusted.</param>
    /// <param name="model">Named in errors.</param>
    /// <exception cref="CommandException">One of them is not in the list, or has no length or hash there.</exception>
    public IReadOnlyList<HubFile> Weights(IEnumerable<string> names, HubModel model)
    {
        var present = Present();
        return
        [
            .. names.Select(name =>
                Shards().IsMatch(name) && present.TryGetValue(name, out var shard)
                    ? Checked(shard, model)
                    : throw new CommandException(
                        ExitCode.Usage,
                        $"{SafetensorsFolder.IndexFile} names {name}, which is no file of this commit: the repository is not whole. "
                            + "Look on its page for another revision."
                    )
            ),
        ];
    }

    private Dictionary<string, HubFile> Present()
    {
        var present = new Dictionary<string, HubFile>(StringComparer.Ordinal);
        foreach (var file in Files)
        {
            present.TryAdd(file.Name, file);
        }

        return present;
    }

    private static string? Called(JsonElement root) =>
        root.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && HubModel.IsRepository(id.GetString()!)
            ? id.GetString()
            : null;

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
            $"{model.Repository} has no model.safetensors (nor shards with a {SafetensorsFolder.IndexFile}) at commit {Commit}. "
                + (other is null ? "" : "Its weights are pickle files, which can run code when they are read; they are not loaded. ")
                + $"Look on its page for a revision with safetensors (pull requests are revisions too: hf:{model.Repository}@refs/pr/<number>), "
                + "or convert it where you trust it, in Python: "
                + "AutoModelForCausalLM.from_pretrained(name).save_pretrained(folder, safe_serialization=True)."
        );
    }

    /// <summary>A name without a folder. Cuts are named in many ways: the index says which files belong to the model.</summary>
    [GeneratedRegex(@"\A\w[\w.-]*\.safetensors\z", RegexOptions.ECMAScript)]
    private static partial Regex Shards();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Sha256s();
}
