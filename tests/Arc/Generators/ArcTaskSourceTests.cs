using Seal.Arc.Generators;
using Seal.Core.Sweeps;

namespace Seal.Arc.Tests.Generators;

public sealed class ArcTaskSourceTests
{
    private static readonly string[] Families = ["turn", "scale", "gravity"];

    [Fact]
    public void Generate_MoreTasks_BeginsWithTheSameOnes()
    {
        var few = ArcTaskSource.Generate(Families, 10, 5, 8).Select(task => task.Id);
        var many = ArcTaskSource.Generate(Families, 40, 5, 8).Select(task => task.Id).ToArray();
        Assert.Equal(few, many.Take(10));
        Assert.Equal(40, many.Distinct().Count());
        Assert.All(many, id => Assert.Matches("^gen-[a-z-]+-[0-9a-f]{8}$", id));
        Assert.Equal(["gen-turn", "gen-scale", "gen-gravity"], many.Take(3).Select(id => id[..^9]));
    }

    [Fact]
    public void Generate_OtherFamiliesBeside_LeavesAFamilysTasksAlone()
    {
        var alone = ArcTaskSource.Generate(["scale"], 5, 5, 8).Select(task => task.Id);
        var beside = ArcTaskSource
            .Generate(Families, 15, 5, 8)
            .Select(task => task.Id)
            .Where(id => id.StartsWith("gen-scale", StringComparison.Ordinal));
        Assert.Equal(alone, beside);
    }

    [Fact]
    public void Generate_OtherSeed_OtherTasks() =>
        Assert.Empty(
            ArcTaskSource.Generate(Families, 30, 1, 10).Select(t => t.Id).Intersect(ArcTaskSource.Generate(Families, 30, 2, 10).Select(t => t.Id))
        );

    [Theory]
    [InlineData("nonesuch", 8, "nonesuch")]
    [InlineData("turn", 2, "3..30")]
    [InlineData("turn", 31, "3..30")]
    public void Generate_WrongRequest_SaysWhatIsWrong(string family, int maxSide, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<SweepException>(() => ArcTaskSource.Generate([family], 1, 1, maxSide)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Generate_NoFamily_IsRefused() => Assert.Throws<SweepException>(() => ArcTaskSource.Generate([], 1, 1, 8));
}
