using System.Globalization;
using Seal.Client.Display;
using Seal.Core.Sweeps;
using Spectre.Console;

namespace Seal.Client.Sweeps;

/// <summary><c>seal run --dry-run</c>: the plan and what it costs.</summary>
internal static class DryRun
{
    public static int Print(LoadedSweep sweep, int workers, bool json, CancellationToken cancellation)
    {
        var table = new FittedTable(
            $"plan of {sweep.Spec.Name}",
            "run",
            "phases",
            Column.Number("self-edits"),
            Column.Number("inner loops ≤"),
            Column.Number("steps ≤"),
            Column.Number("update steps ≤")
        );

        foreach (var run in sweep.Runs)
        {
            var cost = PlanCost.Of(run, sweep.Spec);
            table.AddRow(
                Markup.Escape(run.Name),
                string.Join(' ', run.Phases.Select(phase => phase.Phase)),
                Number(cost.Proposals),
                Number(cost.InnerLoops + cost.EvaluationLoops),
                Number(cost.MaxSteps),
                Number(cost.UpdateSteps)
            );
        }

        Terminal.Tell(table);
        var sum = PlanCost.Of(sweep.Spec);
        Terminal.Tell(
            $"In all at most {Number(sum.InnerLoops + sum.EvaluationLoops)} inner loops and {Number(sum.MaxSteps)} steps; equal self-edits share "
                + $"one loop."
        );
        var forecast = Forecast.Calibrate(sweep, workers, cancellation);
        Terminal.Tell(Text(forecast, workers));
        if (json)
        {
            Terminal.Document(
                new
                {
                    sweep = sweep.Spec.Name,
                    runs = sweep.Runs.Select(run => new { run = run.Name, cost = PlanCost.Of(run, sweep.Spec) }),
                    total = sum,
                    minutes = forecast.Total.TotalMinutes,
                }
            );
        }

        return ExitCode.Ok;
    }

    /// <summary>The forecast in a sentence.</summary>
    public static string Text(Forecast forecast, int workers) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Forecast: about {Duration(forecast.Total)} with {Terminal.Count(workers, "worker")}, from {forecast.Samples} inner loops run to their "
                + $"end: {forecast.Loops:N0} inner loops of {forecast.LoopSeconds:0.0} s."
        );

    /// <summary>In minutes, or hours where it is long.</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalMinutes < 100
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.0} minutes")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} hours");

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
