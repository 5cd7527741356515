using Seal.Arc.InnerLoops;
using Seal.Core.Randomness;

namespace Seal.Arc.Tests.InnerLoops;

public sealed class BatchPlanTests
{
    [Fact]
    public void Epochs_SixteenBatchesOfDifferentLengths_HaveNeighboursInLengthTogether()
    {
        // 64 texts of lengths 0..63 in batches of 4 are one window: sorted as a whole, so that batch k holds 4k..4k+3.
        int[] lengths = [.. Enumerable.Range(0, 64)];
        var batches = BatchPlan.Epochs(lengths, 4, 1, new Seed(3));
        Assert.Equal(16, batches.Count);
        Assert.All(batches, batch => Assert.Equal([batch[0], batch[0] + 1, batch[0] + 2, batch[0] + 3], batch));
        Assert.Equal(Enumerable.Range(0, 16).Select(k => 4 * k), batches.Select(batch => batch[0]).Order());
        Assert.NotEqual(Enumerable.Range(0, 16).Select(k => 4 * k), batches.Select(batch => batch[0]));
    }

    [Fact]
    public void Epochs_MoreThanAWindow_SortsEachWindowByItself()
    {
        // 128 texts are two windows: a batch has neighbours of its own window, so not all batches are four lengths in a row.
        var batches = BatchPlan.Epochs([.. Enumerable.Range(0, 128)], 4, 1, new Seed(3));
        Assert.All(batches, batch => Assert.Equal(batch.Order(), batch));
        Assert.Contains(batches, batch => batch[3] - batch[0] > 3);
    }

    [Fact]
    public void Epochs_TextsOfOneLength_AreShuffledAnewInEachEpoch()
    {
        var batches = BatchPlan.Epochs([.. Enumerable.Repeat(5, 8)], 3, 2, new Seed(3));
        Assert.Equal([3, 3, 2], batches.Take(3).Select(batch => batch.Length).OrderDescending());
        int[] first = [.. batches.Take(3).SelectMany(batch => batch)],
            second = [.. batches.Skip(3).SelectMany(batch => batch)];
        Assert.Equal(Enumerable.Range(0, 8), first.Order());
        Assert.Equal(Enumerable.Range(0, 8), second.Order());
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData(1, 4, 1)]
    [InlineData(4, 4, 1)]
    [InlineData(5, 4, 2)]
    [InlineData(8, 1, 8)]
    public void StepsPerEpoch_Texts_AreDividedRoundingUp(int texts, int batch, int expected)
    {
        Assert.Equal(expected, BatchPlan.StepsPerEpoch(texts, batch));
        Assert.Equal(expected, BatchPlan.Epochs([.. Enumerable.Range(0, texts)], batch, 1, new Seed(1)).Count);
    }
}
