using Seal.Core.Runs;
using Seal.Core.Sweeps.Reading;

namespace Seal.Core.Sweeps;

/// <summary>One run: a cell of the grid, under one arm and one outer seed.</summary>
/// <param name="Name"><c>cell-arm-s1</c>, store-safe and unique in the sweep; does not change when the sweep is extended.</param>
/// <param name="Cell">The cell's name and values.</param>
/// <param name="Arm">Where its self-edits come from.</param>
/// <param name="Seed">The outer seed.</param>
/// <param name="Settings">What the run runs with: the cell's settings with the arm's own in their place.</param>
public sealed record RunPlan(string Name, CellSpec Cell, ArmSpec Arm, long Seed, RunSettings Settings)
{
    /// <summary>What it asks for, phase by phase.</summary>
    public IReadOnlyList<RunTasks> Phases => RunScript.Of(Settings, Arm).Phases();

    /// <summary>Whether its policy is trained.</summary>
    public bool Learns => RunMethods.Learns(Arm) && Settings.Update.Rounds > 0;

    /// <summary>Cell and arm, for messages about settings: all outer seeds have the same.</summary>
    public string Place => Cell.Values.Count > 0 ? $"cell {Cell.Name}, arm {Arm.Name}" : $"arm {Arm.Name}";
}

/// <summary>A sweep unfolded into its runs.</summary>
public static class SweepPlan
{
    /// <summary>All runs: by cell, then arm, then seed, each in the order of the file. The one place where an arm's own settings take the place of
    /// the cell's.</summary>
    internal static IReadOnlyList<RunPlan> Expand(IReadOnlyList<GridCell> cells, IReadOnlyList<ReadArm> arms, IReadOnlyList<long> seeds)
    {
        var runs = new List<RunPlan>();
        foreach (var (cell, shared) in cells)
        {
            foreach (var (arm, own) in arms)
            {
                var settings = own(shared);
                var ofArm = SeedsOf(seeds, arm);
                runs.AddRange(
                    ofArm.Select(seed => new RunPlan(
                        Name(cell, arm, seed),
                        cell,
                        arm,
                        seed,
                        seed == ofArm[0] ? settings : settings with { Evaluate = settings.Evaluate with { Show = false } }
                    ))
                );
            }
        }

        return Named(runs);
    }

    /// <summary>The runs under names that differ: cell "a" with arm "b-c" and cell "a-b" with arm "c" would share one.</summary>
    internal static IReadOnlyList<RunPlan> Named(IReadOnlyList<RunPlan> unnamed)
    {
        RunPlan[] runs = [.. unnamed.Select(run => run with { Name = Name(run.Cell, run.Arm, run.Seed) })];
        var names = Unique.Names([.. runs.Select(run => run.Name)], i => $"{runs[i].Cell.Name}\n{runs[i].Arm.Name}\n{runs[i].Seed}");
        return [.. runs.Select((run, i) => run with { Name = names[i] })];
    }

    /// <summary>Number of tasks of a phase; a check may leave some out.</summary>
    public static long Tasks(SweepSpec spec, RunTasks phase) =>
        phase.On switch
        {
            TaskSet.None => 0,
            TaskSet.Training => TrainTasks(spec),
            TaskSet.Evaluation => EvaluationTasks(spec),
            _ => RetentionTasks(spec),
        };

    /// <summary>Number of tasks for the gate.</summary>
    public static int RetentionTasks(SweepSpec spec) => spec.Tasks.Kind == "files" ? spec.Tasks.Retention.Count : spec.Tasks.RetentionCount;

    /// <summary>Number of training tasks.</summary>
    public static int TrainTasks(SweepSpec spec) =>
        spec.Tasks.Kind == "files" ? spec.Tasks.Train.Count + spec.Tasks.TrainCount : spec.Tasks.TrainCount;

    /// <summary>Number of evaluation tasks.</summary>
    public static int EvaluationTasks(SweepSpec spec) =>
        spec.Tasks.Kind == "files"
            ? spec.Tasks.Evaluate.Count + spec.Tasks.EvaluateDraw + spec.Tasks.EvaluateCount
            : spec.Tasks.EvaluateCount + spec.Tasks.FreshCount;

    private static string Name(CellSpec cell, ArmSpec arm, long seed) => StoreName.Shorten($"{cell.Name}-{arm.Name}-s{seed}");

    /// <summary>The outer seeds of an arm. The reward table does not depend on them: it is made once.</summary>
    private static IReadOnlyList<long> SeedsOf(IReadOnlyList<long> seeds, ArmSpec arm) => arm.Source.IsTable ? [seeds[0]] : arm.Seeds ?? seeds;
}
