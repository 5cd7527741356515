using CsCheck;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;
using Seal.Core.Updates;

namespace Seal.Core.Tests.Updates;

public sealed class UpdatePlanTests
{
    [Fact]
    public void Batches_AnyNumbers_GoOnceOverAllExamplesInEveryEpoch() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 6], Gen.Int[1, 12], Gen.ULong).Sample((examples, epochs, batch, seed) =>
        {
            var batches = UpdatePlan.Batches(examples, epochs, batch, new Seed(seed));
            Assert.Equal(UpdatePlan.Steps(examples, epochs, batch), batches.Count);
            var perEpoch = (examples + batch - 1) / batch;
            for (var epoch = 0; epoch < epochs && examples > 0; epoch++)
            {
                var mine = batches.Skip(epoch * perEpoch).Take(perEpoch).ToArray();
                Assert.Equal(Enumerable.Range(0, examples), mine.SelectMany(index => index).Order());
                Assert.All(mine.SkipLast(1), indices => Assert.Equal(batch, indices.Length));
            }
        });

    [Fact]
    public void Batches_MoreEpochs_KeepsTheOrderOfTheEarlierOnes()
    {
        var few = UpdatePlan.Batches(17, 3, 5, new Seed(1));

        Assert.Equal(few, UpdatePlan.Batches(17, 8, 5, new Seed(1)).Take(few.Count));
        Assert.NotEqual(few.Take(4).SelectMany(batch => batch), few.Skip(4).Take(4).SelectMany(batch => batch));
    }

    [Fact]
    public void Request_NothingKept_IsNothing() => Assert.Null(UpdatePlan.Request([], new UpdateSettings(), new Seed(1)));

    [Fact]
    public void Request_KeptPairs_IsThePapersUpdate()
    {
        var request = UpdatePlan.Request([.. Enumerable.Range(0, 7).Select(i => new TokenSequence([i], [1]))], new UpdateSettings(), new Seed(1))!;

        Assert.Equal((16, 16.0), (request.Delta.Rank, request.Delta.Alpha));
        Assert.Equal((8 * 2, 8 * 2), (request.Batches.Count, request.Optimizer.TotalSteps));
        Assert.Equal(5e-5, request.Optimizer.LearningRate);
        Assert.Equal(7, request.Sequences.Count);
    }
}
