using System.Globalization;
using System.Security.Cryptography;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Engine;

namespace Seal.Models.Tests.Engine;

/// <summary>
/// Hashes of what the engine computes, one line per numeric class in <c>data/engine-bits.tsv</c>. A change of bits under the same class would mix
/// results of two builds without a sign.
/// </summary>
public sealed class EngineBitsTests
{
    [SkippableTheory]
    [InlineData("fp32")]
    [InlineData("bf16")]
    public void Engine_OfThisClass_GivesTheBitsThatAreWrittenDown(string dtype)
    {
        using var engine = new TorchEngine(new EngineOptions(Dtype: dtype));
        var found = Bits(engine);

        var written = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "engine-bits.tsv"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t'))
            .ToDictionary(fields => fields[0], fields => fields[1]);
        if (!written.TryGetValue(engine.NumericClass, out var expected) && written.ContainsValue(found))
        {
            // A processor that nobody has written down, whose libraries round as another's do: the bits are known all the same.
            return;
        }

        // On a processor that nobody has measured there is nothing to compare with.
        Skip.If(
            expected is null,
            $"tests/Models/data/engine-bits.tsv has no line for this machine's class. If the bits of another class are unchanged, add: "
                + $"{engine.NumericClass}\\t{found}"
        );
        Assert.True(
            expected == found,
            $"The engine's bits changed: {engine.NumericClass} was {expected} and is {found}. If that is meant, raise NumericClassName.Version in "
                + $"this commit, and write every class anew in tests/Models/data/engine-bits.tsv."
        );
    }

    [Fact]
    public void Lines_AreOfThisVersion()
    {
        var own = $"seal-{NumericClassName.Version.ToString(CultureInfo.InvariantCulture)}";
        Assert.All(
            File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "engine-bits.tsv")).Where(line => !line.StartsWith('#')),
            line => Assert.Equal(own, NumericClassName.Parse(line.Split('\t')[0])?.Engine)
        );
    }

    /// <summary>Training of both kinds of deltas alone and as a pack, reading, greedy and sampled text, with and without a merged adapter.</summary>
    private static string Bits(TorchEngine engine)
    {
        using var files = new TinyModel();
        var parts = new List<string> { files.Reference.BaseSha256 };
        var texts = TinyModel.Texts(3, 5, 70, 9);
        var handle = engine.Open(files.Reference, files);
        var pack = handle.Train([TinyModel.Request(TinyModel.Lora(), 1, steps: 12), TinyModel.Request(TinyModel.Lora(8), 2)], null, default);
        var full = handle.Train([TinyModel.Request(TinyModel.Full, 3)], null, default);
        foreach (var outcome in pack.Concat(full))
        {
            parts.Add(SealJson.Hash(outcome.Losses));
            parts.Add(Sha256(outcome.Delta!.ToSafetensors()));
            Read(outcome.Delta);
        }

        Read(null);
        var adapter = files.Keep(pack[0].Delta!.ToSafetensors());
        foreach (var outcome in pack.Concat(full))
        {
            outcome.Delta!.Dispose();
        }

        handle = engine.Open(files.Reference.With(adapter), files);
        Read(null);
        return SealJson.Hash(parts);

        void Read(ITrainedDelta? delta)
        {
            parts.Add(SealJson.Hash(handle.Score(delta, texts, default)));
            int[] prompt = [1, 2, 3, 4, 5, 6, 7];
            parts.Add(SealJson.Hash(handle.Generate(delta, [new GenerateRequest(prompt, SequentialPositions.Instance, 0, 12)], default)));
            if (delta is null)
            {
                parts.Add(
                    SealJson.Hash(
                        handle.Sample(
                            new SampleRequest(prompt, SequentialPositions.Instance, null, [new Seed(1), new Seed(2), new Seed(3)], 1.0, 10),
                            default
                        )
                    )
                );
            }
        }
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
