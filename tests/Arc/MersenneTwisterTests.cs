namespace Seal.Arc.Tests;

public sealed class MersenneTwisterTests
{
    [SkippableFact]
    public void Draws_OfTheGoldenSeeds_AreNumpys()
    {
        foreach (var golden in Shared.Golden("numpy_randomstate.json").EnumerateArray())
        {
            // One generator, asked in this order.
            var twister = new MersenneTwister(golden.GetProperty("seed").GetUInt32());
            Assert.Equal(Numbers("permutation(7)"), twister.Permutation(7));
            Assert.Equal(Numbers("randint(0,4)x10"), Draw(10, () => twister.Next(4)));
            Assert.Equal(Numbers("randint(0,3)x10"), Draw(10, () => twister.Next(3)));
            Assert.Equal(golden.GetProperty("rand x5").EnumerateArray().Select(value => value.GetDouble()), Draw(5, twister.NextDouble));
            var list = Enumerable.Range(1, 9).ToList();
            twister.Shuffle(list);
            Assert.Equal(Numbers("shuffle(list 1..9)"), list);
            int[] items = [3, 5, 8, 1];
            Assert.Equal(Numbers("permutation([3,5,8,1])"), twister.Permutation(4).Select(index => items[index]));
            Assert.Equal(Numbers("choice(5)x6"), Draw(6, () => twister.Next(5)));

            IEnumerable<int> Numbers(string name) => golden.GetProperty(name).EnumerateArray().Select(value => value.GetInt32());
        }
    }

    private static T[] Draw<T>(int count, Func<T> draw) => [.. Enumerable.Range(0, count).Select(_ => draw())];
}
