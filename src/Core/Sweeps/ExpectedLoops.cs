using Seal.Core.Runs;
using Seal.Core.Updates;

namespace Seal.Core.Sweeps;

/// <summary>
/// How many inner loops a plan will probably train, where <see cref="PlanCost"/> says how many at most: equal self-edits of a task share a trial,
/// and what is tried on the base model is looked up where there is a reward table. Self-edits are taken as evenly drawn; a policy that has learned
/// repeats itself more.
/// </summary>
public static class ExpectedLoops
{
    /// <param name="spec">The sweep.</param>
    /// <param name="space">How many self-edits there are.</param>
    /// <param name="solved">Share of self-edits that solve their task: those are kept, and tried again where the sweep asks for it.</param>
    public static double Of(SweepSpec spec, TrialSpace space, double solved) => ByRun(spec, space, _ => solved).Values.Sum();

    /// <summary>The loops by the name of the run that trains them; what runs share stands under the first of them.</summary>
    /// <inheritdoc cref="Of"/>
    public static IReadOnlyDictionary<string, double> ByRun(SweepSpec spec, TrialSpace space, Func<RunPlan, double> solved)
    {
        var loops = spec.Runs.ToDictionary(run => run.Name, _ => 0.0, StringComparer.Ordinal);
        var shared = new Dictionary<(string Trial, bool Trains, long Seed), (RunPlan First, RunTasks Phase, double Draws)>();
        foreach (var run in spec.Runs)
        {
            foreach (var phase in run.Phases)
            {
                var (tasks, draws) = (SweepPlan.Tasks(spec, phase), Draws(run, phase));
                switch (space.Source(run, phase, spec))
                {
                    case TrialSource.Own when run.Arm.Source.IsTable:
                        loops[run.Name] += tasks * space.TableEdits(run);
                        break;
                    case TrialSource.Own when phase.Phase.IsShow:
                        loops[run.Name] += tasks;
                        break;
                    case TrialSource.Own:
                        loops[run.Name] +=
                            phase.Trials
                            * tasks
                            * Distinct(draws, space.Edits(run.Settings))
                            * (phase.Phase.Kind == PhaseKind.TrainAgain ? UpdateFilter.LikelyKept(run.Settings, solved(run)) : 1);
                        break;
                    case TrialSource.Base:
                        var key = ($"{space.Identity(run.Settings, phase.Judging)} × {phase.Trials}", phase.Trains, run.Seed);
                        shared[key] = shared.TryGetValue(key, out var known) ? known with { Draws = known.Draws + draws } : (run, phase, draws);
                        break;
                    default:
                        break;
                }
            }
        }

        foreach (var (first, phase, draws) in shared.Values)
        {
            loops[first.Name] += phase.Trials * SweepPlan.Tasks(spec, phase) * Distinct(draws, space.Edits(first.Settings));
        }

        return loops;
    }

    /// <summary>Different ones among so many even draws.</summary>
    /// <param name="draws">Draws.</param>
    /// <param name="of">What there is to draw from; null where it is not known.</param>
    public static double Distinct(double draws, long? of) =>
        of is not { } all ? draws
        : all <= 0 ? 0
        : all * (1 - Math.Pow(1 - (1.0 / all), draws));

    /// <summary>Even draws per task. A constant is one of them however often it is proposed.</summary>
    private static double Draws(RunPlan run, RunTasks phase) => run.Arm.Source.Most(run.Arm, phase.Candidates).Different;
}
