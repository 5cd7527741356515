using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Models.Llama;
using Seal.Models.Training;

namespace Seal.Models.Tests.Training;

public sealed class FullTrainerTests
{
    private static readonly OptimizerSpec Optimizer = new(3e-3, 3, 12, WeightDecay: 0.1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Restore_AfterSaveState_GoesOnBitForBit(int shares)
    {
        using var model = LlamaModel.Random(TinyModel.Config(40), new Seed(1));
        using var whole = new FullTrainer(model, Optimizer, shares);
        Run(whole, 0, 12);
        using var first = new FullTrainer(model, Optimizer, shares);
        Run(first, 0, 5);
        using var second = new FullTrainer(model, Optimizer, shares);

        second.Restore(first.SaveState());
        Assert.Equal(5, second.Steps);
        Run(second, 5, 12);

        Assert.Equal(whole.SaveState(), second.SaveState());
    }

    [Fact]
    public void Step_InShares_IsTheStepOfTheWholeBatch()
    {
        using var model = LlamaModel.Random(TinyModel.Config(40), new Seed(1));
        using var one = new FullTrainer(model, Optimizer);
        using var three = new FullTrainer(model, Optimizer, shares: 3);

        for (ulong step = 0; step < 4; step++)
        {
            var batch = TinyModel.Texts(5, 4, 40, step);
            var (expected, actual) = (one.Step(batch), three.Step(batch));
            Assert.Equal(expected.Loss, actual.Loss, 1e-5);
            Assert.Equal(expected.GradientNorm, actual.GradientNorm, 1e-4);
        }
    }

    [Fact]
    public void Snapshot_AfterSaveAndLoad_HasTheSameWeights()
    {
        using var model = LlamaModel.Random(TinyModel.Config(40), new Seed(1));
        using var trainer = new FullTrainer(model, Optimizer);
        Run(trainer, 0, 3);
        var folder = Directory.CreateTempSubdirectory("seal-snapshot-").FullName;
        try
        {
            using var snapshot = trainer.Snapshot();
            snapshot.Save(folder);
            using var loaded = LlamaModel.Load(folder);

            Assert.Equivalent(snapshot.Config, loaded.Config);
            Assert.All(model.Config.Tensors(), t => Assert.Equal(snapshot.Values(t.Name), loaded.Values(t.Name)));
            Assert.NotEqual(model.Values(TensorNames.Embedding).ToArray(), loaded.Values(TensorNames.Embedding).ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Restore_StateOfAnotherShape_IsRefused()
    {
        using var small = LlamaModel.Random(TinyModel.Config(40), new Seed(1));
        using var large = LlamaModel.Random(TinyModel.Config(50), new Seed(1));
        using var from = new FullTrainer(small, Optimizer);
        using var to = new FullTrainer(large, Optimizer);

        Assert.Contains("another config.json", Assert.Throws<ModelFormatException>(() => to.Restore(from.SaveState())).Message, StringComparison.Ordinal);
    }

    private static void Run(FullTrainer trainer, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            Assert.Null(trainer.Step(TinyModel.Texts(3, 4, 30, (ulong)step)).Failure);
        }
    }
}
