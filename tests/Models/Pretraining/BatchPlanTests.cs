using System.Globalization;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Pretraining;

namespace Seal.Models.Tests.Pretraining;

public sealed class BatchPlanTests
{
    [Fact]
    public void Batches_OfAWindow_HoldEveryTextThatFitsOnceAndNoBatchIsTooLong()
    {
        for (var window = 0; window < 3; window++)
        {
            var batches = BatchPlan.Batches(Text, window, 50, 200, new Seed(3));
            var expected = Enumerable.Range(0, BatchPlan.Window).Select(i => Text((window * BatchPlan.Window) + i)).Where(text => text.Length <= 50);
            Assert.Equal(expected.Select(text => text.Tokens[1]).Order(), batches.SelectMany(batch => batch).Select(text => text.Tokens[1]).Order());
            Assert.All(batches, batch => Assert.InRange(batch.Sum(text => text.Length), 1, 200));
        }
    }

    [Fact]
    public void Batches_AskedTwice_AreTheSame()
    {
        int[][] Plan(ulong seed) =>
            [.. BatchPlan.Batches(Text, 1, 50, 200, new Seed(seed)).Select(batch => batch.Select(text => text.Tokens[1]).ToArray())];
        Assert.Equal(Plan(3), Plan(3));
        Assert.NotEqual(Plan(3), Plan(4));
    }

    /// <summary>Texts of 2 to 61 tokens; the second token names the text.</summary>
    private static TokenSequence Text(long index)
    {
        var length = 2 + new CounterRandom(new Seed(9).Derive(index.ToString(CultureInfo.InvariantCulture))).NextInt(60);
        var tokens = new int[length];
        tokens[1] = (int)index;
        return new TokenSequence(tokens, [.. Enumerable.Repeat(1f, length)]);
    }
}
