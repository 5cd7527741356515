using Seal.Core.Engines;
using Spectre.Console;

namespace Seal.Client.Tries;

/// <summary>The loss while it falls: one redrawn line on a terminal, a line every so many steps elsewhere.</summary>
internal static class TrainingPicture
{
    private const int Width = 32;
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <param name="train">Trains, reporting steps.</param>
    public static T Show<T>(Func<Action<TrainStep>, T> train)
    {
        var losses = new List<double>();
        if (!Terminal.IsLive)
        {
            return train(step =>
            {
                losses.Add(step.Losses[0]);
                if (step.Step == 1 || step.Step == step.Total || step.Step % Math.Max(1, step.Total / 10) == 0)
                {
                    Terminal.Say(Line(step, losses));
                }
            });
        }

        return Terminal
            .Human.Live(new Text(""))
            .Start(live =>
                train(step =>
                {
                    losses.Add(step.Losses[0]);
                    live.UpdateTarget(new Text(Line(step, losses), new Style(decoration: Decoration.None)).Ellipsis());
                })
            );
    }

    internal static string Line(TrainStep step, IReadOnlyList<double> losses) =>
        FormattableString.Invariant($"step {step.Step}/{step.Total} loss {step.Losses[0]:0.0000} {Curve(losses)}");

    /// <summary>The losses as bars, the highest a full one; each bar is the mean of its share of the steps.</summary>
    internal static string Curve(IReadOnlyList<double> losses)
    {
        double[] finite = [.. losses.Where(double.IsFinite)];
        if (finite.Length == 0)
        {
            return "";
        }

        var count = Math.Min(Width, finite.Length);
        var means = Enumerable
            .Range(0, count)
            .Select(bar => finite[(bar * finite.Length / count)..((bar + 1) * finite.Length / count)].Average())
            .ToArray();
        var most = means.Max();
        return string.Concat(means.Select(mean => Bars[most > 0 ? (int)Math.Clamp(mean / most * (Bars.Length - 1), 0, Bars.Length - 1) : 0]));
    }
}
