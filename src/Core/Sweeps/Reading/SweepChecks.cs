using Seal.Core.Candidates;
using Seal.Core.Catalogs;
using Seal.Core.Gates;
using Seal.Core.Rewards;
using Seal.Core.Runs;
using Seal.Core.Tables;
using Seal.Core.Updates;

namespace Seal.Core.Sweeps.Reading;

/// <summary>What no key alone can tell: whether the parts of a sweep go together. Looks at runs: what an arm sets for itself counts.</summary>
internal static class SweepChecks
{
    private const string Rounds = "update.rounds";

    public static void Check(SweepSpec spec, IReadOnlyList<GridCell> cells, TomlTable root, SweepErrors errors)
    {
        if (!CheckMethods(spec, root, errors))
        {
            // What follows walks the phases.
            return;
        }

        CheckTasks(spec, root, errors);
        CheckTable(spec, root, errors);
        foreach (var arm in spec.Arms)
        {
            RunPlan[] runs = [.. spec.Runs.Where(run => run.Arm == arm)];
            CheckVotes(arm, runs, root, errors);
            CheckRule(arm, runs, root, errors);
            CheckScore(arm, runs, cells, root, errors);
            CheckGate(arm, runs, spec, root, errors);
            CheckSeedsAndTable(arm, runs, spec, root, errors);
            if (!arm.Source.IsTable && runs.Any(run => run.Phases.Count == 0))
            {
                errors.Add(
                    Arm(root, arm.Name),
                    "arms",
                    $"arm \"{arm.Name}\" has nothing to do: it does not train and evaluate.when is \"never\"; evaluate, or remove the arm."
                );
            }
        }
    }

    /// <summary>Every method keeps the laws of methods under these settings.</summary>
    private static bool CheckMethods(SweepSpec spec, TomlTable root, SweepErrors errors)
    {
        foreach (var run in spec.Runs.DistinctBy(run => (run.Arm, run.Cell)))
        {
            try
            {
                _ = run.Phases;
            }
            catch (Exception broken) when (broken is InvalidOperationException or InvalidDataException)
            {
                errors.Add(Arm(root, run.Arm.Name), "arms.method", $"arm \"{run.Arm.Name}\" breaks a law of methods: {broken.Message}");
            }
        }

        return !errors.Any;
    }

    private static void CheckTasks(SweepSpec spec, TomlTable root, SweepErrors errors)
    {
        var tasks = root.Find("tasks")?.Value.Origin;
        var files = spec.Tasks.Kind == "files";
        if (SweepPlan.TrainTasks(spec) == 0 && spec.Runs.FirstOrDefault(run => run.Phases.Any(phase => phase.Trains)) is { } trains)
        {
            // Where the arm alone asks for rounds, the arm is where to look.
            var (own, key) = (trains.Arm.Set?.ContainsKey(Rounds) == true, files ? "tasks.train" : "tasks.train_count");
            errors.Add(
                own ? Arm(root, trains.Arm.Name) : tasks,
                own ? $"arms.set.{Rounds}" : key,
                own
                    ? $"arm \"{trains.Arm.Name}\" has rounds, but there are no training tasks; add {(files ? "ids" : "a count")} as {key}, or "
                        + $"set {Rounds} = 0."
                    : $"there are no training tasks, but {Rounds} > 0 asks for rounds; add {(files ? "ids" : "a count")}, or set {Rounds} = 0."
            );
        }

        if (SweepPlan.EvaluationTasks(spec) == 0 && spec.Runs.Any(run => run.Phases.Any(phase => phase.On == TaskSet.Evaluation)))
        {
            var key = files ? "tasks.evaluate" : "tasks.evaluate_count";
            errors.Add(tasks, key, $"there are no evaluation tasks; add {(files ? "ids" : "a count")}, or set evaluate.when = \"never\".");
        }
    }

    /// <summary>A cell has one reward table, and its looked-up rows are arms by their names.</summary>
    private static void CheckTable(SweepSpec spec, TomlTable root, SweepErrors errors)
    {
        var tables = spec.Arms.Where(arm => arm.Source.IsTable).ToArray();
        if (tables.Length > 1)
        {
            errors.Add(
                Arm(root, tables[1].Name),
                "arms",
                $"arm \"{tables[1].Name}\" would make a second reward table beside \"{tables[0].Name}\"; remove one."
            );
        }

        foreach (var arm in spec.Arms.Where(arm => tables.Length > 0 && LookUpArms.IsReserved(arm.Name)))
        {
            errors.Add(
                Arm(root, arm.Name),
                "arms.name",
                $"\"{arm.Name}\" is what a row is called that is looked up in the reward table; expected another name, e.g. \"{arm.Name}-arm\"."
            );
        }
    }

    private static void CheckVotes(ArmSpec arm, IReadOnlyList<RunPlan> runs, TomlTable root, SweepErrors errors)
    {
        var where = Arm(root, arm.Name) ?? root.Find("evaluate")?.Value.Origin;
        if (runs.FirstOrDefault(run => run.Settings.Evaluate.Views == 0 && run.Settings.VotesInTraining())?.Settings is { } wrong)
        {
            var key = Scores.NeedsVotes(wrong.Evaluate.Score)
                ? $"evaluate.score: \"{wrong.Evaluate.Score}\""
                : $"reward.source: \"{wrong.Reward.Source}\"";
            errors.Add(where, "evaluate.views", $"is 0, but {key} is a vote over views; expected 1 or more, e.g. evaluate.views = 8.");
        }

        if (RunMethods.Learns(arm) && runs.Any(run => run.Settings.Evaluate is { Cross: true, When: not (EvaluateWhen.Ends or EvaluateWhen.Every) }))
        {
            errors.Add(where, "evaluate.cross", "needs evaluations before and after training; expected evaluate.when = \"ends\" or \"every\".");
        }
    }

    /// <summary>A gate has as many cases as its rules need: else it would say nothing, and no version would ever be used.</summary>
    private static void CheckGate(ArmSpec arm, IReadOnlyList<RunPlan> runs, SweepSpec spec, TomlTable root, SweepErrors errors)
    {
        if (!RunMethods.Learns(arm))
        {
            return;
        }

        var where = root.Find("gate")?.Value.Origin ?? Arm(root, arm.Name);
        foreach (var settings in runs.Select(run => run.Settings).Distinct())
        {
            if (settings.Gate is { } gate && GateProblem(gate, settings, spec) is var (key, problem))
            {
                errors.Add(key.StartsWith("tasks.", StringComparison.Ordinal) ? root.Find("tasks")?.Value.Origin : where, key, problem);
                return;
            }
        }
    }

    private static (string Key, string Problem)? GateProblem(GateSettings gate, RunSettings settings, SweepSpec spec)
    {
        var (answers, edits) = (SweepPlan.RetentionTasks(spec), SweepPlan.TrainTasks(spec) * settings.Proposal.Candidates);
        var least = Math.Max(gate.MinCases, gate.Rules.Contains(GateRules.Retention) ? gate.LeastAnswers : 0);
        return gate.Rules.Count == 0 ? ("gate.rules", "gate.rules names no rule; expected e.g. [\"strict\"], or [\"none\"], or no [gate] at all.")
            : gate.AsksAnswers && answers < least
                ? (
                    spec.Tasks.Kind == "files" ? "tasks.retention" : "tasks.retention_count",
                    $"has {answers} tasks for the gate; with its margin, confidence and min_cases it can promote nothing with fewer than {least}, "
                        + $"and some are tasks that the base model cannot do; ask for {Math.Max(200, 2 * least)}."
                )
            : gate.Rules.Contains(GateRules.Rewards) && (SweepPlan.TrainTasks(spec) < GateRules.FewestCompared || settings.Proposal.Candidates < 2)
                ? (
                    "gate.rules",
                    $"\"{GateRules.Rewards}\" compares what was kept with what was left of a task; it needs at least {GateRules.FewestCompared} training "
                        + "tasks and proposal.candidates of 2."
                )
            : gate.Rules.Any(rule => rule is GateRules.Collapse or GateRules.Validity) && edits < gate.MinCases
                ? (
                    "gate.min_cases",
                    $"gate.min_cases is {gate.MinCases}, but training tasks × proposal.candidates are {edits} self-edits; lower it, or ask for more."
                )
            : null;
    }

    /// <summary>Rule and reward have what they need.</summary>
    private static void CheckRule(ArmSpec arm, IReadOnlyList<RunPlan> runs, TomlTable root, SweepErrors errors)
    {
        var where = Arm(root, arm.Name) ?? root.Find("update")?.Value.Origin;
        if (runs.Any(run => run.Settings.Update is { Best: not null, Rule: not BestPerTask.Word }))
        {
            errors.Add(where, "update.best", $"goes with update.rule = \"{BestPerTask.Word}\"; remove it, or change the rule.");
        }

        if (runs.Any(run => run.Settings.Update is { Rule: RewardWeighted.Word, Batch: 1 }))
        {
            errors.Add(
                where,
                "update.rule",
                $"\"{RewardWeighted.Word}\" weighs self-edits against the others of their step, but update.batch = 1 has no others; raise it."
            );
        }

        if (runs.FirstOrDefault(run => run.Settings is { Inner.Seeds: > 0 and var seeds, Reward.Trials: { } trials } && trials > seeds) is { } few)
        {
            errors.Add(
                Arm(root, arm.Name) ?? root.Find("reward")?.Value.Origin,
                "reward.trials",
                $"{few.Settings.Reward.Trials} trials of a self-edit need as many inner seeds, but inner.seeds = {few.Settings.Inner.Seeds}; "
                    + "raise it, or set it to 0 for seeds of their own."
            );
        }

        if (runs.Any(run => Catalog.Current.Reward(run.Settings.Reward.Source).NeedsDemonstrations && !run.Settings.Evaluate.Demonstrations))
        {
            var source = runs.First(run => Catalog.Current.Reward(run.Settings.Reward.Source).NeedsDemonstrations).Settings.Reward.Source;
            errors.Add(
                Arm(root, arm.Name) ?? root.Find("reward")?.Value.Origin,
                "reward.source",
                $"\"{source}\" is observed on the demonstrations; set evaluate.demonstrations = true."
            );
        }
    }

    /// <summary>The rows of a cell are judged by one score.</summary>
    private static void CheckScore(ArmSpec arm, IReadOnlyList<RunPlan> runs, IReadOnlyList<GridCell> cells, TomlTable root, SweepErrors errors)
    {
        if (runs.Any(run => cells.First(cell => cell.Cell == run.Cell).Settings.Evaluate.Score != run.Settings.Evaluate.Score))
        {
            errors.Add(
                Arm(root, arm.Name),
                "arms.set.evaluate.score",
                $"arm \"{arm.Name}\" would be judged by another score than its table; set evaluate.score for all arms."
            );
        }

        // A domain that is not known here is refused elsewhere.
        if (
            runs is [{ Settings: var settings }, ..]
            && Catalog.Current.Domains.FirstOrDefault(domain => domain.Id == settings.Domain) is { } known
            && !known.Scores.Contains(settings.Evaluate.Score ?? Scores.Exact)
        )
        {
            errors.Add(
                root.Find("evaluate")?.Value.Origin ?? Arm(root, arm.Name),
                "evaluate.score",
                $"the domain \"{known.Id}\" has no score \"{settings.Evaluate.Score}\"; expected one of {string.Join(", ", known.Scores)}."
            );
        }
    }

    private static void CheckSeedsAndTable(ArmSpec arm, IReadOnlyList<RunPlan> runs, SweepSpec spec, TomlTable root, SweepErrors errors)
    {
        var strangers = (arm.Seeds ?? []).Except(spec.Seeds).ToArray();
        if (arm.Seeds is { Count: 0 } || strangers.Length > 0)
        {
            errors.Add(
                Arm(root, arm.Name),
                "arms.seeds",
                $"arm \"{arm.Name}\" "
                    + $"{(strangers.Length > 0 ? $"names {string.Join(", ", strangers)}, which the sweep's seeds do not have" : "has no seeds")}; "
                    + $"expected some of the sweep's."
            );
        }

        if (arm.Source.IsTable && runs.Any(run => run.Settings.Inner is { Seeds: 0 } or { IsFrozen: false }))
        {
            errors.Add(
                Arm(root, arm.Name),
                "arms",
                $"arm \"{arm.Name}\" makes the reward table, which all arms look up; expected inner.base = \"frozen\" and inner.seeds of 1 or more, "
                    + $"e.g. inner.seeds = 2."
            );
        }
    }

    private static Origin? Arm(TomlTable root, string name) =>
        (root.Find("arms")?.Value as TomlArray)
            ?.Items.OfType<TomlTable>()
            .FirstOrDefault(arm => (arm.Find("name")?.Value as TomlScalar)?.Text == name)
            ?.Origin;
}
