using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Decoding;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Tests.Llama;

public sealed class Bf16ModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seal-bf16-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void Logits_OfABf16Checkpoint_AreNearerToExactOnesThanTheReferencesBf16()
    {
        using var golden = Golden.Open("llama/rope-llama3-bf16");
        using var model = LlamaModel.Load(golden.Folder, ModelDtype.Bf16);
        Assert.Equal((ModelDtype.Bf16, ModelDtype.Bf16), (model.Dtype, LlamaModel.StoredDtype(golden.Folder)));

        var actual = Golden.Logits(model, golden.Ids("input_ids"));

        var exact = golden.Singles("logits_weights_bf16_compute_f32");
        var reference = Golden.LargestDifference(golden.Singles("logits_compute_bf16"), exact);
        var ours = Golden.LargestDifference(actual, exact);
        Assert.InRange(ours, 1e-6, reference);
    }

    [Fact]
    public void Load_OfWhatSaveWrote_HasTheSameBytesAgain()
    {
        using var fp32 = LlamaModel.Random(Config, new Seed(1));
        fp32.Save(_folder);
        using var rounded = LlamaModel.Load(_folder, ModelDtype.Bf16);
        var (first, second) = (Path.Combine(_folder, "first"), Path.Combine(_folder, "second"));
        rounded.Save(first);
        using (var again = LlamaModel.Load(first, ModelDtype.Bf16))
        {
            again.Save(second);
        }

        Assert.Equal(ModelDtype.Bf16, LlamaModel.StoredDtype(first));
        Assert.Equal(ModelFolder.ContentHash(first), ModelFolder.ContentHash(second));
        Assert.True(
            new FileInfo(Path.Combine(first, "model.safetensors")).Length < 0.6 * new FileInfo(Path.Combine(_folder, "model.safetensors")).Length
        );
    }

    [Fact]
    public void RandomCheckpoint_OfASeed_IsTheRoundedRandomModel()
    {
        RandomCheckpoint.Write(_folder, Config, ModelDtype.Bf16, new Seed(4));
        using var written = LlamaModel.Load(_folder, ModelDtype.Fp32);
        using var drawn = LlamaModel.Random(Config, new Seed(4));

        foreach (var (name, _) in Config.Tensors())
        {
            var expected = drawn
                .Values(name)
                .ToArray()
                .Select(value => BitConverter.UInt32BitsToSingle((uint)Models.Llama.Kernels.Bf16Pack.Round(value) << 16));
            Assert.Equal(expected, written.Values(name).ToArray());
        }
    }

    [Fact]
    public void Shapes_Llama1B_HasItsPublishedParameters() =>
        Assert.Equal(
            1_235_814_400,
            RandomCheckpoint.Shapes["llama-3.2-1b"].Tensors().Sum(t => t.Shape.Aggregate(1L, (product, size) => product * size))
        );

    [Fact]
    public void Step_WithCheckpointingOnSeveralThreads_GivesEqualBits()
    {
        using var model = Model();
        var (loss, adapter) = Trained(model, new Execution());
        var (again, recomputed) = Trained(model, new Execution(Threads: 2, Checkpointing: true));

        Assert.Equal(loss, again);
        Assert.Equal(adapter, recomputed);
        Assert.True(loss[^1] < loss[0]);
    }

    [Fact]
    public void Backward_OfABf16Model_IsNearThatOfTheSameWeightsInFp32()
    {
        using var bf16 = Model();
        bf16.Save(_folder);
        using var fp32 = LlamaModel.Load(_folder);
        var (loss, gradient) = Gradient(bf16);
        var (expectedLoss, expected) = Gradient(fp32);

        Assert.Equal(expectedLoss, loss, 0.005);
        var (along, size, other) = (0.0, 0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            (along, size, other) = (
                along + (double)gradient[i] * expected[i],
                size + (double)expected[i] * expected[i],
                other + (double)gradient[i] * gradient[i]
            );
        }

        Assert.InRange(along / Math.Sqrt(size * other), 0.999, 1.0001);
        Assert.InRange(Math.Sqrt(other / size), 0.98, 1.02);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Feed_TokenByToken_ComputesWhatOnePassComputes(bool sharesPrefix)
    {
        using var model = Model();
        model.Execution = new Execution(Threads: 2);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var ids = Ids(90, 3);
        const int Prompt = 41,
            Width = 3;
        model.Enter();
        var expected = Golden.Logits(model, [ids]);
        var prefill = Prefill.Read(model, ids[..Prompt], Positions(0, Prompt));
        using var cache = new DecodingCache(model, 2, 4);
        if (sharesPrefix)
        {
            cache.Share(prefill);
        }
        else
        {
            cache.Start([prefill, Prefill.Read(model, ids[..7], Positions(0, 7))]);
        }

        var vocabulary = model.Config.VocabularySize;
        var largest = 0.0;
        for (var at = Prompt; at + Width <= ids.Length; at += Width)
        {
            var hidden = cache.Feed(
                [.. ids[at..(at + Width)], 5, 6, 7],
                [.. Positions(at, Width), .. Positions(at, Width)],
                [true, true, true, true, at % 2 == 0, false],
                Width
            );
            var logits = LlamaDecoder.Logits(model.Weights, hidden.narrow(0, 0, Width)).data<float>().ToArray();
            largest = Math.Max(largest, Golden.LargestDifference(logits, expected.AsSpan(at * vocabulary, Width * vocabulary)));
        }

        // Sums of attention in another order now and then round another way to bf16.
        Assert.True(largest < 5e-3, $"logits differ by {largest}");
    }

    [Fact]
    public void Sample_AloneOrInCompany_DrawsTheSameTexts()
    {
        using var model = Model();
        SampleRequest Request(params ulong[] seeds) =>
            new(Ids(30, 5), SequentialPositions.Instance, null, [.. seeds.Select(seed => new Seed(seed))], 1, 20);

        var together = Sampler.Sample(model, Request(1, 2, 3), -1, CancellationToken.None);
        var alone = Sampler.Sample(model, Request(2), -1, CancellationToken.None);

        Assert.Equal(together[1].Tokens, alone[0].Tokens);
        Assert.Equal(together[1].LogProbabilities, alone[0].LogProbabilities);
    }

    [Fact]
    public void Merge_OfAnAdapter_IsRoundedOnce()
    {
        using var model = Model();
        using var bank = new LoraBank(model, TinyModel.Lora(), [new Seed(1)]);
        bank.Step([Step()]);
        using var adapter = bank.Extract(0);
        using var merged = adapter.Merge(model);

        var part = adapter.Parts[0];
        using var scope = NewDisposeScope();
        var exact = model.Weights.Projection(0, part.Projection).to(ScalarType.Float32).Plus(part.Up.mm(part.Down).mul(Torch.Number(2))); // α / r
        var difference = merged.Weights.Projection(0, part.Projection).to(ScalarType.Float32).sub(exact).abs().max().ToSingle();
        Assert.Equal(ModelDtype.Bf16, merged.Dtype);
        Assert.InRange(difference, 1e-9, exact.abs().max().ToSingle() / 256);
    }

    private static LlamaConfig Config =>
        new(
            HiddenSize: 64,
            IntermediateSize: 160,
            Layers: 2,
            Heads: 4,
            KeyValueHeads: 2,
            HeadDim: 32,
            VocabularySize: 208,
            ContextLength: 512,
            NormEpsilon: 1e-6,
            RopeTheta: 10000,
            TiedHead: true
        );

    private LlamaModel Model()
    {
        var folder = Path.Combine(_folder, "model");
        RandomCheckpoint.Write(folder, Config, ModelDtype.Bf16, new Seed(2));
        return LlamaModel.Load(folder, ModelDtype.Bf16);
    }

    private static int[] Ids(int count, ulong seed)
    {
        var random = new CounterRandom(new Seed(seed));
        return [.. Enumerable.Range(0, count).Select(_ => random.NextInt(Config.VocabularySize))];
    }

    private static MemberStep Step() =>
        new(0, [.. Enumerable.Range(0, 2).Select(i => new TokenSequence(Ids(50 + i, 7 + (ulong)i), [.. Enumerable.Repeat(1f, 50 + i)]))], 1e-2, 0, 1);

    private static (double[] Losses, float[] Values) Trained(LlamaModel model, Execution execution)
    {
        model.Execution = execution;
        using var bank = new LoraBank(model, TinyModel.Lora(), [new Seed(1)]);
        double[] losses = [.. Enumerable.Range(0, 4).Select(_ => bank.Step([Step()])[0].Loss)];
        return (losses, bank.Parameters.Parts[0].Values.data<float>().ToArray());
    }

    private static (double Loss, float[] Values) Gradient(LlamaModel model)
    {
        using var bank = new LoraBank(model, TinyModel.Lora(), [new Seed(1)]);
        using (var scope = NewDisposeScope())
        {
            bank.Parameters.Parts[0].Values.PlusInPlace(0.01); // B is zero to begin with, and so would be half of the gradients
        }

        var loss = bank.Backward([Step()])[0];
        return (loss, bank.Parameters.Parts[0].Gradients.data<float>().ToArray());
    }

    private static TokenPosition[] Positions(int start, int count) => [.. Enumerable.Range(start, count).Select(i => new TokenPosition(0, 0, 0, i))];
}
