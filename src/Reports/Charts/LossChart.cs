using Seal.Reports.Html;

namespace Seal.Reports.Charts;

/// <summary>Loss of inner loops by step, on a logarithmic scale.</summary>
internal static class LossChart
{
    private const int Width = 460,
        Height = 240,
        Left = 44,
        Right = 10,
        Top = 10,
        Bottom = 30,
        MostPoints = 56;

    /// <param name="label">For readers that do not see it.</param>
    /// <param name="curves">Losses before each step, and whether the task was solved after the last.</param>
    public static Raw Draw(string label, IReadOnlyList<(IReadOnlyList<double> Losses, bool Solved)> curves)
    {
        const double Least = 1e-4;
        double[] values = [.. curves.SelectMany(curve => curve.Losses).Where(loss => double.IsFinite(loss) && loss > 0)];
        var low = Math.Floor(Math.Log10(Math.Max(Least, values.Length == 0 ? 0.1 : values.Min())));
        var high = Math.Max(low + 1, Math.Ceiling(Math.Log10(Math.Max(Least, values.Length == 0 ? 1 : values.Max()))));
        var steps = Math.Max(1, curves.Max(curve => curve.Losses.Count) - 1);
        double X(double step) => Left + (step / steps * (Width - Left - Right));
        double Y(double loss) => Top + ((high - Math.Clamp(Math.Log10(Math.Max(Least, loss)), low, high)) / (high - low) * (Height - Top - Bottom));
        var svg = new Markup();
        svg.Add($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{label}\" font-size=\"12\">");
        for (var power = low; power <= high; power++)
        {
            var loss = Math.Pow(10, power);
            svg.Add(
                $"<line class=\"gridline\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(loss):0.#}\" y2=\"{Y(loss):0.#}\"/><text x=\"{Left - 6}\" "
                    + $"y=\"{Y(loss) + 4:0.#}\" text-anchor=\"end\">{loss:0.####}</text>"
            );
        }

        foreach (var part in new[] { 0.0, 0.25, 0.5, 0.75, 1 })
        {
            svg.Add(
                $"<text x=\"{X(part * steps):0.#}\" y=\"{Height - 10}\" "
                    + $"text-anchor=\"{(part == 0 ? "start" : part == 1 ? "end" : "middle")}\">{part * steps:0}</text>"
            );
        }

        // Solved ones last, so that they lie on top.
        foreach (var (losses, solved) in curves.OrderBy(curve => curve.Solved))
        {
            var finite = losses.Select((loss, step) => (step, loss)).Where(point => double.IsFinite(point.loss)).ToArray();
            if (finite.Length > 1)
            {
                var every = Math.Max(1, (finite.Length + MostPoints - 1) / MostPoints);
                var shown = finite.Where((_, i) => i % every == 0 || i == finite.Length - 1).Select(point => (X(point.step), Y(point.loss)));
                svg.Add(
                    $"<path d=\"{Svg.Path(shown)}\" "
                        + $"fill=\"none\" stroke=\"var(--{(solved ? "s2" : "s1")})\" stroke-width=\"1.1\" stroke-opacity=\"{(solved ? 0.75 : 0.4):0.##}\"/>"
                );
            }
        }

        return svg.Add($"</svg>").ToRaw();
    }
}
