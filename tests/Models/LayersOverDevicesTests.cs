using CsCheck;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Decoding;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Running;
using Seal.Models.Sizing;
using Seal.Models.Training;

namespace Seal.Models.Tests;

/// <summary>
/// A model whose layers lie on several devices. Placements told apart on the processor stand for them: what is computed is the same to the last bit,
/// and every tensor is made where its layer is. Copies between real devices are not shown by this.
/// </summary>
public sealed class LayersOverDevicesTests
{
    private static readonly LlamaConfig Tied = new(
        HiddenSize: 64,
        IntermediateSize: 160,
        Layers: 5,
        Heads: 4,
        KeyValueHeads: 2,
        HeadDim: 16,
        VocabularySize: 96,
        ContextLength: 512,
        NormEpsilon: 1e-6,
        RopeTheta: 10000,
        TiedHead: true
    );

    /// <summary>Weights in, a tied head, norms of queries and keys, computed as on a card, devices.</summary>
    public static TheoryData<ModelDtype, bool, bool, bool, int> Models =>
        new()
        {
            { ModelDtype.Fp32, true, false, false, 2 },
            { ModelDtype.Fp32, false, true, false, 5 },
            { ModelDtype.Bf16, true, true, false, 3 },
            { ModelDtype.Bf16, false, true, true, 2 },
            { ModelDtype.Bf16, true, false, true, 3 },
        };

    [Theory]
    [MemberData(nameof(Models))]
    public void EverythingThatIsComputed_OverDevices_HasTheBytesOfOne(ModelDtype dtype, bool tied, bool normed, bool isCard, int devices)
    {
        using var folder = new RandomModel(Tied with { TiedHead = tied, QueryKeyNorm = normed }, dtype);
        using var whole = LlamaModel.Load(folder.Path, dtype, Apart("one", isCard));
        using var split = LlamaModel.Load(folder.Path, dtype, [.. Enumerable.Range(0, devices).Select(i => Apart($"device {i}", isCard))]);

        Assert.Equal(devices, split.Map.Devices.Count);
        Assert.Equal(Everything(whole), Everything(split));
    }

    [Fact]
    public void EveryTensor_OfALayer_IsMadeWhereTheLayerIs()
    {
        using var folder = new RandomModel(Tied, ModelDtype.Fp32);
        var devices = new[] { Apart("first", false), Apart("middle", false), Apart("last", false) };
        using var model = LlamaModel.Load(folder.Path, ModelDtype.Fp32, devices);
        var (made, strangers, thread) = (new Dictionary<string, int>(), 0, Environment.CurrentManagedThreadId);
        Placement.Made = (placement, _) =>
        {
            if (Environment.CurrentManagedThreadId == thread)
            {
                made[placement.Name] = made.GetValueOrDefault(placement.Name) + 1;
                strangers += devices.Contains(placement) ? 0 : 1;
            }
        };
        try
        {
            Scorer.Score(model, Text(20, 1));
        }
        finally
        {
            Placement.Made = null;
        }

        // Tokens, cosines, sines and the stream of each layer at first; then cosines, sines and the stream; then the tokens that are scored, too.
        Assert.Equal(devices[0], model.Map.Of(1));
        Assert.Equal(devices[1], model.Map.Of(2));
        Assert.Equal(devices[1], model.Map.Of(3));
        Assert.Equal(devices[2], model.Map.Of(4));
        Assert.Equal(0, strangers);
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["first"] = 5,
                ["middle"] = 4,
                ["last"] = 4,
            },
            made
        );
    }

    /// <summary>Neighbouring layers, no device without one, and no other cut leaves the fullest device emptier.</summary>
    [Fact]
    public void Share_OfAnyModel_IsInOrderAndTheMostEven() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 4], Gen.Int[1, 4000])
            .Where((layers, devices, _) => devices <= layers)
            .Sample(
                (layers, devices, vocabulary) =>
                {
                    var config = Tied with { Layers = layers, VocabularySize = vocabulary };
                    var share = DeviceMap.Share(config, 2, devices);
                    Assert.Equal(share.Order(), share);
                    Assert.Equal(Enumerable.Range(0, devices), share.Distinct());
                    Assert.Equal(Shares(layers, devices).Min(other => Fullest(config, other)), Fullest(config, share));
                },
                iter: 200
            );

    /// <summary>Every way to cut a row of layers into so many parts.</summary>
    private static IEnumerable<int[]> Shares(int layers, int devices) =>
        devices == 1
            ? [new int[layers]]
            : Enumerable
                .Range(1, layers - devices + 1)
                .SelectMany(last => Shares(layers - last, devices - 1).Select(before => (int[])[.. before, .. Enumerable.Repeat(devices - 1, last)]));

    private static long Fullest(LlamaConfig config, IReadOnlyList<int> share)
    {
        var table = config.VocabularySize * 64L * 2;
        var layer = config
            .Tensors()
            .Where(tensor => TensorNames.LayerOf(tensor.Name) == 0)
            .Sum(tensor => tensor.Shape.Aggregate(tensor.Shape.Length == 1 ? sizeof(float) : 2L, (bytes, size) => bytes * size));
        return share.GroupBy(device => device).Max(own => own.Count() * layer + (own.Key == 0 ? table : 0) + (own.Key == share[^1] ? table : 0));
    }

    [Fact]
    public void Share_OfMoreDevicesThanLayers_IsRefused() =>
        Assert.Contains("5 layers", Assert.Throws<ArgumentException>(() => DeviceMap.Share(Tied, 2, 6)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("cpu+cpu")]
    [InlineData("cuda:0+cpu")]
    [InlineData("cuda+cuda:0")]
    [InlineData("cuda:1+cuda:1")]
    public void Check_OfDevicesThatShareNoModel_SaysWhatOnesDo(string text) =>
        Assert.Contains("cuda:0+cuda:1", Assert.Throws<ArgumentException>(() => DeviceMap.Check(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Check_OfSeveralCards_Passes() => DeviceMap.Check("cuda:0+cuda:2+cuda:1");

    /// <summary>Worked out by hand: 4 + 1 layers' worth of each table at the ends.</summary>
    [Fact]
    public void Fullest_OfTwoDevices_HoldsItsLayersAndATable()
    {
        var config = Tied with { Layers = 4 };
        var sizing = new ModelSizing(config, 4);
        long table = 96 * 64 * 4,
            layers = sizing.Weights - table;
        var fullest = sizing.Fullest(new MemoryNeed(sizing.Weights, 400, 1000, 8), 2);

        Assert.Equal([0, 0, 1, 1], DeviceMap.Share(config, 4, 2));
        Assert.Equal(new MemoryNeed(table + (layers / 2), 200, 500, 8), fullest);
        Assert.Equal(new MemoryNeed(1, 2, 3, 4), sizing.Fullest(new MemoryNeed(1, 2, 3, 4), 1));

        // What the layers at work hold is held on whichever device works.
        Assert.Equal(7, sizing.On(new MemoryNeed(sizing.Weights, 0, 0, 0, 7), 2, 0).Scratch);

        // Every weight trained: value, gradient and two moments of the embedding at first; of its copy at last value and gradient.
        var full = sizing.Training(new DeltaSpec(DeltaKind.Full, 0, 0, []), 10, 1);
        var (first, last) = (sizing.On(full, 2, 0, isFull: true), sizing.On(full, 2, 1, isFull: true));
        Assert.Equal((full.Trained - (4 * table)) / 2, first.Trained - (4 * table));
        Assert.Equal(first.Trained - (2 * table), last.Trained);
    }

    private static Placement Apart(string name, bool isCard) => Placement.Apart(name, isCard);

    private static TokenSequence Text(int length, ulong seed)
    {
        var random = new CounterRandom(new Seed(seed));
        int[] tokens = [.. Enumerable.Range(0, length).Select(_ => random.NextInt(Tied.VocabularySize))];
        return new TokenSequence(tokens, [.. tokens.Select((_, t) => t < length / 2 ? 0f : 1f)]);
    }

    private static TrainRequest Request(DeltaSpec delta) =>
        new(
            delta,
            new Seed(3),
            [Text(20, 1), Text(31, 2), Text(24, 3)],
            [
                [0, 1],
                [2, 0],
                [1, 2],
            ],
            new OptimizerSpec(1e-2, 1, 3, WeightDecay: 0.1, GradientClip: 0.5)
        );

    /// <summary>Every kind of work with a model, as one list of bytes.</summary>
    private static byte[] Everything(LlamaModel model)
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        void Texts(IEnumerable<int[]> texts) => texts.SelectMany(text => text).ToList().ForEach(writer.Write);
        void Scored(LlamaModel scored)
        {
            var score = Scorer.Score(scored, Text(25, 9));
            score.LogProbabilities.ToList().ForEach(writer.Write);
            score.Argmax.ToList().ForEach(writer.Write);
        }

        Scored(model);
        TokenRuns.Logits(model, [1, 2, 3]).ToList().ForEach(writer.Write);
        Texts(
            Sampler
                .Sample(
                    model,
                    new SampleRequest([1, 2, 3], SequentialPositions.Instance, null, [new Seed(1), new Seed(2)], 1, 9),
                    -1,
                    CancellationToken.None
                )
                .Select(sample => sample.Tokens)
        );
        Texts(
            GreedyDecoder.Generate(
                model,
                [
                    new GenerateRequest([1, 2, 3], SequentialPositions.Instance, -1, 70),
                    new GenerateRequest([4, 5], SequentialPositions.Instance, -1, 70),
                ],
                CancellationToken.None
            )
        );
        foreach (var checkpointing in new[] { false, true })
        {
            model.Execution = new Execution(Checkpointing: checkpointing);
            foreach (
                var pack in new DeltaSpec[][] { [TinyModel.Lora(), TinyModel.Lora(), TinyModel.Lora(8)], [new DeltaSpec(DeltaKind.Full, 0, 0, [])] }
            )
            {
                foreach (var outcome in PackTrainer.Train(model, [.. pack.Select(Request)], null, CancellationToken.None))
                {
                    Assert.Null(outcome.Failure);
                    outcome.Losses.ToList().ForEach(writer.Write);
                    var delta = (TrainedDelta)outcome.Delta!;
                    writer.Write(delta.ToSafetensors());
                    Scored(delta.Applied);
                    using (var again = AdapterFile.Apply(model, delta.ToSafetensors(), "trained"))
                    {
                        Scored(again);
                    }

                    delta.Dispose();
                }
            }
        }

        writer.Flush();
        return bytes.ToArray();
    }

    private sealed class RandomModel : IDisposable
    {
        public RandomModel(LlamaConfig config, ModelDtype dtype)
        {
            Path = Directory.CreateTempSubdirectory("seal-split-").FullName;
            RandomCheckpoint.Write(Path, config, dtype, new Seed(1));
        }

        public string Path { get; }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
