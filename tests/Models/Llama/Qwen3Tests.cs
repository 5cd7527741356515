using System.Text.Json.Nodes;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Decoding;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Safetensors;
using Seal.Models.Sizing;
using Seal.Models.Tests.Safetensors;
using Seal.Models.Training;
using TorchSharp;

namespace Seal.Models.Tests.Llama;

/// <summary>
/// What Qwen3 adds to Llama, an RMSNorm of every head of queries and keys, in all that the engine does with a model. Heads of 32 numbers are for our
/// kernels where the processor has them, heads of 12 for libtorch.
/// </summary>
public sealed class Qwen3Tests : IDisposable
{
    private const string Kernels = "kernels";
    private const string LibTorch = "libtorch";

    private static readonly Dictionary<string, LlamaConfig> Configs = new() { [Kernels] = Config(32), [LibTorch] = Config(12) };

    private readonly string _folder = Directory.CreateTempSubdirectory("seal-qwen3-").FullName;

    [Theory]
    [InlineData(Kernels, ModelDtype.Fp32)]
    [InlineData(LibTorch, ModelDtype.Fp32)]
    [InlineData(Kernels, ModelDtype.Bf16)]
    public void GenerateAndSample_InCompany_GiveWhatEachGivesAlone(string shape, ModelDtype dtype)
    {
        using var model = Model(shape, dtype);
        GenerateRequest[] requests =
        [
            .. new[] { 3, 17, 9 }.Select(length => new GenerateRequest(Ids(length, (ulong)length), SequentialPositions.Instance, -1, 12)),
        ];
        SampleRequest Draws(params ulong[] seeds) =>
            new(Ids(30, 5), SequentialPositions.Instance, null, [.. seeds.Select(seed => new Seed(seed))], 1, 20);

        var together = GreedyDecoder.Generate(model, requests, default);
        var drawn = Sampler.Sample(model, Draws(1, 2, 3), -1, default);

        Assert.Equal(requests.Select(request => GreedyDecoder.Generate(model, [request], default)[0]), together);
        for (var s = 0; s < 3; s++)
        {
            var alone = Sampler.Sample(model, Draws((ulong)s + 1), -1, default)[0];
            Assert.Equal(alone.Tokens, drawn[s].Tokens);
            Assert.All(alone.LogProbabilities.Zip(drawn[s].LogProbabilities), both => Assert.Equal(both.First, both.Second, 1e-4));
        }
    }

    /// <summary>What the cache's steps compute is what one pass over the whole text computes.</summary>
    [Theory]
    [InlineData(Kernels, ModelDtype.Fp32, 1e-4)]
    [InlineData(LibTorch, ModelDtype.Fp32, 1e-4)]
    [InlineData(Kernels, ModelDtype.Bf16, 0.1)]
    public void Sample_LogProbabilities_AreThoseOfTheWholeText(string shape, ModelDtype dtype, double tolerance)
    {
        using var model = Model(shape, dtype);
        var prompt = Ids(30, 5);
        var request = new SampleRequest(prompt, SequentialPositions.Instance, null, [new Seed(1), new Seed(2)], 1, 20);

        foreach (var drawn in Sampler.Sample(model, request, -1, default))
        {
            int[] text = [.. prompt, .. drawn.Tokens];
            var score = Scorer.Score(model, new TokenSequence(text, new float[text.Length]));
            Assert.All(
                score.LogProbabilities.Skip(prompt.Length).Zip(drawn.LogProbabilities),
                both => Assert.Equal(both.First, both.Second, tolerance)
            );
        }
    }

    [Theory]
    [InlineData(DeltaKind.Lora, Kernels)]
    [InlineData(DeltaKind.Lora, LibTorch)]
    [InlineData(DeltaKind.Full, Kernels)]
    [InlineData(DeltaKind.Full, LibTorch)]
    public void Train_CheckpointedOrOnSeveralThreads_GivesTheSameBytes(DeltaKind kind, string shape)
    {
        using var model = Model(shape);
        byte[] Once(Execution execution)
        {
            model.Execution = execution;
            using var delta = Train(model, kind, steps: 4).Delta!;
            return delta.ToSafetensors();
        }

        var expected = Once(new Execution());

        Assert.Equal(expected, Once(new Execution(Checkpointing: true)));
        Assert.Equal(expected, Once(new Execution(Threads: 2)));
    }

    /// <summary>With an adapter the norms stay as they are; in full training they are trained like any other weight.</summary>
    [Theory]
    [InlineData(DeltaKind.Lora, Kernels)]
    [InlineData(DeltaKind.Lora, LibTorch)]
    [InlineData(DeltaKind.Full, Kernels)]
    [InlineData(DeltaKind.Full, LibTorch)]
    public void Train_OnFewTexts_LearnsThem(DeltaKind kind, string shape)
    {
        using var model = Model(shape);

        var outcome = Train(model, kind, steps: 60);
        using var delta = outcome.Delta!;

        Assert.Null(outcome.Failure);
        Assert.True(outcome.Losses[^1] < 0.5 * outcome.Losses[0], $"{outcome.Losses[0]} → {outcome.Losses[^1]}");
        foreach (var name in Norms(model.Config))
        {
            var moved = Golden.LargestDifference(delta.Applied.Values(name), model.Values(name));
            Assert.True(kind == DeltaKind.Full ? moved > 1e-3 : moved == 0, $"{name} moved by {moved}");
        }
    }

    /// <summary>Against the loss of <see cref="PlainDecoder"/>, which shares no code with the engine and is in double precision: its difference
    /// quotients.</summary>
    [Theory]
    [InlineData(Kernels)]
    [InlineData(LibTorch)]
    public void Gradients_OfTheNorms_AreThoseOfTheEquations(string shape)
    {
        const float Step = 1f / 512;
        using var model = Model(shape);
        using var bank = new FullBank(model);
        var ids = Ids(9, 3);
        bank.Backward([new MemberStep(0, Golden.Sequences([ids], [ids]), 0, 0, 0)]);

        foreach (var name in Norms(model.Config))
        {
            using var gradient = bank.Parameters.GradientOf(0, name);
            var actual = gradient.contiguous().data<float>().ToArray();
            Assert.Contains(actual, value => Math.Abs(value) > 1e-3);
            for (var i = 0; i < actual.Length; i += 3)
            {
                var values = model.Values(name).ToArray();
                var (above, below) = (values[i] + Step, values[i] - Step);
                var expected = (Loss(name, i, above) - Loss(name, i, below)) / ((double)above - below);
                Assert.True(Math.Abs(actual[i] - expected) < 2e-5 + 1e-3 * Math.Abs(expected), $"{name}[{i}] {actual[i]}, expected {expected}");
            }
        }

        double Loss(string name, int at, float value)
        {
            var values = model.Values(name).ToArray();
            values[at] = value;
            using var other = model.With(new Dictionary<string, torch.Tensor> { [name] = torch.tensor(values) });
            var logits = PlainDecoder.Logits(other, ids);
            return Enumerable.Range(1, ids.Length - 1).Average(t => Math.Log(logits[t - 1].Sum(Math.Exp)) - logits[t - 1][ids[t]]);
        }
    }

    [Theory]
    [InlineData(ModelDtype.Fp32)]
    [InlineData(ModelDtype.Bf16)]
    public void Save_ThenLoad_IsTheModelUnderQwensNames(ModelDtype dtype)
    {
        using var model = Model(Kernels, dtype);
        var (first, second) = (Path.Combine(_folder, "first"), Path.Combine(_folder, "second"));

        model.Save(first);
        using var loaded = LlamaModel.Load(first, dtype);
        loaded.Save(second);

        var config = JsonNode.Parse(File.ReadAllBytes(Path.Combine(first, "config.json")))!;
        Assert.Equal(
            ("qwen3", "Qwen3ForCausalLM", 32),
            ((string)config["model_type"]!, (string)config["architectures"]![0]!, (int)config["head_dim"]!)
        );
        Assert.Equal(model.Config, loaded.Config);
        Assert.Equal(ModelFolder.ContentHash(first), ModelFolder.ContentHash(second));
        using var weights = SafetensorsFolder.Open(first);
        Assert.Equal([32], weights.Get("model.layers.1.self_attn.q_norm.weight").Tensor.Shape);
        Assert.Equal([32], weights.Get("model.layers.1.self_attn.k_norm.weight").Tensor.Shape);
        Assert.Equal(Golden.Logits(model, [Ids(20, 1)]), Golden.Logits(loaded, [Ids(20, 1)]));
    }

    /// <summary>A delta's file computes what was trained: applied to the model, and merged into its checkpoint.</summary>
    [Theory]
    [InlineData(DeltaKind.Full)]
    [InlineData(DeltaKind.Lora)]
    public void Delta_AppliedAndMerged_IsWhatWasTrained(DeltaKind kind)
    {
        using var model = Model(Kernels);
        using var delta = Train(model, kind, steps: 4).Delta!;
        var (origin, file, merged) = (Path.Combine(_folder, "base"), Path.Combine(_folder, "delta"), Path.Combine(_folder, "merged"));
        model.Save(origin);
        File.WriteAllBytes(file, delta.ToSafetensors());

        CheckpointMerge.Write(origin, file, merged, null, CancellationToken.None);

        using var applied = AdapterFile.Apply(model, File.ReadAllBytes(file), file);
        using var loaded = LlamaModel.Load(merged);
        Assert.Equal(model.Config, loaded.Config);
        foreach (var (name, _) in model.Config.Tensors())
        {
            Assert.True(delta.Applied.Values(name).SequenceEqual(applied.Values(name)), name);
            Assert.True(Golden.LargestDifference(loaded.Values(name), applied.Values(name)) <= (kind == DeltaKind.Full ? 0 : 1e-6), name);
        }
    }

    [Fact]
    public void RandomCheckpoint_OfTheFamily_LoadsWithNormsOfOne()
    {
        RandomCheckpoint.Write(_folder, Configs[Kernels], ModelDtype.Bf16, new Seed(1));

        using var model = LlamaModel.Load(_folder, ModelDtype.Bf16);
        using var weights = SafetensorsFolder.Open(_folder);

        Assert.All(Norms(model.Config), name => Assert.All(model.Values(name).ToArray(), value => Assert.Equal(1, value)));
        Assert.Equal(new ModelSizing(model.Config, 2).Parameters, weights.Names.Sum(name => weights.Get(name).Tensor.Count));
    }

    [Fact]
    public void Load_NormsThatTheConfigDoesNotName_AreRefusedAndTheFamilyIsNamed()
    {
        Stored.WriteModel(_folder, SafetensorsDtype.F32, config: Configs[Kernels]);
        File.WriteAllBytes(Path.Combine(_folder, "config.json"), (Configs[Kernels] with { QueryKeyNorm = false }).ToJson());

        var error = Assert.Throws<ModelFormatException>(() => LlamaModel.Load(_folder));

        Assert.Contains("self_attn.k_norm.weight", error.Message, StringComparison.Ordinal);
        Assert.Contains("model_type qwen3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ConfigWhoseNormsAreNotThere_IsRefusedByName()
    {
        Stored.WriteModel(_folder, SafetensorsDtype.F32, config: Configs[Kernels] with { QueryKeyNorm = false });
        File.WriteAllBytes(Path.Combine(_folder, "config.json"), Configs[Kernels].ToJson());

        Assert.Contains(
            "self_attn.q_norm.weight",
            Assert.Throws<ModelFormatException>(() => LlamaModel.Load(_folder)).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static LlamaConfig Config(int headDim) =>
        new(
            HiddenSize: 48,
            IntermediateSize: 80,
            Layers: 2,
            Heads: 4,
            KeyValueHeads: 2,
            HeadDim: headDim,
            VocabularySize: 61,
            ContextLength: 128,
            NormEpsilon: 1e-6,
            RopeTheta: 1e6,
            TiedHead: false,
            QueryKeyNorm: true
        );

    private LlamaModel Model(string shape, ModelDtype dtype = ModelDtype.Fp32)
    {
        var shaken = PlainDecoderTests.Shaken(Configs[shape]);
        if (dtype == ModelDtype.Fp32)
        {
            return shaken;
        }

        using (shaken)
        {
            shaken.Save(Path.Combine(_folder, "fp32"));
        }

        return LlamaModel.Load(Path.Combine(_folder, "fp32"), dtype);
    }

    /// <summary>Two texts, again and again.</summary>
    private static (TrainedDelta? Delta, double[] Losses, string? Failure) Train(LlamaModel model, DeltaKind kind, int steps)
    {
        TokenSequence[] texts = [.. Golden.Sequences([Ids(14, 1), Ids(23, 2)], [Ids(14, 1), Ids(23, 2)])];
        var spec =
            kind == DeltaKind.Full ? TinyModel.Full : new DeltaSpec(DeltaKind.Lora, 8, 16, ["q_proj", "k_proj", "v_proj", "gate_proj", "down_proj"]);
        var request = new TrainRequest(
            spec,
            new Seed(7),
            texts,
            [.. Enumerable.Range(0, steps).Select(_ => new[] { 0, 1 })],
            new OptimizerSpec(1e-2, 2, steps)
        );
        var outcome = PackTrainer.Train(model, [request], null, CancellationToken.None)[0];
        return ((TrainedDelta?)outcome.Delta, [.. outcome.Losses], outcome.Failure);
    }

    private static string[] Norms(LlamaConfig config) =>
        [.. Enumerable.Range(0, config.Layers).SelectMany(layer => new[] { TensorNames.QueryNorm(layer), TensorNames.KeyNorm(layer) })];

    private static int[] Ids(int count, ulong seed)
    {
        var random = new CounterRandom(new Seed(seed));
        return [.. Enumerable.Range(0, count).Select(_ => random.NextInt(61))];
    }
}
