using System.Runtime.InteropServices;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Card;
using Seal.Models.Decoding;
using Seal.Models.Engine;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Training;
using TorchSharp;

namespace Seal.Models.Tests;

/// <summary>What a card computes, computed on the processor by the same operations of libtorch's, against the processor's own way.</summary>
public sealed partial class CardLayerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Score_AsOnACard_IsTheProcessorsWithinBf16Rounding(bool normed)
    {
        using var pair = new Pair(normed);
        using var exact = LlamaModel.Load(pair.Folder);
        foreach (var text in TinyModel.Texts(4, 30, 40, 3))
        {
            var expected = Scorer.Score(pair.Processor, text).LogProbabilities;
            var actual = Scorer.Score(pair.Card, text).LogProbabilities;

            Assert.All(expected.Zip(actual), both => Assert.Equal(both.First, both.Second, 0.1));
            Assert.All(Scorer.Score(exact, text).LogProbabilities.Zip(actual), both => Assert.Equal(both.First, both.Second, 0.1));
            Assert.NotEqual(expected, actual); // or the card's way was not taken
        }
    }

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(1, true, false)]
    [InlineData(3, false, false)]
    [InlineData(1, false, true)]
    [InlineData(3, true, true)]
    public void Train_AsOnACard_LosesAsTheProcessorDoes(int members, bool checkpointing, bool normed)
    {
        using var pair = new Pair(normed);
        pair.Card.Execution = new Execution(Checkpointing: checkpointing);
        var requests = Enumerable.Range(1, members).Select(m => TinyModel.Request(TinyModel.Lora(), (ulong)m, steps: 6)).ToArray();

        var expected = PackTrainer.Train(pair.Processor, requests, null, CancellationToken.None);
        var actual = PackTrainer.Train(pair.Card, requests, null, CancellationToken.None);

        for (var m = 0; m < members; m++)
        {
            Assert.Null(actual[m].Failure);
            Assert.All(expected[m].Losses.Zip(actual[m].Losses), both => Assert.Equal(both.First, both.Second, 0.03));
            Assert.True(actual[m].Losses[^1] < actual[m].Losses[0]);
            expected[m].Delta!.Dispose();
            actual[m].Delta!.Dispose();
        }
    }

    /// <summary>One graph for all layers, or each layer computed again: the same bits.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Train_AsOnACard_WithAndWithoutCheckpointing_GivesTheSameBytes(bool normed)
    {
        using var pair = new Pair(normed);
        byte[] Once(bool checkpointing)
        {
            pair.Card.Execution = new Execution(Checkpointing: checkpointing);
            using var trained = PackTrainer
                .Train(pair.Card, [TinyModel.Request(TinyModel.Lora(), 1, steps: 4)], null, CancellationToken.None)[0]
                .Delta!;
            return trained.ToSafetensors();
        }

        Assert.Equal(Once(false), Once(true));
    }

    /// <summary>bf16 leaves: the gradient that reaches the fp32 buffer is the processor's, to bf16's three digits.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_AsOnACard_AreTheProcessors(bool normed)
    {
        using var pair = new Pair(normed);
        using var expected = new LoraBank(pair.Processor, TinyModel.Lora(), [new Seed(5)]);
        using var actual = new LoraBank(pair.Card, TinyModel.Lora(), [new Seed(5)]);
        var step = new MemberStep(0, TinyModel.Texts(3, 20, 40, 7), 1e-3, 0, 0);
        foreach (var bank in new[] { expected, actual })
        {
            bank.Step([step]); // B is zero before, and A has no gradient
            bank.Backward([step]);
        }

        var (e, a) = (expected.Parameters.Parts[0].Gradients.data<float>().ToArray(), actual.Parameters.Parts[0].Gradients.data<float>().ToArray());
        var difference = Math.Sqrt(e.Zip(a).Sum(both => Math.Pow(both.First - both.Second, 2)));
        Assert.InRange(difference / Math.Sqrt(e.Sum(x => (double)x * x)), 1e-6, 0.03);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GenerateAndSample_AsOnACard_GiveTextsAndTheSameOnesAgain(bool normed)
    {
        using var pair = new Pair(normed);
        var sample = new SampleRequest([1, 2, 3, 4, 5, 6, 7], SequentialPositions.Instance, null, [new Seed(1), new Seed(2)], 1, 12);
        int[][] Texts() =>
            [
                .. GreedyDecoder.Generate(
                    pair.Card,
                    [
                        new GenerateRequest([1, 2, 3], SequentialPositions.Instance, -1, 12),
                        new GenerateRequest([4, 5, 6, 7], SequentialPositions.Instance, -1, 12),
                    ],
                    CancellationToken.None
                ),
                .. Sampler.Sample(pair.Card, sample, -1, CancellationToken.None).Select(record => record.Tokens),
            ];

        var texts = Texts();
        Assert.All(texts, text => Assert.Equal(12, text.Length));
        Assert.Equal(texts, Texts());
    }

    [Fact]
    public void SelfCheck_OfWorkAsOnACard_Passes()
    {
        var findings = CardSelfCheck.Run(Placement.Apart("card", isCard: true), CancellationToken.None).ToArray();
        Assert.Equal(7, findings.Length);
        Assert.All(findings, finding => Assert.True(finding.Passed, $"{finding.Name}: {finding.Found}"));
    }

    /// <summary>What libtorch is told before it computes on a card, read back from it. The processor's bits stay what they were:
    /// <c>EngineBitsTests</c> runs in this process too.</summary>
    [Fact]
    public void Settle_BeforeACard_MakesLibtorchDeterministic()
    {
        Torch.Initialize();
        CardStart.Settle();

        Assert.Equal("deterministic", LibTorch.CudaMode());
        Assert.Equal(":4096:8", Marshal.PtrToStringUTF8(NativeEnvironment("CUBLAS_WORKSPACE_CONFIG")));
        torch.backends.cuda.matmul.allow_tf32 = true;
        Assert.Equal("deterministic+tf32", LibTorch.CudaMode()); // what is on is named
        torch.backends.cuda.matmul.allow_tf32 = false;
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint NativeEnvironment(string name);

    private sealed class Pair : IDisposable
    {
        private readonly TinyModel _folder = new();

        /// <param name="normed">Queries and keys are normed, as Qwen3's, by weights that are not all 1.</param>
        public Pair(bool normed)
        {
            if (normed)
            {
                var config = LlamaConfig.Load(_folder.Folder) with { QueryKeyNorm = true };
                using var plain = LlamaModel.Random(config, new Seed(1));
                using var scope = torch.NewDisposeScope();
                using var shaken = plain.With(
                    config
                        .Tensors()
                        .Where(tensor => tensor.Name.EndsWith("_norm.weight", StringComparison.Ordinal))
                        .ToDictionary(
                            tensor => tensor.Name,
                            tensor => torch.rand(tensor.Shape, generator: new torch.Generator(1)).PlusInPlace(0.5),
                            StringComparer.Ordinal
                        )
                );
                shaken.Save(_folder.Folder);
            }

            Processor = LlamaModel.Load(_folder.Folder, ModelDtype.Bf16);
            Card = LlamaModel.Load(_folder.Folder, ModelDtype.Bf16, Placement.Apart("card", isCard: true));
        }

        public string Folder => _folder.Folder;

        public LlamaModel Processor { get; }

        public LlamaModel Card { get; }

        public void Dispose()
        {
            Processor.Dispose();
            Card.Dispose();
            _folder.Dispose();
        }
    }
}
