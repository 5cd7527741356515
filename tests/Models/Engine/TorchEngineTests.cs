using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Models.Engine;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;

namespace Seal.Models.Tests.Engine;

public sealed class TorchEngineTests
{
    [Fact]
    public void Train_Twice_GivesEqualBytes()
    {
        using var files = new TinyModel();
        TrainRequest[] pack = [TinyModel.Request(TinyModel.Lora(), 1), TinyModel.Request(TinyModel.Full, 2)];

        var first = Train(files, pack);
        var second = Train(files, pack);

        Assert.Equal(first, second);
    }

    [Fact]
    public void Train_InTwoThreads_GivesTheBytesOfOneAfterAnother()
    {
        using var files = new TinyModel();
        TrainRequest[] a = [TinyModel.Request(TinyModel.Lora(), 1, steps: 30)];
        TrainRequest[] b = [TinyModel.Request(TinyModel.Full, 2, steps: 30)];
        var alone = (Train(files, a)[0], Train(files, b)[0]);

        var (left, right) = (Array.Empty<byte>(), Array.Empty<byte>());
        Thread[] threads = [new(() => left = Train(files, a)[0]), new(() => right = Train(files, b)[0])];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal(alone.Item1, left);
        Assert.Equal(alone.Item2, right);
    }

    /// <summary>However many slots a host has, a model's weights are there once; an engine that closes takes nothing from the others.</summary>
    [Fact]
    public void Open_OfOneModelInTwoEngines_SharesItsWeights()
    {
        using var files = new TinyModel();
        using var second = new TorchEngine();
        var first = new TorchEngine();
        var name = files.Keep(Train(files, [TinyModel.Request(TinyModel.Full, 2)])[0]);
        foreach (var reference in new[] { files.Reference, files.Reference.With(name) })
        {
            Assert.True(AreOne(first.Open(reference, files), second.Open(reference, files)));
        }

        var before = Scored(second);
        first.Dispose();
        Assert.Equal(before, Scored(second));

        float[] Scored(TorchEngine engine) =>
            engine
                .Open(files.Reference.With(name), files)
                .Score(null, [TinyModel.Texts(1, 20, 20, 3)[0]], CancellationToken.None)[0]
                .LogProbabilities;

        static bool AreOne(IModelHandle a, IModelHandle b) =>
            System.Runtime.CompilerServices.Unsafe.AreSame(
                in System.Runtime.InteropServices.MemoryMarshal.GetReference(((TorchModelHandle)a).Weights.Values("model.norm.weight")),
                in System.Runtime.InteropServices.MemoryMarshal.GetReference(((TorchModelHandle)b).Weights.Values("model.norm.weight"))
            );
    }

    [Fact]
    public void Take_OfAModel_MakesItOnceForAllWhoHaveIt()
    {
        using var files = new TinyModel();
        var made = 0;
        LlamaModel Make()
        {
            made++;
            return LlamaModel.Load(files.Folder);
        }

        Assert.Throws<InvalidOperationException>(() => SharedModels.Take("take", () => throw new InvalidOperationException()));
        var (one, other) = (SharedModels.Take("take", Make), SharedModels.Take("take", Make));
        one.Dispose();
        one.Dispose(); // counts once
        SharedModels.Take("take", Make).Dispose();
        Assert.Equal(1, made);
        other.Dispose();
        SharedModels.Take("take", Make).Dispose();
        Assert.Equal(2, made);
    }

    [Fact]
    public void Train_WhileTheCollectorRuns_GivesEqualBytes()
    {
        // Native calls read what managed objects own; nothing of it may be collected under them.
        using var files = new TinyModel();
        TrainRequest[] pack = [TinyModel.Request(TinyModel.Lora(), 1, steps: 25), TinyModel.Request(TinyModel.Full, 2, steps: 25)];
        var quiet = Train(files, pack);
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });

        collector.Start();
        var disturbed = Train(files, pack);
        stop.Cancel();
        collector.Join();

        Assert.Equal(quiet, disturbed);
    }

    [Theory]
    [InlineData(DeltaKind.Lora)]
    [InlineData(DeltaKind.Full)]
    public void Open_WithTrainedAdapter_ScoresAsTheDeltaDid(DeltaKind kind)
    {
        using var files = new TinyModel();
        using var engine = new TorchEngine();
        var handle = engine.Open(files.Reference, files);
        var request = TinyModel.Request(kind == DeltaKind.Full ? TinyModel.Full : TinyModel.Lora(), 3);
        using var delta = handle.Train([request], null, default)[0].Delta!;
        var texts = TinyModel.Texts(3, 5, 30, 9);
        var expected = handle.Score(delta, texts, default);
        var unadapted = handle.Score(null, texts, default);

        var adapted = engine.Open(files.Reference.With(files.Keep(delta.ToSafetensors())), files);
        var actual = adapted.Score(null, texts, default);

        Assert.All(actual.Zip(expected), pair => Assert.Equal(pair.Second.LogProbabilities, pair.First.LogProbabilities));
        Assert.NotEqual(unadapted[0].LogProbabilities, actual[0].LogProbabilities);
    }

    [Fact]
    public void Open_FolderThatChanged_IsRefusedWithBothHashes()
    {
        using var files = new TinyModel();
        using var engine = new TorchEngine();
        File.AppendAllText(Path.Combine(files.Folder, "config.json"), " ");

        var error = Assert.Throws<ModelFormatException>(() => engine.Open(files.Reference, files));

        Assert.Contains(files.Reference.BaseSha256, error.Message, StringComparison.Ordinal);
        Assert.Contains(ModelFolder.ContentHash(files.Folder), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_VocabularyLargerThanTheEmbedding_IsRefused()
    {
        using var files = new TinyModel();
        using var engine = new TorchEngine();
        using (var small = LlamaModel.Random(TinyModel.Config(40), new Seed(1)))
        {
            small.Save(files.Folder);
        }

        var error = Assert.Throws<ModelFormatException>(() => engine.Open(new ModelRef(ModelFolder.ContentHash(files.Folder), []), files));

        Assert.Contains("vocab_size is 40", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ManyModelsInTurn_KeepsTheNewestUsable()
    {
        using var files = new TinyModel();
        using var engine = new TorchEngine();
        var reference = files.Reference;
        var texts = TinyModel.Texts(1, 10, 10, 4);
        for (ulong round = 0; round < 4; round++)
        {
            var handle = engine.Open(reference, files);
            using var delta = handle.Train([TinyModel.Request(TinyModel.Lora(), round, steps: 2)], null, default)[0].Delta!;
            reference = reference.With(files.Keep(delta.ToSafetensors()));
            Assert.All(engine.Open(reference, files).Score(null, texts, default)[0].LogProbabilities, value => Assert.True(float.IsFinite(value)));
        }

        using var fresh = new TorchEngine();
        Assert.Equal(
            fresh.Open(reference, files).Score(null, texts, default)[0].LogProbabilities,
            engine.Open(reference, files).Score(null, texts, default)[0].LogProbabilities
        );
    }

    [Fact]
    public void Train_WhenCancelled_ThrowsAtTheNextStep()
    {
        using var files = new TinyModel();
        using var engine = new TorchEngine();
        using var source = new CancellationTokenSource();
        var steps = 0;

        Assert.Throws<OperationCanceledException>(() =>
            engine
                .Open(files.Reference, files)
                .Train(
                    [TinyModel.Request(TinyModel.Lora(), 1)],
                    step =>
                    {
                        steps = step.Step;
                        source.Cancel();
                    },
                    source.Token
                )
        );

        Assert.Equal(1, steps);
    }

    [SkippableTheory]
    [InlineData("avx2", "avx2")]
    [InlineData("default", "default")]
    public void InstructionSet_UnderAtenCapability_NamesTheLowerLevel(string wished, string expected)
    {
        Skip.IfNot(System.Runtime.Intrinsics.X86.Avx2.IsSupported, "this processor has no AVX2");

        Assert.EndsWith(expected, InstructionSet.Of(wished), StringComparison.Ordinal);
    }

    private static List<byte[]> Train(TinyModel files, TrainRequest[] pack)
    {
        using var engine = new TorchEngine();
        var outcomes = engine.Open(files.Reference, files).Train(pack, null, default);
        var bytes = outcomes.Select(outcome => outcome.Delta!.ToSafetensors()).ToList();
        foreach (var outcome in outcomes)
        {
            outcome.Delta!.Dispose();
        }

        return bytes;
    }
}
