using Seal.Client.Sweeps;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Sweeps;

public sealed class ShippedSweepsTests
{
    [Theory]
    [InlineData("table.toml", 60, 102)]
    [InlineData("fresh.toml", 60, 240)]
    [InlineData("tiny-table.toml", 4, 3)]
    public void Read_SweepOnGeneratedTasks_NamesFamiliesThatThereAre(string file, int training, int evaluation)
    {
        var sweep = LoadedSweep.Read(Places.InRepository($"sweeps/{file}"), ["engine.kind=fake"]);

        Assert.Equal((training, evaluation), (sweep.Training.Count, sweep.Evaluation.Count));
    }

    [Fact]
    public void TableOnly_OfTheTable_IsTheTableAlone()
    {
        var sweep = LoadedSweep.Read(Places.InRepository("sweeps/table.toml"), ["engine.kind=fake"]).TableOnly();

        Assert.Equal(["base-table-s1"], sweep.Runs.Select(run => run.Name));
        Assert.Equal("table-table", sweep.Spec.Name);
    }
}
