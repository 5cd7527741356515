using System.Text.Json;
using Seal.Core.Sequences;
using Seal.Models.Llama;
using Seal.Models.Safetensors;
using static TorchSharp.torch;

namespace Seal.Models.Tests;

/// <summary>One golden folder: tensors and figures that public reference code computed. Some lie in test data, all beside the repository.</summary>
internal sealed class Golden(string folder) : IDisposable
{
    private readonly Dictionary<string, SafetensorsFile> _files = [];

    public string Folder { get; } = folder;

    /// <summary>E.g. <c>llama/tied</c>. Skips the test where the folder is in neither place.</summary>
    public static Golden Open(string name)
    {
        var parts = name.Split('/');
        var own = Path.Combine([AppContext.BaseDirectory, "data", "golden", .. parts]);
        return new Golden(Directory.Exists(own) ? own : SharedFolder.Require(["golden", .. parts]));
    }

    public JsonElement Json(string file = "goldens.json")
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, file)));
        return document.RootElement.Clone();
    }

    public float[] Singles(string tensor, string file = "goldens.safetensors")
    {
        var source = Source(file);
        return source.ReadSingles(source.Get(tensor));
    }

    /// <summary>A matrix of token ids (or labels), one array a row.</summary>
    public int[][] Ids(string tensor, string file = "goldens.safetensors")
    {
        var source = Source(file);
        var entry = source.Get(tensor);
        var values = new long[entry.Count];
        Buffer.BlockCopy(source.Bytes(entry).ToArray(), 0, values, 0, (int)entry.ByteLength);
        return [.. values.Select(value => (int)value).Chunk((int)entry.Shape[^1])];
    }

    public bool Has(string tensor, string file = "goldens.safetensors") => Source(file).Find(tensor) is not null;

    public IEnumerable<string> Names(string file = "goldens.safetensors") => Source(file).Tensors.Select(tensor => tensor.Name);

    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }
    }

    /// <summary>Rows of ids as sequences with the loss on tokens whose label is not −100.</summary>
    public static TokenSequence[] Sequences(int[][] ids, int[][]? labels = null) =>
        [
            .. ids.Select(
                (row, r) => new TokenSequence(row, labels is null ? new float[row.Length] : [.. labels[r].Select(label => label == -100 ? 0f : 1f)])
            ),
        ];

    /// <summary>Logits of all tokens of these sequences, [N · vocabulary].</summary>
    public static float[] Logits(LlamaModel model, int[][] ids, int[]? attended = null)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var batch = TokenBatch.Of(model.Rotary, Sequences(ids), attended);
        var hidden = LlamaDecoder.Hidden(model.Config, model.Weights, null, new CausalAttention(batch.Spans), batch);
        return LlamaDecoder.Logits(model.Weights, hidden).data<float>().ToArray();
    }

    public static double LargestDifference(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = 0.0;
        for (var i = 0; i < actual.Length; i++)
        {
            var difference = Math.Abs((double)actual[i] - expected[i]);
            largest = difference <= largest ? largest : difference; // NaN comes through
        }

        return largest;
    }

    private SafetensorsFile Source(string file)
    {
        if (!_files.TryGetValue(file, out var source))
        {
            _files[file] = source = SafetensorsFile.Read(Path.Combine(Folder, file));
        }

        return source;
    }
}
