using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Llama;
using Seal.Models.Training;
using TorchSharp;

namespace Seal.Models.Tests.Training;

public sealed class PackTrainerTests
{
    [Theory]
    [InlineData(8, 40)]
    [InlineData(16, 16)]
    public void Train_MemberAloneOrInCompany_GivesEqualBytes(int shortest, int longest)
    {
        using var model = Model();
        TrainRequest Member(ulong seed, int steps) => TinyModel.Request(TinyModel.Lora(), seed, steps, shortest, longest);
        var alone = Bytes(model, Member(1, 9));

        foreach (
            var pack in new TrainRequest[][]
            {
                [Member(1, 9), Member(2, 9), Member(3, 9)],
                [Member(2, 4), Member(3, 12), Member(1, 9)],
                [Member(2, 3), Member(1, 9)],
            }
        )
        {
            var slot = Array.FindIndex(pack, request => request.InitialSeed == new Seed(1));
            Assert.Equal(alone, Bytes(model, pack, slot));
        }
    }

    [Fact]
    public void Train_MixedKindsAndRanks_GivesEachWhatItWouldHaveAlone()
    {
        using var model = Model();
        TrainRequest[] pack =
        [
            TinyModel.Request(TinyModel.Lora(4), 1),
            TinyModel.Request(TinyModel.Full, 2),
            TinyModel.Request(TinyModel.Lora(8), 3),
            TinyModel.Request(TinyModel.Lora(4), 4),
        ];

        for (var slot = 0; slot < pack.Length; slot++)
        {
            Assert.Equal(Bytes(model, pack[slot]), Bytes(model, pack, slot));
        }
    }

    [Theory]
    [InlineData(DeltaKind.Lora, 0.95)] // a random base offers an adapter little to work with
    [InlineData(DeltaKind.Full, 0.5)]
    public void Train_OnFewTexts_LearnsThem(DeltaKind kind, double share)
    {
        using var model = Model();
        var request = TinyModel.Request(kind == DeltaKind.Full ? TinyModel.Full : TinyModel.Lora(), 1, steps: 60);

        var outcome = PackTrainer.Train(model, [request], null, default)[0];
        using var delta = outcome.Delta;

        Assert.Null(outcome.Failure);
        Assert.Equal(60, outcome.Losses.Length);
        Assert.True(outcome.Losses[^1] < share * outcome.Losses[0], $"{outcome.Losses[0]} → {outcome.Losses[^1]}");
        Assert.Equal(request.Batches.Sum(batch => batch.Sum(index => (long)request.Sequences[index].Length)), outcome.Tokens);
    }

    [Theory]
    [InlineData(DeltaKind.Lora, 1e16, "not finite")]
    [InlineData(DeltaKind.Full, 1e30, "not finite")]
    [InlineData(DeltaKind.Lora, 1e300, "learning rate")]
    [InlineData(DeltaKind.Full, double.NaN, "learning rate")]
    public void Train_WithAbsurdLearningRate_FailsThatMemberOnly(DeltaKind kind, double learningRate, string reason)
    {
        using var model = Model();
        var before = Weights(model);
        var spec = kind == DeltaKind.Full ? TinyModel.Full : TinyModel.Lora();
        var sane = TinyModel.Request(spec, 1, steps: 8);
        var absurd = TinyModel.Request(spec, 2, steps: 8, learningRate: learningRate);

        var outcomes = PackTrainer.Train(model, [absurd, sane], null, default);

        Assert.Null(outcomes[0].Delta);
        Assert.Contains(reason, outcomes[0].Failure, StringComparison.Ordinal);
        Assert.All(outcomes[0].Losses, loss => Assert.True(double.IsFinite(loss)));
        Assert.True(outcomes[0].Losses.Length < 8);
        Assert.Equal(Bytes(model, sane), outcomes[1].Delta!.ToSafetensors());
        Assert.Equal(before, Weights(model));
        outcomes[1].Delta!.Dispose();
    }

    [Fact]
    public void Train_BatchWithoutWeights_Fails()
    {
        using var model = Model();
        var request = TinyModel.Request(TinyModel.Lora(), 1);
        var silent = request with { Sequences = [.. request.Sequences.Select(s => s with { Weights = new float[s.Length] })] };

        var outcome = PackTrainer.Train(model, [silent], null, default)[0];

        Assert.Null(outcome.Delta);
        Assert.Contains("no token counts", outcome.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_StopBelowLoss_StopsOnceItStayedBelow()
    {
        using var model = Model();
        var request = TinyModel.Request(TinyModel.Lora(), 1, steps: 60);
        var losses = Losses(model, request);
        var threshold = losses[20] + 1e-9;
        var expected = Enumerable.Range(0, losses.Length).First(s => s >= 2 && losses[(s - 2)..(s + 1)].All(loss => loss < threshold)) + 1;

        var stopped = Losses(model, request with { StopBelowLoss = threshold, StopAfterSteps = 3 });

        Assert.Equal(losses[..expected], stopped);
    }

    [Fact]
    public void Train_EndedMember_IsLeftAsItWas()
    {
        using var model = Model();
        var stopping = TinyModel.Request(TinyModel.Lora(), 1, steps: 12);
        var cut = stopping with { Batches = [.. stopping.Batches.Take(5)] };

        Assert.Equal(Bytes(model, cut), Bytes(model, [TinyModel.Request(TinyModel.Lora(), 2, steps: 12), cut], 1));
        Assert.NotEqual(Bytes(model, cut), Bytes(model, stopping));
    }

    [Fact]
    public void Train_Steps_ReportsEveryStepWithNaNForThoseThatEnded()
    {
        using var model = Model();
        var steps = new List<TrainStep>();

        var outcomes = PackTrainer.Train(
            model,
            [TinyModel.Request(TinyModel.Lora(), 1, steps: 2), TinyModel.Request(TinyModel.Full, 2, steps: 4)],
            steps.Add,
            default
        );

        Assert.Equal([1, 2, 3, 4], steps.Select(step => step.Step));
        Assert.All(steps, step => Assert.Equal(4, step.Total));
        Assert.Equal([false, false, true, true], steps.Select(step => double.IsNaN(step.Losses[0])));
        Assert.Equal(outcomes[1].Losses, steps.Select(step => step.Losses[1]));
        foreach (var outcome in outcomes)
        {
            outcome.Delta!.Dispose();
        }
    }

    [Fact]
    public void Train_NoSteps_GivesADeltaThatChangesNothing()
    {
        using var model = Model();

        using var delta = (TrainedDelta)
            PackTrainer.Train(model, [TinyModel.Request(TinyModel.Lora(), 1) with { Batches = [] }], null, default)[0].Delta!;

        Assert.Equal(Weights(model), Weights(delta.Applied));
    }

    [Theory]
    [InlineData(DeltaKind.Lora)]
    [InlineData(DeltaKind.Full)]
    public void Train_ManySteps_KeepsNoTensors(DeltaKind kind)
    {
        using var model = Model();
        var spec = kind == DeltaKind.Full ? TinyModel.Full : TinyModel.Lora();
        using (PackTrainer.Train(model, [TinyModel.Request(spec, 1, steps: 2)], null, default)[0].Delta) { }

        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var live = new List<long>();
        using (
            PackTrainer
                .Train(model, [TinyModel.Request(spec, 1, steps: 300)], _ => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount), default)[
                    0
                ]
                .Delta
        ) { }

        Assert.Equal(300, live.Count);
        Assert.All(live, count => Assert.Equal(live[0], count));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static LlamaModel Model() => LlamaModel.Random(TinyModel.Config(40), new Seed(11));

    private static byte[] Bytes(LlamaModel model, TrainRequest request) => Bytes(model, [request], 0);

    private static byte[] Bytes(LlamaModel model, TrainRequest[] pack, int slot)
    {
        var outcomes = PackTrainer.Train(model, pack, null, default);
        var bytes = outcomes[slot].Delta!.ToSafetensors();
        foreach (var outcome in outcomes)
        {
            outcome.Delta!.Dispose();
        }

        return bytes;
    }

    private static double[] Losses(LlamaModel model, TrainRequest request)
    {
        var outcome = PackTrainer.Train(model, [request], null, default)[0];
        outcome.Delta!.Dispose();
        return outcome.Losses;
    }

    private static List<float[]> Weights(LlamaModel model) => [.. model.Config.Tensors().Select(t => model.Values(t.Name).ToArray())];
}
