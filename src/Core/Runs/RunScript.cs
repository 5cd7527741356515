using Seal.Core.Jobs;
using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>A run's method with its settings: what the run does, from its first step to its last.</summary>
public sealed class RunScript
{
    // No sweep has so many rounds; a method that decides on and on would else never be seen to.
    private const int MostSteps = 100_000;

    private readonly IRunMethod _method;
    private readonly RunSettings _settings;

    private RunScript(IRunMethod method, RunSettings settings) => (_method, _settings) = (method, settings);

    /// <param name="settings">The run's.</param>
    /// <param name="arm">Where its self-edits come from, and how it learns.</param>
    /// <exception cref="SweepException">The arm names what there is not.</exception>
    public static RunScript Of(RunSettings settings, ArmSpec arm) => new(RunMethods.Of(arm), settings);

    /// <inheritdoc cref="Of(RunSettings, ArmSpec)"/>
    public static RunScript Of(RunContext run) => Of(run.Settings, run.Arm);

    /// <summary>What comes after a history.</summary>
    public Decision Next(RunHistory history) => _method.Next(history, _settings);

    /// <summary>The tasks that are still to be run after a history, were every step carried out.</summary>
    /// <param name="history">Null for none.</param>
    /// <exception cref="InvalidOperationException">The method does not come to an end.</exception>
    public IReadOnlyList<RunTasks> Phases(RunHistory? history = null)
    {
        var phases = new List<RunTasks>();
        var steps = (history ?? RunHistory.Empty).Steps.ToList();
        while (Next(new RunHistory(steps)) is { Step: { } step } decision)
        {
            if (decision is RunTasks tasks)
            {
                phases.Add(tasks);
            }

            steps.Add(step);
            if (steps.Count > MostSteps)
            {
                throw new InvalidOperationException($"The method has not ended after {MostSteps} steps; the latest is {step}.");
            }
        }

        return phases;
    }

    /// <summary>
    /// How many steps of a history this script would have taken itself, from the first on. That is what a run keeps when its settings change: for
    /// each of these steps the decision after all before it is that very step.
    /// </summary>
    /// <param name="steps">What was done, oldest first.</param>
    public int Kept(IReadOnlyList<RunStep> steps)
    {
        var kept = 0;
        while (kept < steps.Count && Next(new RunHistory([.. steps.Take(kept)])).Step == steps[kept])
        {
            kept++;
        }

        return kept;
    }
}
