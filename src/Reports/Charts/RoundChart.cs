using System.Globalization;
using Seal.Core.Statistics;
using Seal.Reports.Html;

namespace Seal.Reports.Charts;

/// <summary>
/// Shares by round: a dot per outer seed, the mean as a line, one standard deviation on either side as a band; a broken line for what stays as it is.
/// </summary>
internal static class RoundChart
{
    /// <summary>With more rounds than these their names would run into each other: then they are numbers.</summary>
    private const int MostNames = 5,
        MostNumbers = 16;

    private const int Width = 400,
        Height = 240,
        Left = 38,
        Right = 12,
        Top = 12,
        Bottom = 30;

    /// <param name="label">For readers that do not see it.</param>
    /// <param name="series">At least one: name, colour, and per round the share under each seed.</param>
    /// <param name="levels">Shares of rows that have no rounds.</param>
    public static Raw Draw(
        string label,
        IReadOnlyList<(string Name, string Colour, IReadOnlyList<(int Round, double[] Shares)> Rounds)> series,
        IReadOnlyList<double> levels
    )
    {
        var most = series.SelectMany(one => one.Rounds).SelectMany(round => round.Shares).Concat(levels).DefaultIfEmpty(1).Max();
        var lines = Svg.Shares(most);
        var top = lines[^1];
        int[] rounds = [.. series.SelectMany(one => one.Rounds.Select(round => round.Round)).Distinct().Order()];
        var (first, last) = (rounds[0], Math.Max(rounds[^1], rounds[0] + 1));
        double X(double round) => Left + 16 + ((round - first) / (last - first) * (Width - Left - Right - 32));
        double Y(double share) => Top + ((1 - (share / top)) * (Height - Top - Bottom));
        var svg = new Markup();
        svg.Add($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{label}\" font-size=\"12\">");
        foreach (var share in lines)
        {
            svg.Add(
                $"<line class=\"gridline\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(share):0.#}\" y2=\"{Y(share):0.#}\"/><text x=\"{Left - 6}\" "
                    + $"y=\"{Y(share) + 4:0.#}\" text-anchor=\"end\">{100 * share:0}</text>"
            );
        }

        var every = (rounds.Length + MostNumbers - 1) / MostNumbers;
        foreach (var (round, name) in rounds.Where((_, n) => n % every == 0).Select(round => (round, Name(round, rounds.Length))))
        {
            svg.Add($"<text x=\"{X(round):0.#}\" y=\"{Height - 10}\" text-anchor=\"middle\">{name}</text>");
        }

        foreach (var level in levels)
        {
            svg.Add($"<line class=\"level\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(level):0.#}\" y2=\"{Y(level):0.#}\"/>");
        }

        foreach (var (_, colour, points) in series)
        {
            var means = points
                .Select(point => (point.Round, Mean: Moments.Mean(point.Shares), Spread: Moments.StandardDeviation(point.Shares) ?? 0))
                .ToArray();
            if (means.Any(mean => mean.Spread > 0))
            {
                var up = means.Select(mean => (X(mean.Round), Y(Math.Min(top, mean.Mean + mean.Spread))));
                var down = means.Reverse().Select(mean => (X(mean.Round), Y(Math.Max(0, mean.Mean - mean.Spread))));
                svg.Add($"<path d=\"{Svg.Path(up.Concat(down))}Z\" fill=\"{colour}\" fill-opacity=\".14\"/>");
            }

            svg.Add(
                $"<path d=\"{Svg.Path(means.Select(mean => (X(mean.Round), Y(mean.Mean))))}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.2\"/>"
            );
            foreach (var (round, shares) in points)
            {
                foreach (var share in shares)
                {
                    svg.Add(
                        $"<circle cx=\"{X(round):0.#}\" cy=\"{Y(share):0.#}\" r=\"{(shares.Length > 1 ? 2.6 : 4):0.#}\" "
                            + $"fill=\"{colour}\" fill-opacity=\"{(shares.Length > 1 ? 0.55 : 1):0.##}\"/>"
                    );
                }
            }
        }

        return svg.Add($"</svg>").ToRaw();
    }

    private static string Name(int round, int rounds) =>
        rounds > MostNames ? round.ToString(CultureInfo.InvariantCulture)
        : round == 0 ? "before"
        : string.Create(CultureInfo.InvariantCulture, $"round {round}");
}
