using System.Text.RegularExpressions;
using CsCheck;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Sweeps;

public sealed partial class GridTests
{
    [Fact]
    public void Parse_ListedValues_MakeTheCrossProductInFileOrder()
    {
        var spec = Toml.Read("[update]\nrounds = [1, 2]\n[inner]\nrank = [8, 16]\ntargets = [[\"q_proj\"], [\"v_proj\", \"q_proj\"]]");

        Assert.Equal(
            [
                "inner-rank-8-inner-targets-q-proj-rounds-1",
                "inner-rank-8-inner-targets-q-proj-v-proj-rounds-1",
                "inner-rank-16-inner-targets-q-proj-rounds-1",
                "inner-rank-16-inner-targets-q-proj-v-proj-rounds-1",
            ],
            spec.Runs.Take(4).Select(run => run.Cell.Name)
        );
        Assert.Equal(8, spec.Runs.Count);
        var last = spec.Runs[^1];
        Assert.Equal((2, 16), (last.Settings.Update.Rounds, last.Settings.Inner.Rank));
        Assert.Equal(["q_proj", "v_proj"], last.Settings.Inner.Targets!);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["inner.rank"] = "16",
                ["inner.targets"] = "q_proj-v_proj",
                ["update.rounds"] = "2",
            },
            last.Cell.Values
        );
    }

    [Theory]
    [InlineData("[proposal]\ntemperature = [0.8, 1]", "temperature-0p8", "temperature-1")]
    [InlineData("[update]\nlearning_rate = [5e-5, 0.001]", "learning-rate-5e-5", "learning-rate-0p001")]
    [InlineData("[reward]\nthreshold = [-0.5, 0]", "threshold-m0p5", "threshold-0")]
    [InlineData("[inner]\nbase = [\"policy\", \"frozen\"]", "base-policy", "base-frozen")]
    [InlineData("[proposal]\ngrammar = [true, false]", "grammar-true", "grammar-false")]
    public void Parse_Axis_NamesCellsByTheirValues(string more, params string[] names) =>
        Assert.Equal(names, Toml.Read(more).Runs.Select(run => run.Cell.Name));

    [Fact]
    public void Parse_AxisOfOneValue_StillNamesItsCell() =>
        Assert.Equal(["inner-rank-8"], Toml.Read("[inner]\nrank = [8]").Runs.Select(run => run.Cell.Name));

    [Fact]
    public void Parse_LongerAxis_KeepsTheNamesOfEarlierCells()
    {
        var few = Toml.Read("[inner]\nrank = [8, 16]\n[proposal]\ncandidates = [2, 3]").Runs;
        var many = Toml.Read("[proposal]\ncandidates = [1, 3, 2]\n[inner]\nrank = [4, 16, 8]").Runs.ToDictionary(run => run.Cell.Name);

        Assert.All(few, cell => Assert.Equal(cell.Settings, many[cell.Cell.Name].Settings));
    }

    [Theory]
    [InlineData(
        "[inner]\nrank = []",
        "s.toml:14 inner.rank: is an empty list, which makes a grid of 0 cells; expected 1..256 cells; give a whole number in 1..1024, or a list "
            + "of such."
    )]
    [InlineData("[inner]\nrank = [8, 16, 8]", "s.toml:14 inner.rank: 8 is listed twice; an axis has different values; remove one.")]
    [InlineData("[proposal]\ntemperature = [1, 1.0]", "s.toml:14 proposal.temperature: 1 is listed twice; an axis has different values; remove one.")]
    [InlineData("[inner]\nrank = [8, 0]", "s.toml:14 inner.rank: 0 is not in 1..1024; expected a whole number in 1..1024.")]
    public void Parse_BadAxis_IsRefused(string more, string expected) => Assert.Equal(expected, Toml.Error(more));

    [Fact]
    public void Parse_TasksListed_IsNoAxis() =>
        Assert.Equal(
            "s.toml:9 tasks.train_count: is a list of 2 values; expected a whole number in 0..100000.",
            Assert.Single(Toml.ErrorsOf(Toml.Least.Replace("train_count = 2", "train_count = [2, 3]", StringComparison.Ordinal)))
        );

    [Fact]
    public void Parse_TooManyCells_SaysHowMany()
    {
        var ranks = string.Join(", ", Enumerable.Range(1, 16));
        var error = Toml.Error($"[inner]\nrank = [{ranks}]\nbatch = [{ranks}]\npack_size = [1, 2]");

        Assert.Equal(
            "s.toml:16: the grid has 16 (inner.rank) × 16 (inner.batch) × 2 (inner.pack_size) = 512 cells; expected at most 256; shorten the lists "
                + "or split the sweep.",
            error
        );
        Assert.Equal(256, Toml.Read($"[inner]\nrank = [{ranks}]\nbatch = [{ranks}]").Runs.Count);
    }

    [Fact]
    public void Parse_ManyAxes_HasUniqueStoreNamesThatFitTheirSettings() =>
        Gen.Select(
                Gen.Int[1, 1024].HashSet[1, 3],
                Gen.Double[0.001, 10].HashSet[1, 3],
                Gen.Int[1, 4096].HashSet[1, 3],
                Gen.Double[0.000001, 1].HashSet[1, 3]
            )
            .Sample(
                (ranks, temperatures, tokens, rates) =>
                {
                    static string List<T>(IEnumerable<T> values) =>
                        string.Join(
                            ", ",
                            values
                                .Select(value => FormattableString.Invariant($"{value}"))
                                .Select(text =>
                                    text.Contains('.', StringComparison.Ordinal) || typeof(T) == typeof(int) ? text
                                    : text.Contains('E', StringComparison.Ordinal) ? text
                                    : text + ".0"
                                )
                        );
                    var cells = Toml.Read(
                        $"[inner]\nrank = [{List(ranks)}]\n[proposal]\ntemperature = [{List(temperatures)}]\nmax_new_tokens = "
                            + $"[{List(tokens)}]\n[update]\nlearning_rate = [{List(rates)}]"
                    ).Runs;
                    Assert.Equal(ranks.Count * temperatures.Count * tokens.Count * rates.Count, cells.Count);
                    Assert.Equal(cells.Count, cells.Select(run => run.Cell.Name).Distinct().Count());
                    Assert.Equal(cells.Count, cells.Select(cell => cell.Settings).Distinct().Count());
                    Assert.All(cells, cell => Assert.Matches(StoreNames(), cell.Cell.Name));
                },
                iter: 200
            );

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$")]
    private static partial Regex StoreNames();
}
