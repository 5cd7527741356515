using Seal.Core.Statistics;
using Seal.Reports.Html;

namespace Seal.Reports.Charts;

/// <summary>Differences from zero along a count: a line for each row of the table, zero as a broken line. Of few lines the intervals are bands; of
/// many they would hide each other. Lines whose colour was there before are broken.</summary>
internal static class GainChart
{
    private const int Width = 460,
        Height = 280,
        Left = 42,
        Right = 12,
        Top = 12,
        Bottom = 34;

    /// <summary>Colours that tell lines apart; behind them lines are broken.</summary>
    public const int Colours = 7;

    private const int MostNumbers = 16,
        MostBands = 4;

    /// <param name="label">For readers that do not see it.</param>
    /// <param name="series">At least one with at least one point.</param>
    public static Raw Draw(string label, IReadOnlyList<(string Colour, IReadOnlyList<(int At, double Mean, Interval Interval)> Points)> series)
    {
        var all = series.SelectMany(one => one.Points).ToArray();
        var (low, high) = (
            Math.Floor(Math.Min(0, all.Min(point => series.Count > MostBands ? point.Mean : point.Interval.Low)) * 10) / 10,
            Math.Ceiling(Math.Max(0.1, all.Max(point => series.Count > MostBands ? point.Mean : point.Interval.High)) * 10) / 10
        );
        var last = Math.Max(2, all.Max(point => point.At));
        double X(double at) => Left + 12 + ((at - 1) / (last - 1) * (Width - Left - Right - 24));
        double Y(double value) => Top + ((high - value) / (high - low) * (Height - Top - Bottom));
        var svg = new Markup();
        svg.Add($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{label}\" font-size=\"12\">");
        var step = high - low > 0.8 ? 0.2 : 0.1;
        for (var value = low; value < high + 1e-9; value += step)
        {
            svg.Add(
                $"<line class=\"gridline\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(value):0.#}\" y2=\"{Y(value):0.#}\"/><text x=\"{Left - 6}\" "
                    + $"y=\"{Y(value) + 4:0.#}\" text-anchor=\"end\">{100 * value:+0;−0;0}</text>"
            );
        }

        svg.Add($"<line class=\"level\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(0):0.#}\" y2=\"{Y(0):0.#}\"/>");
        var every = (last + MostNumbers - 1) / MostNumbers;
        for (var at = 1; at <= last; at += every)
        {
            svg.Add($"<text x=\"{X(at):0.#}\" y=\"{Height - 12}\" text-anchor=\"middle\">{at}</text>");
        }

        for (var i = 0; i < series.Count; i++)
        {
            var (colour, points) = series[i];
            if (series.Count <= MostBands)
            {
                var up = points.Select(point => (X(point.At), Y(point.Interval.High)));
                var down = points.Reverse().Select(point => (X(point.At), Y(point.Interval.Low)));
                svg.Add($"<path d=\"{Svg.Path(up.Concat(down))}Z\" fill=\"{colour}\" fill-opacity=\".12\"/>");
            }

            svg.Add(
                $"<path d=\"{Svg.Path(points.Select(point => (X(point.At), Y(point.Mean))))}\" fill=\"none\" stroke=\"{colour}\" "
                    + $"stroke-width=\"2.2\"{new Raw(i < Colours ? "" : " stroke-dasharray=\"6 4\"")}/>"
            );
            foreach (var point in points)
            {
                svg.Add($"<circle cx=\"{X(point.At):0.#}\" cy=\"{Y(point.Mean):0.#}\" r=\"2.6\" fill=\"{colour}\"/>");
            }
        }

        return svg.Add($"</svg>").ToRaw();
    }
}
