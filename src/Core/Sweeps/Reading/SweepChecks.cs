using Seal.Core.Candidates;
using Seal.Core.Proposers;
using Seal.Core.Tables;

namespace Seal.Core.Sweeps.Reading;

/// <summary>What no key alone can tell: whether the parts of a sweep go together.</summary>
internal static class SweepChecks
{
    public static void Check(SweepSpec spec, TomlTable root, SweepErrors errors)
    {
        var tasks = root.Find("tasks")?.Value.Origin;
        var files = spec.Tasks.Kind == "files";
        RunPhase[] phases = [.. spec.Arms.SelectMany(arm => spec.Cells.SelectMany(cell => RunPhase.Of(cell.Settings, arm)))];
        if (phases.Any(phase => phase.Trains) && SweepPlan.TrainTasks(spec) == 0)
        {
            var key = files ? "tasks.train" : "tasks.train_count";
            errors.Add(tasks, key, $"there are no training tasks, but update.rounds > 0 trains a policy; add {(files ? "ids" : "a count")}, or set update.rounds = 0.");
        }

        if (phases.Any(phase => !phase.Trains) && SweepPlan.EvaluationTasks(spec) == 0)
        {
            var key = files ? "tasks.evaluate" : "tasks.evaluate_count";
            errors.Add(tasks, key, $"there are no evaluation tasks; add {(files ? "ids" : "a count")}, or set evaluate.when = \"never\".");
        }

        CheckVotes(spec, root, errors);
        CheckTable(spec, root, errors);
        foreach (var arm in spec.Arms)
        {
            CheckSeedsAndTable(arm, spec, root, errors);
            if (arm.Proposer != TableProposer.Name && spec.Cells.Any(cell => RunPhase.Of(cell.Settings, arm).Count == 0))
            {
                errors.Add(Arm(root, arm.Name), "arms", $"arm \"{arm.Name}\" has nothing to do: it does not train and evaluate.when is \"never\"; evaluate, or remove the arm.");
            }

            if (files && arm.Edits is { } edits && !edits.ContainsKey("*"))
            {
                var without = spec.Tasks.Evaluate.Where(id => !edits.ContainsKey(id)).ToArray();
                if (without.Length > 0)
                {
                    errors.Add(Arm(root, arm.Name), "arms.file", $"has no self-edits for {string.Join(", ", without.Take(5))}{(without.Length > 5 ? " …" : "")}; add them, or the key \"*\" for all others.");
                }
            }
        }
    }

    /// <summary>A cell has one reward table, and its looked-up rows are arms by their names.</summary>
    private static void CheckTable(SweepSpec spec, TomlTable root, SweepErrors errors)
    {
        var tables = spec.Arms.Where(arm => arm.Proposer == TableProposer.Name).ToArray();
        if (tables.Length > 1)
        {
            errors.Add(Arm(root, tables[1].Name), "arms", $"arm \"{tables[1].Name}\" would make a second reward table beside \"{tables[0].Name}\"; remove one.");
        }

        foreach (var arm in spec.Arms.Where(arm => tables.Length > 0 && LookUpArms.IsReserved(arm.Name)))
        {
            errors.Add(Arm(root, arm.Name), "arms.name", $"\"{arm.Name}\" is what a row is called that is looked up in the reward table; expected another name, e.g. \"{arm.Name}-arm\".");
        }
    }

    private static void CheckVotes(SweepSpec spec, TomlTable root, SweepErrors errors)
    {
        foreach (var arm in spec.Arms)
        {
            var settings = spec.Cells.Select(cell => (Cell: cell.Settings, Arm: SettingKeys.With(cell.Settings, arm.Set))).ToArray();
            if (settings.FirstOrDefault(pair => pair.Arm is { Evaluate.Views: 0 } && pair.Arm.VotesInTraining()).Arm is { } wrong)
            {
                var key = Scores.NeedsVotes(wrong.Evaluate.Score) ? $"evaluate.score: \"{wrong.Evaluate.Score}\"" : $"reward.source: \"{wrong.Reward.Source}\"";
                errors.Add(Arm(root, arm.Name) ?? root.Find("evaluate")?.Value.Origin, "evaluate.views", $"is 0, but {key} is a vote over views; expected 1 or more, e.g. evaluate.views = 8.");
                return;
            }

            if (arm.Proposer == "policy" && settings.Any(pair => pair.Arm is { Evaluate: { Cross: true, When: not ("ends" or "every") } }))
            {
                errors.Add(Arm(root, arm.Name) ?? root.Find("evaluate")?.Value.Origin, "evaluate.cross", "needs evaluations before and after training; expected evaluate.when = \"ends\" or \"every\".");
            }

            if (settings.Any(pair => pair.Arm.Evaluate.Score != pair.Cell.Evaluate.Score))
            {
                errors.Add(Arm(root, arm.Name), "arms.set.evaluate.score", $"arm \"{arm.Name}\" would be judged by another score than its table; set evaluate.score for all arms.");
            }
        }
    }

    private static void CheckSeedsAndTable(ArmSpec arm, SweepSpec spec, TomlTable root, SweepErrors errors)
    {
        var strangers = (arm.Seeds ?? []).Except(spec.Seeds).ToArray();
        if (arm.Seeds is { Count: 0 } || strangers.Length > 0)
        {
            errors.Add(Arm(root, arm.Name), "arms.seeds", $"arm \"{arm.Name}\" {(strangers.Length > 0 ? $"names {string.Join(", ", strangers)}, which the sweep's seeds do not have" : "has no seeds")}; expected some of the sweep's.");
        }

        if (arm.Proposer == TableProposer.Name && spec.Cells.Any(cell => cell.Settings.Inner is { Seeds: 0 } or { Base: not "frozen" }))
        {
            errors.Add(
                Arm(root, arm.Name), "arms", $"arm \"{arm.Name}\" makes the reward table, which all arms look up; expected inner.base = \"frozen\" and inner.seeds of 1 or more, e.g. inner.seeds = 2.");
        }
    }

    private static Origin? Arm(TomlTable root, string name) =>
        (root.Find("arms")?.Value as TomlArray)?.Items.OfType<TomlTable>().FirstOrDefault(arm => (arm.Find("name")?.Value as TomlScalar)?.Text == name)?.Origin;
}
