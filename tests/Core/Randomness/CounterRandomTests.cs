using CsCheck;
using Seal.Core.Randomness;

namespace Seal.Core.Tests.Randomness;

public sealed class CounterRandomTests
{
    // Known answers of philox4x32 with 10 rounds, published with Random123 (Salmon et al. 2011): counter, key, output.
    [Theory]
    [InlineData(0UL, 0UL, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, uint.MaxValue, uint.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x85a308d3_243f6a88UL, 0x03707344_13198a2eUL, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Block_PublishedVectors_AreMet(ulong low, ulong high, uint key0, uint key1, uint r0, uint r1, uint r2, uint r3) =>
        Assert.Equal((r0, r1, r2, r3), CounterRandom.Block(low, high, key0, key1));

    [Fact]
    public void NextUInt32_SeedZero_StartsWithThePublishedBlock()
    {
        var random = new CounterRandom(new Seed(0));

        Assert.Equal([0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u], Enumerable.Range(0, 4).Select(_ => random.NextUInt32()));
    }

    [Fact]
    public void FirstValues_AreTheSameForEver()
    {
        // Pinned, computed by a second implementation: every stored result depends on them. A change here is a new format of everything.
        var random = new CounterRandom(new Seed(1).Derive("golden", "values"));

        Assert.Equal(
            "1a8a3b78 f9d8f158990f70a1 804 0.10002722753725724 0.299253967473 2,0,1,4,6,5,3,7",
            $"{random.NextUInt32():x8} {random.NextUInt64():x16} {random.NextInt(1000)} {random.NextDouble():R} {random.NextGaussian():F12} "
                + $"{string.Join(',', random.NextPermutation(8))}"
        );
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(10)]
    [InlineData(100)]
    public void NextInt_ManyDraws_AreUniform(int bins)
    {
        const int Draws = 100_000;
        var random = new CounterRandom(new Seed(3).Derive("bins", $"{bins}"));
        var counts = new int[bins];
        for (var i = 0; i < Draws; i++)
        {
            counts[random.NextInt(bins)]++;
        }

        // χ² with bins − 1 degrees of freedom: mean bins − 1, standard deviation √(2(bins − 1)); five of those leave 1 in 10⁵ at most.
        var expected = Draws / (double)bins;
        var chi = counts.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.InRange(chi, 0, bins - 1 + (5 * Math.Sqrt(2.0 * (bins - 1))) + 5);
    }

    [Fact]
    public void NextInt_RangeThatDoesNotDivideTheWords_IsNotBiased()
    {
        // 2³² words on 3·2²⁹ values are 2⅔ each. Modulo would give the lowest third 37.5 % of the draws, multiplication alone every third
        // value 25 %.
        const int Range = 3 << 29;
        var random = new CounterRandom(new Seed(4));
        int[] draws = [.. Enumerable.Range(0, 60_000).Select(_ => random.NextInt(Range))];
        Assert.InRange(draws.Count(draw => draw < Range / 3) / 60_000.0, 0.325, 0.342);
        Assert.InRange(draws.Count(draw => draw % 3 == 2) / 60_000.0, 0.325, 0.342);
    }

    [Fact]
    public void NextInt_AnyRange_StaysInIt() =>
        Gen.Select(Gen.ULong, Gen.Int[1, int.MaxValue], Gen.Int[-1000, 1000])
            .Sample(
                (seed, range, from) =>
                {
                    var random = new CounterRandom(new Seed(seed));
                    Assert.InRange(random.NextInt(range), 0, range - 1);
                    Assert.InRange(random.NextInt(from, from + 17), from, from + 16);
                }
            );

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void NextInt_EmptyRange_IsRefused(int range) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CounterRandom(new Seed(1)).NextInt(range));

    [Fact]
    public void NextDouble_ManyDraws_HaveTheMomentsOfTheUnitInterval()
    {
        var random = new CounterRandom(new Seed(5));
        double[] draws = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextDouble())];

        Assert.All(draws, draw => Assert.InRange(draw, 0, Math.BitDecrement(1.0)));
        Assert.InRange(draws.Average(), 0.495, 0.505);
        Assert.InRange(draws.Average(draw => draw * draw), 1 / 3.0 - 0.005, 1 / 3.0 + 0.005);
    }

    [Fact]
    public void NextGaussian_ManyDraws_HaveMeanZeroVarianceOneAndNormalTails()
    {
        var random = new CounterRandom(new Seed(6));
        double[] draws = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextGaussian())];

        Assert.InRange(draws.Average(), -0.015, 0.015);
        Assert.InRange(draws.Average(draw => draw * draw), 0.98, 1.02);
        Assert.InRange(draws.Count(draw => Math.Abs(draw) > 1.959964) / 100_000.0, 0.047, 0.053);
    }

    [Fact]
    public void NextBool_ManyDraws_HitTheirProbability()
    {
        var random = new CounterRandom(new Seed(7));

        Assert.InRange(Enumerable.Range(0, 50_000).Count(_ => random.NextBool(0.2)) / 50_000.0, 0.193, 0.207);
        Assert.DoesNotContain(true, Enumerable.Range(0, 1000).Select(_ => random.NextBool(0)));
        Assert.DoesNotContain(false, Enumerable.Range(0, 1000).Select(_ => random.NextBool(1)));
    }

    [Fact]
    public void Shuffle_AnyItems_IsAPermutationAndTheSameAgain() =>
        Gen.Select(Gen.Int.Array[0, 50], Gen.ULong)
            .Sample(
                (items, seed) =>
                {
                    int[] once = [.. items],
                        again = [.. items];
                    new CounterRandom(new Seed(seed)).Shuffle<int>(once);
                    new CounterRandom(new Seed(seed)).Shuffle<int>(again);
                    Assert.Equal(items.Order(), once.Order());
                    Assert.Equal(once, again);
                }
            );

    [Fact]
    public void NextPermutation_ManyDraws_GivesAllOrdersAlike()
    {
        var random = new CounterRandom(new Seed(8));
        var counts = Enumerable
            .Range(0, 24_000)
            .GroupBy(_ => string.Join("", random.NextPermutation(4)))
            .ToDictionary(group => group.Key, group => group.Count());

        Assert.Equal(24, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 840, 1160));
    }
}
