using System.Globalization;
using Seal.Core.Files;
using Seal.Core.Json;
using Seal.Models.Pretraining;

namespace Seal.Client.BaseModels;

/// <summary>
/// Pretraining for a time instead of a number of steps: three quarters of it at the full learning rate, as many steps as that gives, then a third as
/// many again while the rate falls. Where the fall begins is written down, so that an interrupted run goes on towards the same end.
/// </summary>
internal static class TimedPretraining
{
    /// <summary>The run reports every ten steps: it may have done up to nine more.</summary>
    private const int Unreported = 10;
    private const string PlanFile = "plan.json";
    private static readonly TimeSpan ShortestLevel = TimeSpan.FromSeconds(5);

    /// <summary>The settled end of the run, training up to where it can be settled.</summary>
    /// <param name="options">Options whose steps are not known yet.</param>
    /// <param name="time">Time for the whole run, over all its starts.</param>
    /// <param name="train">Trains with the given options; ends with <see cref="OperationCanceledException"/> once the token says so.</param>
    public static PretrainOptions Settle(
        PretrainOptions options,
        TimeSpan time,
        Action<PretrainOptions, IProgress<PretrainProgress>, CancellationToken> train,
        CancellationToken cancellation
    )
    {
        var path = Path.Combine(options.Work, PlanFile);
        if (File.Exists(path))
        {
            return Apply(options, SealJson.Parse<Plan>(UserFile.ReadAllBytes(path)));
        }

        var left = (0.75 * time) - TimeSpan.FromSeconds(Logged(options.Work, 2) ?? 0);
        using var level = new CancellationTokenSource(left > ShortestLevel ? left : ShortestLevel);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(level.Token, cancellation);
        var reached = new Reached();
        try
        {
            train(options with { Steps = Display.PretrainLines.Endless, DecaySteps = 0 }, reached, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The level part is over; its checkpoint is written.
        }

        var steps = Math.Max(reached.Step, Logged(options.Work, 0) is { } step ? (int)step : 0) + Unreported;
        var plan = new Plan(Math.Max(steps, options.WarmupSteps), Math.Max(1, steps / 3));
        AtomicWrite(path, SealJson.ToBytes(plan));
        return Apply(options, plan);
    }

    private static PretrainOptions Apply(PretrainOptions options, Plan plan) =>
        options with
        {
            Steps = plan.LevelSteps + plan.DecaySteps,
            DecaySteps = plan.DecaySteps,
        };

    /// <summary>A number of the last line of the run's own table: what it had done at its last report.</summary>
    private static double? Logged(string work, int column)
    {
        var log = Path.Combine(work, "log.tsv");
        var last = File.Exists(log) ? File.ReadLines(log).LastOrDefault()?.Split('\t') : null;
        return last?.Length > column && double.TryParse(last[column], CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    private static void AtomicWrite(string path, byte[] bytes)
    {
        File.WriteAllBytes(path + ".new", bytes);
        File.Move(path + ".new", path, overwrite: true);
    }

    private sealed record Plan(int LevelSteps, int DecaySteps);

    private sealed class Reached : IProgress<PretrainProgress>
    {
        public int Step { get; private set; }

        public void Report(PretrainProgress value) => Step = value.Step;
    }
}
