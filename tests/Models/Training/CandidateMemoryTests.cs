using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Models.Decoding;
using Seal.Models.Llama;
using Seal.Models.Training;
using TorchSharp;

namespace Seal.Models.Tests.Training;

/// <summary>The everyday form of <c>bench candidates</c>, which watches resident memory over a thousand.</summary>
public sealed class CandidateMemoryTests
{
    [Theory]
    [InlineData(ModelDtype.Fp32)]
    [InlineData(ModelDtype.Bf16)]
    public void Candidates_OneAfterTheOther_LeaveNoTensorBehind(ModelDtype dtype)
    {
        using var folder = new TinyModel();
        using var model = LlamaModel.Load(folder.Folder, dtype);
        Candidate(model, 1);
        var before = Live;

        for (var candidate = 2; candidate < 12; candidate++)
        {
            Candidate(model, (ulong)candidate);
        }

        Assert.Equal(before, Live);
    }

    private static long Live => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static void Candidate(LlamaModel model, ulong seed)
    {
        var outcome = PackTrainer.Train(model, [TinyModel.Request(TinyModel.Lora(), seed, steps: 3)], null, CancellationToken.None)[0];
        using var delta = (TrainedDelta)outcome.Delta!;
        Scorer.Score(delta.Applied, TinyModel.Texts(1, 10, 30, seed)[0]);
        GreedyDecoder.Generate(
            delta.Applied,
            [new GenerateRequest([1, 2, 3], Core.Sequences.SequentialPositions.Instance, -1, 4)],
            CancellationToken.None
        );
        Sampler.Sample(
            delta.Applied,
            new SampleRequest([1, 2, 3], Core.Sequences.SequentialPositions.Instance, null, [new Seed(seed)], 1, 4),
            -1,
            CancellationToken.None
        );
        Assert.NotEmpty(delta.ToSafetensors());
    }
}
