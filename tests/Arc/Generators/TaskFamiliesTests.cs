using Seal.Arc.Generators;
using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Tests.Generators;

public sealed class TaskFamiliesTests
{
    public static TheoryData<string> Families => [.. TaskFamilies.All.Select(generator => generator.Family)];

    [Fact]
    public void Families_OfTrainingAndEvaluation_AreDisjointAndNamed()
    {
        Assert.Empty(TaskFamilies.Training.Select(g => g.Family).Intersect(TaskFamilies.Evaluation.Select(g => g.Family)));
        Assert.Equal(TaskFamilies.All.Count, TaskFamilies.All.Select(generator => generator.Family).Distinct().Count());
        Assert.All(TaskFamilies.All, generator => Assert.Matches("^[a-z][a-z-]*$", generator.Family));
        Assert.All(TaskFamilies.All, generator => Assert.DoesNotContain('\n', generator.Description));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Generate_AnySeedAndSide_KeepsTheLimits(string family)
    {
        var generator = TaskFamilies.Get(family);
        for (var seed = 0; seed < 300; seed++)
        {
            var limits = new GeneratorLimits(Math.Max(generator.LeastSide, 3 + (seed % 12)), 2 + (seed % 2), 3 + (seed % 3));
            var task = generator.Generate(new CounterRandom(new Seed((ulong)seed)), limits);
            Assert.InRange(task.Train.Count, limits.MinDemonstrations, limits.MaxDemonstrations);
            Assert.Single(task.Test);
            ArcPair[] pairs = [.. task.Train, .. task.Test];
            Assert.All(pairs, pair => Assert.InRange(Longest(pair), 1, limits.MaxSide));
            Assert.All(pairs, pair => Assert.False(pair.Input.Equals(pair.Output), $"{family} {seed}: nothing happens"));
            Assert.Equal(pairs.Length, pairs.Select(pair => pair.Input).Distinct().Count());
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Generate_SameSeed_SameTask(string family)
    {
        var generator = TaskFamilies.Get(family);
        ArcTask Make(ulong seed) => generator.Generate(new CounterRandom(new Seed(seed)), new GeneratorLimits());
        Assert.Equal(ArcTaskSource.ContentHash(Make(7)), ArcTaskSource.ContentHash(Make(7)));
        Assert.NotEqual(ArcTaskSource.ContentHash(Make(7)), ArcTaskSource.ContentHash(Make(8)));
    }

    [Fact]
    public void Gravity_Output_HasEveryColumnOrRowPiledUp()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            var task = TaskFamilies.Get("gravity").Generate(new CounterRandom(new Seed(seed)), new GeneratorLimits());
            // One of the four sides explains every pair.
            Assert.Contains(Enumerable.Range(0, 4), side => task.Train.Concat(task.Test).All(pair => Piled(pair.Output!, side)));
        }
    }

    private static bool Piled(Grid grid, int side)
    {
        for (var row = 0; row < grid.Height; row++)
        {
            for (var column = 0; column < grid.Width; column++)
            {
                int r =
                        row
                        + (
                            side == 0 ? 1
                            : side == 1 ? -1
                            : 0
                        ),
                    c =
                        column
                        + (
                            side == 2 ? 1
                            : side == 3 ? -1
                            : 0
                        );
                if (grid[row, column] != 0 && r >= 0 && c >= 0 && r < grid.Height && c < grid.Width && grid[r, c] == 0)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static int Longest(ArcPair pair) => new[] { pair.Input.Height, pair.Input.Width, pair.Output!.Height, pair.Output.Width }.Max();
}
