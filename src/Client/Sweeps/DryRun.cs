using System.Globalization;
using Seal.Core.Sweeps;
using Spectre.Console;

namespace Seal.Client.Sweeps;

/// <summary><c>seal run --dry-run</c>: the plan and what it costs.</summary>
internal static class DryRun
{
    public static int Print(LoadedSweep sweep, int workers, bool json, CancellationToken cancellation)
    {
        var table = new Table().Border(TableBorder.Rounded).Title($"plan of {sweep.Spec.Name}");
        foreach (var column in new[] { "run", "phases", "self-edits", "inner loops ≤", "steps ≤", "update steps ≤" })
        {
            table.AddColumn(column, options => options.Alignment(column is "run" or "phases" ? Justify.Left : Justify.Right));
        }

        foreach (var run in sweep.Runs)
        {
            var cost = PlanCost.Of(run, sweep.Spec);
            table.AddRow(
                Markup.Escape(run.Name),
                string.Join(' ', run.Phases.Select(phase => phase.Name)),
                Number(cost.Proposals),
                Number(cost.InnerLoops + cost.EvaluationLoops),
                Number(cost.MaxSteps),
                Number(cost.UpdateSteps));
        }

        Terminal.Human.Write(table);
        var sum = PlanCost.Of(sweep.Spec);
        Terminal.Say($"In all at most {Number(sum.InnerLoops + sum.EvaluationLoops)} inner loops and {Number(sum.MaxSteps)} steps; equal self-edits share one loop.");
        var forecast = Forecast.Calibrate(sweep, workers, cancellation);
        Terminal.Say($"Calibrated on {forecast.Samples} tasks with {workers} workers: about {forecast.Total.TotalMinutes.ToString("0.0", CultureInfo.InvariantCulture)} minutes "
            + $"({forecast.StepSeconds.ToString("0.000", CultureInfo.InvariantCulture)} s a step, {forecast.StepsPerLoop.ToString("0", CultureInfo.InvariantCulture)} steps a loop, {forecast.JudgeSeconds.ToString("0.00", CultureInfo.InvariantCulture)} s to judge).");
        if (json)
        {
            Terminal.Document(new
            {
                sweep = sweep.Spec.Name,
                runs = sweep.Runs.Select(run => new { run = run.Name, cost = PlanCost.Of(run, sweep.Spec) }),
                total = sum,
                minutes = forecast.Total.TotalMinutes,
            });
        }

        return ExitCode.Ok;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
