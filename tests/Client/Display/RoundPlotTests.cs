using Seal.Client.Display;
using Spectre.Console;

namespace Seal.Client.Tests.Display;

public sealed class RoundPlotTests
{
    [Fact]
    public void Lines_ACurveOverALevel_HasItsPointsInTheRowsOfTheirShares()
    {
        var plot = Plain(RoundPlot.Lines(3, [new("new", 'o', "green", [(0, 0.30), (1, 0.40), (2, 0.35)])], [new("constant", 0.35)]));

        // 30 to 40 % in steps of a point: eleven rows under the heading, the axis with its numbers, the legend.
        Assert.Equal(1 + 11 + 2 + 1, plot.Length);
        Assert.Equal((0, 5, 10), (Column(plot, 'o', row: 11), Column(plot, 'o', row: 1), Column(plot, 'o', row: 6)));
        Assert.StartsWith(" 40 % │", plot[1], StringComparison.Ordinal);
        Assert.EndsWith("╌ constant 35 %", plot[6], StringComparison.Ordinal);
        Assert.Equal("0    1    2    3", plot[^2].Trim()[..16]);
        Assert.Contains("o new 35 %", plot[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_BeforeTheFirstPoint_AreEmptyOrTheLevelAlone()
    {
        PlotCurve nothing = new("new", 'o', "green", []);

        Assert.Empty(RoundPlot.Lines(3, [nothing], []));
        Assert.Contains(
            Plain(RoundPlot.Lines(3, [nothing], [new("constant", 0.35)])),
            line => line.EndsWith("constant 35 %", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.333, 0.334)]
    [InlineData(0.5, 0.5)]
    public void Lines_WhateverTheSpread_FitOnAScreen(double least, double most)
    {
        var plot = RoundPlot.Lines(
            8,
            [new("new", 'o', "green", [.. Enumerable.Range(0, 9).Select(round => (round, least + ((most - least) * round / 8)))])],
            [new("a constant", least)]
        );

        Assert.InRange(plot.Count, 5, 20);
        Assert.All(Plain(plot), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void Lines_WhereTwoCurvesMeet_ShowTheFirst()
    {
        var plot = string.Concat(Plain(RoundPlot.Lines(1, [new("a", 'o', "green", [(0, 0.5)]), new("b", 'x', "blue", [(0, 0.5)])], []))[..^1]);

        Assert.Contains('o', plot[(plot.IndexOf('│') + 1)..]);
        Assert.DoesNotContain('x', plot);
    }

    private static string[] Plain(IReadOnlyList<string> lines) => [.. lines.Select(line => line.RemoveMarkup())];

    private static int Column(string[] plot, char mark, int row) => plot[row].IndexOf(mark, StringComparison.Ordinal) - " 40 % │ ".Length;
}
