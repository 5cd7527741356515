using System.CommandLine;
using System.Globalization;
using Seal.Arc.Generators;
using Seal.Arc.SelfEdits;
using Seal.Client.Gates;
using Seal.Client.Sweeps;
using Seal.Core.Candidates;
using Seal.Core.Sweeps;

namespace Seal.Client.Commands;

/// <summary><c>seal gate</c>: is there anything for a policy to learn?</summary>
internal static class GateCommand
{
    /// <summary>Least gain of choosing per task over the best constant, in points, for which learning to choose is worth while.</summary>
    private const double LeastGap = 20;

    /// <summary>A gate tries the schema's self-edits with the sweep's settings; what an arm sets for itself is for that arm alone.</summary>
    private static readonly ArmSpec EveryEdit = new("gate", "grid");

    private const string Help = """
        Tries every self-edit of the sweep's schema on every training task, with the sweep's inner loop from its base model, and compares
        the best edit of each task with the one edit that is best for all. Where the two are close, a policy has nothing to learn: one
        constant does it. The best of many noisy trials is partly luck, so with two inner seeds (the default) or more what is chosen under
        some is also measured under another, and on a task that had no say in it, and that gap is the one that counts: the larger of
        choosing per task and choosing per kind of task, by the sweep's score. A table of trials (--out) is gone on from after Ctrl-C or a
        kill. Evaluation tasks are left alone unless --evaluation asks for them.
        Exit codes: 0 the gap is at least 20 points; 2 the sweep cannot be used; 3 it is smaller, or one inner seed tells nothing; 4 --out
        has trials of other settings; 130 interrupted.

        Examples:
          seal gate sweeps/gate.toml --out gate.tsv
          seal gate sweeps/gate.toml --with '"max_steps":96' --with '"delta":"full"' --out four.tsv
        """;

    public static Command Create()
    {
        var sweep = new Argument<string>("sweep") { Description = "A sweep file: its tasks, model, schema and inner loop (first cell)." };
        var with = new Option<string[]>("--with")
        {
            Description = "Try only self-edits whose text has this in it. May be repeated: all must be.",
            HelpName = "text",
            DefaultValueFactory = _ => [],
        };
        var draw = new Option<int>("--draw")
        {
            Description = "Try so many self-edits, drawn evenly from the schema's, instead of all.",
            HelpName = "n",
            DefaultValueFactory = _ => 0,
        }.InRange(0, 100_000);
        var seeds = new Option<int>("--inner-seeds")
        {
            Description =
                "Trials of each self-edit on each task; with one nothing can be measured apart from what it was chosen by, and there is no verdict.",
            HelpName = "n",
            DefaultValueFactory = _ => 2,
        }.InRange(1, 100);
        var evaluation = new Option<bool>("--evaluation")
        {
            Description = "Try the sweep's evaluation tasks instead: to report on, never to choose by.",
        };
        var output = new Option<string?>("--out")
        {
            Description = "Table of trials, tab-separated; what is in it is not tried again.",
            HelpName = "file",
        };
        var (set, workers, json) = (CommonOptions.Set(), CommonOptions.Workers(), CommonOptions.Json());
        var command = new Command("gate", "Measure how much choosing the self-edit per task can gain over the best constant.")
        {
            sweep,
            with,
            draw,
            seeds,
            evaluation,
            output,
            set,
            workers,
            json,
        }.WithPage(Help);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var loaded = LoadedSweep.Read(parsed.GetValue(sweep)!, parsed.GetValue(set)!, EveryEdit);
                var settings = loaded.Runs[0].Settings;
                ArcOnly.Demand("gate", settings.Domain);
                var edits = Edits(settings.Proposal.Schema, parsed.GetValue(with)!, parsed.GetValue(draw));
                var tasks = parsed.GetValue(evaluation) ? loaded.Evaluation : loaded.Training;
                var number = parsed.GetValue(seeds);
                var run = new GateRun(loaded, parsed.GetValue(output));
                Terminal.Say(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{tasks.Count} tasks, {edits.Length} self-edits, {number} inner seeds: {tasks.Count * edits.Length * number} trials"
                    )
                );
                var trials = run.Run(tasks, edits, number, CommonOptions.CheckWorkers(parsed.GetValue(workers)), Progress, cancellation);
                var isVoted = settings.Evaluate.Views > 0;
                var plain = GateSummary.Of(trials, Group, trial => trial.Exact);
                Tell("exactly right", plain);
                var voted = isVoted ? GateSummary.Of(trials, Group, trial => trial.Top2) : null;
                if (voted is not null)
                {
                    Tell("right in the vote's two answers", voted);
                }

                if (parsed.GetValue(json))
                {
                    Terminal.Document(new { plain = Document(plain), vote = voted is null ? null : Document(voted) });
                }

                var judged = Scores.NeedsVotes(settings.Evaluate.Score) ? voted ?? plain : plain;
                if (judged.CrossFit is null)
                {
                    Terminal.Tell(
                        "No verdict: one inner seed chooses and measures on the same trials, which flatters the best of many. Ask for "
                            + "--inner-seeds 2."
                    );
                }

                return Task.FromResult(100 * Decisive(judged) >= LeastGap ? ExitCode.Ok : ExitCode.Failures);
            }
        );
        return command;
    }

    /// <summary>The gap that the exit code goes by, 0..1.</summary>
    private static double Decisive(GateSummary summary) => summary.CrossFit is { } fit ? Math.Max(fit.Gap, fit.GroupGap) : 0;

    private static string[] Edits(string schema, string[] with, int draw)
    {
        string[] all = [.. EditSchemas.Get(schema).Enumerate().Where(edit => Array.TrueForAll(with, edit.Contains))];
        if (all.Length == 0)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"--with: no self-edit of schema '{schema}' has all of that in it; one reads {EditSchemas.Get(schema).Enumerate().First()}"
            );
        }

        return draw == 0 || draw >= all.Length ? all : [.. Enumerable.Range(0, draw).Select(i => all[(int)((i + 0.5) * all.Length / draw)])];
    }

    /// <summary>The kind of a generated task's family; others are one group.</summary>
    private static string Group(string task)
    {
        var family = task.StartsWith("gen-", StringComparison.Ordinal)
            ? TaskFamilies.All.FirstOrDefault(one => task.StartsWith($"gen-{one.Family}-", StringComparison.Ordinal))
            : null;
        return family switch
        {
            null => "files",
            { Need: TrainingNeed.None } => family.Family,
            _ => family.Need.ToString().ToLowerInvariant(),
        };
    }

    private static void Progress(int done, int all, double seconds)
    {
        if (done % 16 == 0 || done == all)
        {
            Terminal.Say(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{done} of {all}, {seconds / done:F2} s each, {(all - done) * seconds / done / 60:F1} min left"
                )
            );
        }
    }

    private static void Tell(string what, GateSummary summary)
    {
        Terminal.Tell(
            string.Create(
                CultureInfo.InvariantCulture,
                $"\n{what}: the best edit of each task {summary.Oracle:P0}, the best constant {summary.Constants[0].Share:P0}, gap "
                    + $"{100 * summary.Gap:F0} points; a random edit {summary.Random:P0}; {summary.Steps:F0} steps a trial"
            )
        );
        if (summary.CrossFit is { } fit)
        {
            Terminal.Tell(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  chosen and measured under different inner seeds: per task {fit.Oracle:P0}, per kind {fit.Group:P0}, one for all "
                        + $"{fit.Constant:P0}; gap {100 * fit.Gap:F0} and {100 * fit.GroupGap:F0} points"
                )
            );
        }

        foreach (var (edit, share) in summary.Constants.Take(5))
        {
            Terminal.Tell(string.Create(CultureInfo.InvariantCulture, $"  {share:P0} {edit}"));
        }

        foreach (var (group, tasks, oracle, constant, best, share) in summary.Groups)
        {
            Terminal.Tell(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {group} ({tasks}): best of each {oracle:P0}, that constant {constant:P0}, their own best constant {share:P0} {best}"
                )
            );
        }

        foreach (var (task, edit, share) in summary.Solved.Where(_ => summary.Tasks <= 40))
        {
            Terminal.Tell(string.Create(CultureInfo.InvariantCulture, $"  {task} {share:F2} {(share > 0 ? edit : "")}"));
        }
    }

    private static object Document(GateSummary summary) =>
        new
        {
            summary.Tasks,
            summary.Oracle,
            constant = summary.Constants[0].Share,
            constantEdit = summary.Constants[0].Edit,
            summary.Gap,
            summary.Random,
            summary.CrossFit,
            solved = summary.Solved.Select(task => new
            {
                task = task.Task,
                share = task.Share,
                edit = task.Edit,
            }),
        };
}
