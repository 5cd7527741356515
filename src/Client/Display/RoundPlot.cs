using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Seal.Client.Display;

/// <summary>A curve over rounds.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Mark">At its points.</param>
/// <param name="Colour">A colour name of Spectre.Console.</param>
/// <param name="Points">Shares 0..1 by round, oldest first.</param>
internal sealed record PlotCurve(string Name, char Mark, string Colour, IReadOnlyList<(int Round, double Share)> Points);

/// <summary>A dashed line across the plot, e.g. the best constant.</summary>
/// <param name="Name">Written at its right end.</param>
/// <param name="Share">0..1.</param>
internal sealed record PlotLevel(string Name, double Share);

/// <summary>Shares by round as a plot of text: curves with a mark at every round, levels as dashed lines.</summary>
internal static class RoundPlot
{
    private const int Rows = 13;
    private const int Gap = 5;
    private static readonly double[] Steps = [0.01, 0.02, 0.025, 0.05, 0.1];

    /// <param name="rounds">The last round of the plan: the plot has room for all of them from the start.</param>
    /// <param name="curves">In the order of the legend; where two meet, the first one is seen.</param>
    /// <param name="levels">Dashed lines.</param>
    public static IRenderable Draw(int rounds, IReadOnlyList<PlotCurve> curves, IReadOnlyList<PlotLevel> levels) =>
        new Rows(Lines(rounds, curves, levels).Select(line => new Markup(line)));

    /// <summary>The lines of the plot, as markup.</summary>
    internal static IReadOnlyList<string> Lines(int rounds, IReadOnlyList<PlotCurve> curves, IReadOnlyList<PlotLevel> levels)
    {
        double[] shares = [.. curves.SelectMany(curve => curve.Points.Select(point => point.Share)), .. levels.Select(level => level.Share)];
        if (shares.Length == 0)
        {
            return [];
        }

        var step = Steps.FirstOrDefault(step => Row(shares.Max(), step) - Row(shares.Min(), step) < Rows, Steps[^1]);
        var (bottom, top) = (Row(shares.Min(), step), Row(shares.Max(), step));
        var width = (rounds * Gap) + 1;
        var lines = new List<string> { "[grey]solved[/]" };
        for (var row = top; row >= bottom; row--)
        {
            var cells = Enumerable.Repeat(" ", width + Gap).ToArray();
            var level = levels.FirstOrDefault(level => Row(level.Share, step) == row);
            if (level is not null)
            {
                Array.Fill(cells, "[grey]╌[/]");
            }

            foreach (var curve in curves.Reverse())
            {
                foreach (var (column, at, isPoint) in Drawn(curve.Points, step))
                {
                    if (at == row && column < width)
                    {
                        cells[column] = $"[{curve.Colour}]{(isPoint ? curve.Mark : '·')}[/]";
                    }
                }
            }

            var label = (row - bottom) % 2 == 0 ? Percent(row * step) : "";
            lines.Add($"[grey]{label, 5} │[/] {string.Concat(cells)}{(level is null ? "" : $" {Markup.Escape(level.Name)} {Percent(level.Share)}")}");
        }

        lines.Add($"[grey]      └{new string('─', width + Gap)}[/]");
        lines.Add(
            $"[grey]        {string.Concat(Enumerable.Range(0, rounds + 1).Select(round => round.ToString(CultureInfo.InvariantCulture).PadRight(Gap)))} rounds[/]"
        );
        lines.Add(
            "        "
                + string.Join(
                    "   ",
                    curves.Select(curve =>
                        $"[{curve.Colour}]{curve.Mark}[/] "
                        + $"{Markup.Escape(curve.Name)}{(curve.Points.Count > 0 ? $" {Percent(curve.Points[^1].Share)}" : "")}"
                    )
                )
        );
        return lines;
    }

    private static string Percent(double share) => FormattableString.Invariant($"{100 * share:0.#} %");

    private static int Row(double share, double step) => (int)Math.Round(share / step, MidpointRounding.AwayFromZero);

    /// <summary>Marks at the points, and dots on the straight lines between them.</summary>
    private static IEnumerable<(int Column, int Row, bool IsPoint)> Drawn(IReadOnlyList<(int Round, double Share)> points, double step)
    {
        foreach (var (from, to) in points.Zip(points.Skip(1)))
        {
            var columns = (to.Round - from.Round) * Gap;
            for (var i = 1; i < columns; i++)
            {
                yield return ((from.Round * Gap) + i, Row(from.Share + ((to.Share - from.Share) * i / columns), step), false);
            }
        }

        foreach (var (round, share) in points)
        {
            yield return (round * Gap, Row(share, step), true);
        }
    }
}
