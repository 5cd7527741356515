using System.Globalization;
using Seal.Client.Display;
using Seal.Client.Sweeps.Planning;
using Seal.Core.Sweeps;
using Seal.Silo.Engines;
using Spectre.Console;

namespace Seal.Client.Sweeps;

/// <summary><c>seal run --dry-run</c>: the plan and what it costs.</summary>
internal static class DryRun
{
    /// <param name="sweep">The plan.</param>
    /// <param name="workers">Device slots, for what is measured here.</param>
    /// <param name="asked">Whether to measure, or to reckon with a stated rate.</param>
    /// <param name="json">End with a document.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public static int Print(LoadedSweep sweep, int workers, PlanQuestion asked, bool json, CancellationToken cancellation)
    {
        // Elsewhere the domain says how long a training is, and the tokens of the plan have it.
        var isCapped = EngineChoice.Domain(sweep.Runs[0].Settings.Domain).Reads.Contains("inner.max_steps");
        var table = new FittedTable(
            $"plan of {sweep.Spec.Name}",
            [
                "run",
                "phases",
                Column.Number("self-edits"),
                Column.Number("inner loops ≤"),
                .. isCapped ? [Column.Number("steps ≤")] : Array.Empty<Column>(),
                Column.Number("update steps ≤"),
            ]
        );

        foreach (var run in sweep.Runs)
        {
            var cost = PlanCost.Of(run, sweep.Spec);
            table.AddRow([
                Markup.Escape(run.Name),
                string.Join(' ', run.Phases.Select(phase => phase.Phase)),
                Number(cost.Proposals),
                Number(cost.InnerLoops + cost.EvaluationLoops),
                .. isCapped ? [Number(cost.MaxSteps)] : Array.Empty<string>(),
                Number(cost.UpdateSteps),
            ]);
        }

        Terminal.Tell(table);
        var sum = PlanCost.Of(sweep.Spec);
        var steps = isCapped ? $" and {Number(sum.MaxSteps)} steps" : "";
        Terminal.Tell($"In all at most {Number(sum.InnerLoops + sum.EvaluationLoops)} inner loops{steps}; equal self-edits share one loop.");
        var work = Count(sweep, asked, cancellation);
        if (work is not null)
        {
            WorkView.Print(work, asked.Tflops);
        }

        var forecast = asked.Tflops is null ? Forecast.Calibrate(sweep, workers, cancellation) : null;
        if (forecast is not null)
        {
            Terminal.Tell(Text(forecast, workers));
        }

        if (json)
        {
            Terminal.Document(
                new
                {
                    sweep = sweep.Spec.Name,
                    runs = sweep.Runs.Select(run => new { run = run.Name, cost = PlanCost.Of(run, sweep.Spec) }),
                    total = sum,
                    minutes = forecast?.Total.TotalMinutes ?? work!.Flops / (asked.Tflops!.Value * WorkView.Tera) / 60,
                    work = work is null ? null : WorkView.Document(work, asked.Tflops),
                }
            );
        }

        return ExitCode.Ok;
    }

    /// <summary>A domain of a plug-in may not bear a model that answers nothing: its plan is measured all the same.</summary>
    private static PlanWork? Count(LoadedSweep sweep, PlanQuestion asked, CancellationToken cancellation)
    {
        try
        {
            return sweep.ModelFolder is null && asked.Tflops is null ? null : PlanWork.Of(sweep, asked.EditTokens, cancellation);
        }
        catch (Exception wrong) when (asked.Tflops is null && wrong is not OperationCanceledException)
        {
            Terminal.Say($"Tokens are not counted: {wrong.Message}");
            return null;
        }
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
