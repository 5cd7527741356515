using CsCheck;
using Seal.Core.Randomness;

namespace Seal.Core.Tests.Randomness;

public sealed class SeedTests
{
    [Fact]
    public void Derive_SplitOfNames_Matters()
    {
        var seed = new Seed(1);

        Assert.NotEqual(seed.Derive("ab", "c"), seed.Derive("a", "bc"));
        Assert.NotEqual(seed.Derive("a"), seed.Derive("a", ""));
        Assert.NotEqual(seed.Derive("a", "b"), seed.Derive("b", "a"));
        Assert.NotEqual(seed.Derive("a", "b"), seed.Derive("a").Derive("b"));
        Assert.NotEqual(seed.Derive(), seed);
    }

    [Fact]
    public void Derive_AnyTwoNameLists_AgreeOnlyIfEqual() =>
        Gen.Select(Gen.ULong, Gen.String.Array[0, 4], Gen.String.Array[0, 4])
            .Sample((value, a, b) => Assert.Equal(a.SequenceEqual(b), new Seed(value).Derive(a) == new Seed(value).Derive(b)));

    [Fact]
    public void Derive_NeighbouringSeedsAndNames_GiveIndependentStreams()
    {
        // Agreement of single bits of streams whose names differ by one digit: half of them, if independent.
        var agreeing = 0;
        for (var i = 0; i < 1000; i++)
        {
            var a = new CounterRandom(new Seed(1).Derive("task", $"{i}"));
            var b = new CounterRandom(new Seed(1).Derive("task", $"{i + 1}"));
            var c = new CounterRandom(new Seed(2).Derive("task", $"{i}"));
            var word = a.NextUInt64();
            agreeing +=
                System.Numerics.BitOperations.PopCount(~(word ^ b.NextUInt64())) + System.Numerics.BitOperations.PopCount(~(word ^ c.NextUInt64()));
        }

        Assert.InRange(agreeing / 128_000.0, 0.493, 0.507);
    }

    [Fact]
    public void Derive_KnownNames_AreTheSameForEver() =>
        Assert.Equal(
            "a63f41d436a19f7c d76abf2d500fa61b f53d2ba2e4f22a49",
            $"{new Seed(1).Derive()} {new Seed(1).Derive("round", "1")} {new Seed(ulong.MaxValue).Derive("ü")}"
        );
}
