using Seal.Core.Catalogs;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>A run's method with its settings: what the run does, from its first step to its last.</summary>
public sealed class RunScript
{
    // A guard against a method that never ends: no sweep has so many rounds.
    private const int MostSteps = 100_000;

    private readonly IRunMethod _method;
    private readonly RunSettings _settings;
    private readonly bool _learns;

    /// <param name="method">The method, with what is done around it.</param>
    /// <param name="settings">The run's.</param>
    /// <param name="learns">Whether it may train the policy.</param>
    public RunScript(IRunMethod method, RunSettings settings, bool learns = true) => (_method, _settings, _learns) = (method, settings, learns);

    /// <param name="settings">The run's.</param>
    /// <param name="arm">Where its self-edits come from, and how it learns.</param>
    /// <exception cref="SweepException">The arm names what there is not.</exception>
    public static RunScript Of(RunSettings settings, ArmSpec arm) => new(RunMethods.Of(arm), settings, RunMethods.Learns(arm));

    /// <inheritdoc cref="Of(RunSettings, ArmSpec)"/>
    public static RunScript Of(RunContext run) => Of(run.Settings, run.Arm);

    /// <summary>What comes after a history.</summary>
    /// <exception cref="InvalidDataException">The method failed, which it would do again.</exception>
    public Decision Next(RunHistory history) => Guarded.Call("method of the run", () => _method.Next(history, _settings));

    /// <summary>The tasks that are still to be run after a history, were every step carried out.</summary>
    /// <param name="history">Null for none.</param>
    /// <exception cref="InvalidOperationException">The method breaks a law of <see cref="IRunMethod"/>, or does not come to an end.</exception>
    public IReadOnlyList<RunTasks> Phases(RunHistory? history = null)
    {
        var phases = new List<RunTasks>();
        for (var done = history ?? RunHistory.Empty; ; )
        {
            var decision = Next(done);
            if (decision.Step is not { } step)
            {
                return phases;
            }

            if (decision is TrainPolicy { Rule: { } rule } && (!_learns || rule != _settings.Update.Rule))
            {
                throw new InvalidOperationException(
                    _learns
                        ? $"{step.Phase} is learned from by the rule \"{rule}\"; expected update.rule, \"{_settings.Update.Rule}\", or none."
                        : $"{step.Phase} is learned from, but the method says that it trains nothing."
                );
            }

            if (decision is RunTasks tasks)
            {
                if (done.Has(tasks.Phase))
                {
                    throw new InvalidOperationException($"{tasks.Phase} is decided on twice.");
                }

                phases.Add(tasks);
                var learns = Next(done.With(step)) is TrainPolicy update && update.Round == tasks.Phase;
                if (learns != tasks.Phase.IsRound)
                {
                    throw new InvalidOperationException($"{tasks.Phase}: a round is what the policy learns from next, and nothing else is.");
                }
            }

            done = done.With(step);
            if (done.Count > MostSteps)
            {
                throw new InvalidOperationException($"The method has not ended after {MostSteps} steps; the latest is {step}.");
            }
        }
    }

    /// <summary>
    /// How many steps of a history this script would have taken itself, from the first on: each of them is what it decides after those before it.
    /// That is what a run keeps when its settings change.
    /// </summary>
    /// <param name="steps">What was done, oldest first.</param>
    public int Kept(IEnumerable<RunStep> steps)
    {
        var history = RunHistory.Empty;
        foreach (var step in steps)
        {
            if (!step.Is(Next(history).Step))
            {
                break;
            }

            history = history.With(step);
        }

        return history.Count;
    }
}
