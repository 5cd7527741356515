using System.Security.Cryptography;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Llama;
using Seal.Models.Tokenizers;

namespace Seal.Models.Tests;

/// <summary>A small random grid model in a folder of its own, and texts to train it on.</summary>
internal sealed class TinyModel : IModelFiles, IDisposable
{
    private readonly Dictionary<string, byte[]> _adapters = [];

    public TinyModel(ulong seed = 1)
    {
        Folder = Directory.CreateTempSubdirectory("seal-tiny-").FullName;
        var tokenizer = GridTokenizer.CreateDefault();
        using (var model = LlamaModel.Random(Config(tokenizer.VocabularySize), new Seed(seed)))
        {
            model.Save(Folder);
        }

        File.WriteAllBytes(Path.Combine(Folder, "tokenizer.json"), GridTokenizerFile.ToBytes(tokenizer));
        Reference = new ModelRef(ModelFolder.ContentHash(Folder), []);
    }

    public string Folder { get; }

    public ModelRef Reference { get; }

    public static LlamaConfig Config(int vocabulary) =>
        new(
            HiddenSize: 32,
            IntermediateSize: 96,
            Layers: 2,
            Heads: 2,
            KeyValueHeads: 2,
            HeadDim: 16,
            VocabularySize: vocabulary,
            ContextLength: 512,
            NormEpsilon: 1e-6,
            RopeTheta: 10000,
            TiedHead: true,
            RopeScaling: null,
            Grid: new GridRotary([2, 2, 1, 3], [30, 30, 30, 1000])
        );

    /// <summary>Random tokens with positions as in a grid three wide; the loss is on the last half.</summary>
    public static TokenSequence[] Texts(int count, int shortest, int longest, ulong seed)
    {
        var random = new CounterRandom(new Seed(seed));
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    var length = random.NextInt(shortest, longest + 1);
                    var tokens = Enumerable.Range(0, length).Select(_ => random.NextInt(20)).ToArray();
                    return new TokenSequence(
                        tokens,
                        [.. tokens.Select((_, t) => t < length / 2 ? 0f : 1f)],
                        [.. tokens.Select((_, t) => new TokenPosition(t / 3 % 5, t % 3, t / 15, t))]
                    );
                }),
        ];
    }

    public static TrainRequest Request(DeltaSpec delta, ulong seed, int steps = 6, int shortest = 8, int longest = 40, double learningRate = 1e-2)
    {
        var texts = Texts(5, shortest, longest, seed);
        return new TrainRequest(
            delta,
            new Seed(seed),
            texts,
            [.. Enumerable.Range(0, steps).Select(s => new[] { s % 5, (s + 2) % 5 })],
            new OptimizerSpec(learningRate, 2, steps)
        );
    }

    public static DeltaSpec Lora(int rank = 4) => new(DeltaKind.Lora, rank, 8, ["q_proj", "v_proj", "gate_proj", "up_proj", "down_proj"]);

    public static DeltaSpec Full { get; } = new(DeltaKind.Full, 0, 0, []);

    /// <summary>Keeps an adapter and returns its name.</summary>
    public string Keep(byte[] adapter)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(adapter));
        _adapters[name] = adapter;
        return name;
    }

    public string BaseFolder(string sha256) => Folder;

    public byte[] Adapter(string sha256) => _adapters[sha256];

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
