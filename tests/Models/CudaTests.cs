using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Card;
using Seal.Models.Decoding;
using Seal.Models.Llama;
using Seal.Models.Training;
using TorchSharp;

namespace Seal.Models.Tests;

/// <summary>
/// The engine on a card against the engine on the processor. Skipped where libtorch finds no card: build the tests with <c>-p:TorchBackend=cuda</c>
/// on a machine that has one and run
/// <c>dotnet test tests/Models --filter CudaTests -p:TorchBackend=cuda</c>.
/// </summary>
public sealed class CudaTests
{
    [SkippableTheory]
    [InlineData(ModelDtype.Fp32, 1e-3)]
    [InlineData(ModelDtype.Bf16, 0.1)]
    public void Score_OnACard_IsTheProcessorsWithinRounding(ModelDtype dtype, double tolerance)
    {
        using var pair = Pair.Open(dtype);
        var text = TinyModel.Texts(1, 30, 40, 3)[0];

        var expected = Scorer.Score(pair.Processor, text).LogProbabilities;
        var actual = Scorer.Score(pair.Card, text).LogProbabilities;

        Assert.All(expected.Zip(actual), both => Assert.Equal(both.First, both.Second, tolerance));
    }

    [SkippableTheory]
    [InlineData(ModelDtype.Fp32, false)]
    [InlineData(ModelDtype.Bf16, false)]
    [InlineData(ModelDtype.Bf16, true)]
    public void Train_OnACard_LosesAsOnTheProcessorAndGivesAnAdapterOfTheSameKind(ModelDtype dtype, bool checkpointing)
    {
        using var pair = Pair.Open(dtype);
        pair.Card.Execution = new Execution(Checkpointing: checkpointing);
        var request = TinyModel.Request(TinyModel.Lora(), 1, steps: 4);

        var expected = PackTrainer.Train(pair.Processor, [request], null, CancellationToken.None)[0];
        var actual = PackTrainer.Train(pair.Card, [request], null, CancellationToken.None)[0];

        Assert.Null(actual.Failure);
        Assert.All(expected.Losses.Zip(actual.Losses), both => Assert.Equal(both.First, both.Second, dtype == ModelDtype.Fp32 ? 1e-3 : 0.05));
        Assert.Equal(expected.Delta!.ToSafetensors().Length, actual.Delta!.ToSafetensors().Length);
        Assert.NotEmpty(Scorer.Score(((TrainedDelta)actual.Delta).Applied, request.Sequences[0]).Argmax);
        expected.Delta.Dispose();
        actual.Delta.Dispose();
    }

    /// <summary>Texts over several blocks of keys, tokens that repeat: what adds up in any order unless libtorch is told otherwise.</summary>
    [SkippableTheory]
    [InlineData(ModelDtype.Fp32, "lora", false)]
    [InlineData(ModelDtype.Fp32, "full", false)]
    [InlineData(ModelDtype.Bf16, "lora", false)]
    [InlineData(ModelDtype.Bf16, "lora", true)]
    public void Train_TwiceOnACard_GivesTheSameBytes(ModelDtype dtype, string delta, bool checkpointing)
    {
        using var pair = Pair.Open(dtype);
        pair.Card.Execution = new Execution(Checkpointing: checkpointing);
        var request = TinyModel.Request(delta == "lora" ? TinyModel.Lora() : TinyModel.Full, 1, steps: 6, shortest: 200, longest: 400);

        byte[] Once()
        {
            using var trained = PackTrainer.Train(pair.Card, [request], null, CancellationToken.None)[0].Delta!;
            return trained.ToSafetensors();
        }

        Assert.Equal(Once(), Once());
    }

    [SkippableFact]
    public void SelfCheck_OnACard_Passes()
    {
        Torch.Initialize();
        Skip.IfNot(torch.cuda.is_available(), "libtorch finds no CUDA device");
        Assert.All(
            CardSelfCheck.Run(Placement.Parse("cuda"), CancellationToken.None),
            finding => Assert.True(finding.Passed, $"{finding.Name}: {finding.Found}")
        );
    }

    [SkippableTheory]
    [InlineData(ModelDtype.Fp32)]
    [InlineData(ModelDtype.Bf16)]
    public void GenerateAndSample_OnACard_GiveTextsAndTheSameOnesAgain(ModelDtype dtype)
    {
        using var pair = Pair.Open(dtype);
        var greedy = new GenerateRequest([1, 2, 3], SequentialPositions.Instance, -1, 12);
        var sample = new SampleRequest([1, 2, 3], SequentialPositions.Instance, null, [new Seed(1), new Seed(2)], 1, 12);

        int[][] Texts() =>
            [
                .. GreedyDecoder.Generate(pair.Card, [greedy], CancellationToken.None),
                .. Sampler.Sample(pair.Card, sample, -1, CancellationToken.None).Select(record => record.Tokens),
            ];
        var texts = Texts();

        Assert.All(texts, text => Assert.Equal(12, text.Length));
        Assert.Equal(texts, Texts());
    }

    private sealed class Pair(TinyModel folder, LlamaModel processor, LlamaModel card) : IDisposable
    {
        public LlamaModel Processor => processor;

        public LlamaModel Card => card;

        public static Pair Open(ModelDtype dtype)
        {
            Torch.Initialize();
            Skip.IfNot(torch.cuda.is_available(), "libtorch finds no CUDA device");
            var folder = new TinyModel();
            return new Pair(folder, LlamaModel.Load(folder.Folder, dtype), LlamaModel.Load(folder.Folder, dtype, Placement.Parse("cuda")));
        }

        public void Dispose()
        {
            processor.Dispose();
            card.Dispose();
            folder.Dispose();
        }
    }
}
