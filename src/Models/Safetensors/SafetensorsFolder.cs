using System.Text.Json;
using Seal.Core.Engines;
using Seal.Core.Json;

namespace Seal.Models.Safetensors;

/// <summary>The weights of a model folder: <c>model.safetensors</c>, or the shards that <c>model.safetensors.index.json</c> lists.</summary>
public sealed class SafetensorsFolder : IDisposable
{
    public const string SingleFile = "model.safetensors";
    public const string IndexFile = "model.safetensors.index.json";
    private static readonly string[] Pickles = ["*.bin", "*.pt", "*.pth", "*.ckpt"];
    private readonly SortedDictionary<string, (SafetensorsFile File, SafetensorsTensor Tensor)> _tensors = new(StringComparer.Ordinal);
    private readonly List<SafetensorsFile> _files = [];
    private readonly string _folder;

    private SafetensorsFolder(string folder) => _folder = folder;

    /// <summary>In ordinal order.</summary>
    public IEnumerable<string> Names => _tensors.Keys;

    /// <summary>Paths of the files that hold a folder's weights.</summary>
    /// <exception cref="ModelFormatException">The index is malformed.</exception>
    public static IReadOnlyList<string> Files(string folder)
    {
        var single = Path.Combine(folder, SingleFile);
        var index = Path.Combine(folder, IndexFile);
        return File.Exists(index) && !File.Exists(single)
            ? [.. ReadIndex(index).Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(shard => Path.Combine(folder, shard))]
            : [single];
    }

    /// <exception cref="ModelFormatException">A file is missing or malformed, or the index and the shards disagree.</exception>
    public static SafetensorsFolder Open(string folder)
    {
        var opened = new SafetensorsFolder(folder);
        try
        {
            var index = Path.Combine(folder, IndexFile);
            if (File.Exists(index) && !File.Exists(Path.Combine(folder, SingleFile)))
            {
                opened.OpenShards(index);
            }
            else
            {
                opened.RefusePickles();
                opened.Add(SingleFile);
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The file that holds a tensor, and its entry there; null if there is none of this name.</summary>
    public (SafetensorsFile File, SafetensorsTensor Tensor)? Find(string name) => _tensors.TryGetValue(name, out var found) ? found : null;

    /// <inheritdoc cref="Find"/>
    /// <exception cref="ModelFormatException">It is not there.</exception>
    public (SafetensorsFile File, SafetensorsTensor Tensor) Get(string name) =>
        Find(name)
        ?? throw new ModelFormatException(
            $"{_folder}: no tensor '{name}' among its {_tensors.Count}. Do config.json and the weights belong together?"
        );

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private void RefusePickles()
    {
        if (File.Exists(Path.Combine(_folder, SingleFile)))
        {
            return;
        }

        var pickle = Pickles
            .SelectMany(pattern => Directory.EnumerateFiles(_folder, pattern))
            .Select(Path.GetFileName)
            .Order(StringComparer.Ordinal)
            .FirstOrDefault();
        if (pickle is not null)
        {
            throw new ModelFormatException(
                $"{_folder}: {pickle} is a pickle file, which can run code when it is read; only safetensors are read. Convert it where you trust "
                    + $"it, in Python: "
                    + "AutoModelForCausalLM.from_pretrained(folder).save_pretrained(folder, safe_serialization=True)."
            );
        }
    }

    private void OpenShards(string index)
    {
        var map = ReadIndex(index);
        foreach (var shard in map.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            Add(shard);
        }

        foreach (var (tensor, shard) in map)
        {
            if (!_tensors.ContainsKey(tensor))
            {
                throw new ModelFormatException($"{index}: '{tensor}' should be in {shard} and is not. Fetch the model again.");
            }
        }
    }

    private void Add(string fileName)
    {
        var file = SafetensorsFile.Read(Path.Combine(_folder, fileName));
        _files.Add(file);
        foreach (var tensor in file.Tensors)
        {
            if (!_tensors.TryAdd(tensor.Name, (file, tensor)))
            {
                throw new ModelFormatException($"{Path.Combine(_folder, fileName)}: '{tensor.Name}' is in another shard too.");
            }
        }
    }

    private static SortedDictionary<string, string> ReadIndex(string index)
    {
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var document = UserJson.Parse(ModelFile.ReadAllBytes(index), maxDepth: 8);
            foreach (var entry in document.RootElement.GetProperty("weight_map").EnumerateObject())
            {
                var shard = entry.Value.GetString() ?? "";

                // A shard is a file of this folder: an index must not lead elsewhere.
                if (shard != Path.GetFileName(shard) || !shard.EndsWith(".safetensors", StringComparison.Ordinal))
                {
                    throw new ModelFormatException($"{index}: '{shard}' is no name of a safetensors file in this folder.");
                }

                map[entry.Name] = shard;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new ModelFormatException($"{index}: expected {{\"weight_map\": {{tensor: file}}}}: {e.Message}", e);
        }

        return map;
    }
}
