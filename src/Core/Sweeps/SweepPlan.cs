using Seal.Core.Sweeps.Reading;

namespace Seal.Core.Sweeps;

/// <summary>One run: a cell of the grid, under one arm and one outer seed.</summary>
/// <param name="Name"><c>cell-arm-s1</c>, store-safe and unique in the sweep; does not change when the sweep is extended.</param>
public sealed record RunPlan(string Name, CellSpec Cell, ArmSpec Arm, long Seed, RunSettings Settings)
{
    public IReadOnlyList<RunPhase> Phases => RunPhase.Of(Settings, Arm);
}

/// <summary>A sweep unfolded into its runs.</summary>
public static class SweepPlan
{
    /// <summary>All runs: by cell, then arm, then seed, each in the order of the file.</summary>
    public static IReadOnlyList<RunPlan> Expand(SweepSpec spec)
    {
        var runs = new List<RunPlan>();
        foreach (var cell in spec.Cells)
        {
            foreach (var arm in spec.Arms)
            {
                var settings = SettingKeys.With(cell.Settings, arm.Set);
                var seeds = SeedsOf(spec, arm);
                runs.AddRange(seeds.Select(seed => new RunPlan(
                    StoreName.Shorten($"{cell.Name}-{arm.Name}-s{seed}"), cell, arm, seed, seed == seeds[0] ? settings : settings with { Evaluate = settings.Evaluate with { Show = false } })));
            }
        }

        // cell "a" with arm "b-c" and cell "a-b" with arm "c" would share a name.
        var names = Unique.Names([.. runs.Select(run => run.Name)], i => $"{runs[i].Cell.Name}\n{runs[i].Arm.Name}\n{runs[i].Seed}");
        return [.. runs.Select((run, i) => run with { Name = names[i] })];
    }

    /// <summary>The outer seeds of an arm. The reward table does not depend on them: it is made once.</summary>
    public static IReadOnlyList<long> SeedsOf(SweepSpec spec, ArmSpec arm) =>
        arm.Proposer == Proposers.TableProposer.Name ? [spec.Seeds[0]] : arm.Seeds ?? spec.Seeds;

    /// <summary>Number of training tasks.</summary>
    public static int TrainTasks(SweepSpec spec) => spec.Tasks.Kind == "files" ? spec.Tasks.Train.Count : spec.Tasks.TrainCount;

    /// <summary>Number of evaluation tasks.</summary>
    public static int EvaluationTasks(SweepSpec spec) => spec.Tasks.Kind == "files" ? spec.Tasks.Evaluate.Count + spec.Tasks.EvaluateDraw : spec.Tasks.EvaluateCount;
}
