using System.Globalization;
using Seal.Core.Statistics;
using Seal.Reports.Html;

namespace Seal.Reports.Charts;

/// <summary>Small pieces that charts share. Coordinates are in the units of each chart's own viewBox.</summary>
internal static class Svg
{
    /// <summary>An interval with its middle on a scale of 0 to 1, as wide as the place it stands in.</summary>
    public static Raw IntervalBar(double value, Interval interval, string colour)
    {
        var svg = new Markup();
        svg.Add(
            $"<svg role=\"img\" aria-label=\"{100 * value:0} %, {100 * interval.Low:0} to {100 * interval.High:0} %\"><line class=\"axis\" x1=\"0\" "
                + $"x2=\"100%\" y1=\"12\" y2=\"12\"/>"
        );
        foreach (var tick in new[] { 0, 50, 100 })
        {
            svg.Add($"<line class=\"axis\" x1=\"{Place(tick / 100.0):0.#}%\" x2=\"{Place(tick / 100.0):0.#}%\" y1=\"8\" y2=\"16\"/>");
        }

        svg.Add(
            $"<line x1=\"{Place(interval.Low):0.#}%\" x2=\"{Place(interval.High):0.#}%\" y1=\"12\" y2=\"12\" "
                + $"stroke=\"{colour}\" stroke-width=\"5\" stroke-opacity=\".38\" stroke-linecap=\"round\"/>"
        );
        svg.Add($"<circle cx=\"{Place(value):0.#}%\" cy=\"12\" r=\"5\" fill=\"{colour}\"/></svg>");
        return svg.ToRaw();

        // Room for the dot at either end.
        static double Place(double share) => 3 + (94 * share);
    }

    /// <summary>A difference with its interval on a scale of −1 to 1, zero in the middle.</summary>
    public static Raw DifferenceBar(Difference difference)
    {
        var (value, interval) = (difference.Value, difference.Interval);
        var colour =
            difference.ExcludesZero != true ? "var(--s5)"
            : value > 0 ? "var(--good)"
            : "var(--bad)";
        var svg = new Markup();
        svg.Add(
            $"<svg role=\"img\" aria-label=\"{value:+0.00;-0.00;0}\"><line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"12\" y2=\"12\"/><line "
                + $"x1=\"50%\" x2=\"50%\" y1=\"2\" y2=\"22\" stroke=\"var(--faint)\"/>"
        );
        svg.Add(
            $"<line x1=\"{Place(interval.Low):0.#}%\" x2=\"{Place(interval.High):0.#}%\" y1=\"12\" y2=\"12\" "
                + $"stroke=\"{colour}\" stroke-width=\"5\" stroke-opacity=\".38\" stroke-linecap=\"round\"/>"
        );
        svg.Add($"<circle cx=\"{Place(value):0.#}%\" cy=\"12\" r=\"5\" fill=\"{colour}\"/></svg>");
        return svg.ToRaw();

        static double Place(double share) => 50 + (47 * Math.Clamp(share, -1, 1));
    }

    /// <summary>The grid lines of an axis of shares, from 0 so that heights are shares, to where the data end.</summary>
    public static double[] Shares(double most)
    {
        var (top, step) = most switch
        {
            <= 0.2 => (0.2, 0.05),
            <= 0.5 => (0.5, 0.1),
            _ => (1.0, 0.25),
        };
        return [.. Enumerable.Range(0, (int)Math.Round(top / step) + 1).Select(line => line * step)];
    }

    /// <summary>The class of a key's swatch in a series' colour: pages allow no inline styles.</summary>
    public static string Swatch(string colour) => $"c-{colour["var(--".Length..^1]}";

    /// <summary>A coordinate, short.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>The path through points, in order.</summary>
    public static string Path(IEnumerable<(double X, double Y)> points) =>
        "M"
        + string.Join(
            'L',
            points.Select(point => $"{point.X.ToString("0.#", CultureInfo.InvariantCulture)} {point.Y.ToString("0.#", CultureInfo.InvariantCulture)}")
        );

    /// <summary>The colour of the n-th series.</summary>
    public static string Series(int number) => $"var(--s{(number % 6).ToString(CultureInfo.InvariantCulture)})";
}
