using System.CommandLine;
using System.Globalization;
using Seal.Arc.Generators;
using Seal.Arc.Generators.Checks;
using Seal.Arc.Tasks;
using Seal.Arc.TaskSources;
using Seal.Client.Display;
using Seal.Core.Randomness;
using Seal.Models.Pretraining;
using Seal.Models.Tokenizers;
using Spectre.Console;

namespace Seal.Client.Commands;

/// <summary><c>seal task check</c>: has a model practised what it is judged by?</summary>
internal static class TaskCheck
{
    private const int GeneratedEvaluationTasks = 2000;
    private const int PolicySide = 6;
    private const int MostNamed = 10;

    private const string Help = """
        First by what tasks ask: a task is in-family if one rule of a generator family reproduces all its pairs, compositions of two rules
        included. Such tasks are named; tables keep them apart. Then by what tasks show, under the eight orientations and any exchange of
        colours, whatever the order of pairs: no generated training task (pretraining texts, policy tasks) may equal one of the given tasks,
        pairs taken out, added or moved included, nor have the demonstrations of a generated evaluation task. Given tasks that equal each
        other, and single pairs in common, are reported; small generated grids meet by chance.
        Exit codes: 0 no generated task equals one; 2 the tasks cannot be read; 3 one does.

        Examples:
          seal task check data/arc
          seal task check data/arc --generated 1000000      the long form, some minutes
        """;

    public static Command Create()
    {
        var paths = new Argument<string[]>("paths") { Description = "Files and folders of ARC tasks.", Arity = ArgumentArity.OneOrMore };
        var generated = new Option<int>("--generated")
        {
            Description = "Generated tasks to compare, half pretraining texts, half policy tasks.",
            HelpName = "n",
            DefaultValueFactory = _ => 20_000,
        }.InRange(0, 1_000_000_000);
        var (workers, json) = (CommonOptions.Workers(), CommonOptions.Json());
        var command = new Command("check", "Compare ARC tasks with what models here are trained on: by rule and by content.")
        {
            paths,
            generated,
            workers,
            json,
        }.WithPage(Help);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var (tasks, problems) = ArcReader.ReadAll(parsed.GetValue(paths)!);
                if (tasks.Count == 0)
                {
                    throw new CommandException(
                        ExitCode.Usage,
                        problems.Count > 0 ? string.Join('\n', problems) : "There is no task in the given places."
                    );
                }

                var found = tasks
                    .AsParallel()
                    .AsOrdered()
                    .WithDegreeOfParallelism(Math.Min(64, CommonOptions.CheckWorkers(parsed.GetValue(workers))))
                    .WithCancellation(cancellation)
                    .Select(task => (Task: task, Families: FamilyCheck.Families(task)))
                    .Where(one => one.Families.Count > 0)
                    .ToArray();
                Tell(tasks, found);
                var count = parsed.GetValue(generated);
                var given = tasks.Select(task => task.Id).ToHashSet(StringComparer.Ordinal);
                var among = new TaskIndex(tasks).Among().ToArray();
                TellOverlaps(among);
                var (twins, shared) = Compare(tasks, count, cancellation);
                Terminal.Tell(
                    twins.Count == 0
                        ? string.Create(
                            CultureInfo.InvariantCulture,
                            $"None of {count} generated training tasks equals one of the {tasks.Count} tasks or of {GeneratedEvaluationTasks} "
                                + $"generated evaluation tasks."
                        )
                        : string.Join(
                            '\n',
                            twins.Select(twin =>
                                string.Create(
                                    CultureInfo.InvariantCulture,
                                    $"{twin.Generated} equals {twin.Twin} ({twin.Pairs} pairs in common{Altered(twin.Relation)})"
                                )
                            )
                        )
                );
                TellShared([.. shared.Where(one => given.Contains(one.Task))], "given", count);
                TellShared([.. shared.Where(one => !given.Contains(one.Task))], "generated evaluation", count);
                if (parsed.GetValue(json))
                {
                    Terminal.Document(
                        new
                        {
                            tasks = tasks.Count,
                            inFamily = found.Select(one => new
                            {
                                task = one.Task.Id,
                                list = PaperTasks.ListOf(one.Task.Id),
                                families = one.Families,
                            }),
                            overlaps = among.Select(one => new
                            {
                                one.Task,
                                one.Other,
                                relation = Word(one.Relation),
                                one.Pairs,
                            }),
                            generated = count,
                            twins = twins.Select(twin => new
                            {
                                twin.Generated,
                                twin.Twin,
                                relation = Word(twin.Relation),
                                twin.Pairs,
                            }),
                            sharedPairs = shared,
                        }
                    );
                }

                return Task.FromResult(twins.Count == 0 ? ExitCode.Ok : ExitCode.Failures);
            }
        );
        return command;
    }

    private static void Tell(IReadOnlyList<ArcTask> tasks, (ArcTask Task, IReadOnlyList<InFamily> Families)[] found)
    {
        var table = new FittedTable(null, "task", "list", "family", "used for", "rule");
        foreach (var (task, families) in found)
        {
            foreach (var one in families)
            {
                table.AddRow(
                    Markup.Escape(task.Id),
                    Markup.Escape(PaperTasks.ListOf(task.Id) ?? ""),
                    Markup.Escape(one.Family),
                    Markup.Escape(one.Use),
                    Markup.Escape(one.Rule)
                );
            }
        }

        Terminal.Tell(table);
        Terminal.Tell(
            $"{found.Length} of {Terminal.Count(tasks.Count, "task")} are in-family; of the paper's training list {Count(PaperTasks.Training)}, of "
                + $"its evaluation list {Count(PaperTasks.Evaluation)}."
        );

        string Count(IReadOnlyList<string> list) =>
            $"{found.Count(one => list.Contains(one.Task.Id))} of {tasks.Count(task => list.Contains(task.Id))}";
    }

    private static void TellOverlaps(TaskOverlap[] overlaps)
    {
        foreach (var twin in overlaps.Where(one => one.IsTwin))
        {
            Terminal.Tell(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{twin.Task} and {twin.Other} are one task ({twin.Pairs} pairs in common{Altered(twin.Relation)}): never train on one and "
                        + $"judge by the other."
                )
            );
        }

        TaskOverlap[] shared = [.. overlaps.Where(one => !one.IsTwin)];
        if (shared.Length > 0)
        {
            Terminal.Tell(
                $"{Terminal.Count(shared.Length, "couple")} of given tasks with a pair in common: "
                    + $"{Named(shared.Select(one => $"{one.Task} and {one.Other}"))}"
            );
        }
    }

    private static void TellShared(SharedPair[] shared, string kind, int count)
    {
        if (shared.Length > 0)
        {
            Terminal.Tell(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Terminal.Count(shared.Length, $"{kind} task")} with a pair that some of {count} generated training tasks show too: "
                        + $"{Named(shared.Select(one => $"{one.Task} ({one.Generated} times, first in {one.Example})"))}"
                )
            );
        }
    }

    private static string Named(IEnumerable<string> all) => string.Join("; ", all.Take(MostNamed)) + (all.Skip(MostNamed).Any() ? "; …" : "");

    private static string Altered(TaskRelation relation) => relation == TaskRelation.Altered ? "; pairs were taken out, added or moved" : "";

    private static string Word(TaskRelation relation) =>
        relation switch
        {
            TaskRelation.Same => "same",
            TaskRelation.Altered => "altered",
            _ => "shares pairs",
        };

    private static GeneratedComparison Compare(IReadOnlyList<ArcTask> tasks, int count, CancellationToken cancellation)
    {
        var options = new PretrainOptions("", "");
        var texts = GridCorpus.Texts(GridTokenizer.CreateMini(), options.MaxTokens, GridCorpus.ShippedMaxSide, options.Seed);
        string[] judgedBy = [.. TaskFamilies.Evaluation.Concat(TaskFamilies.Transfer).Select(family => family.Family)];
        var judged = ArcTaskSource.Generate(judgedBy, GeneratedEvaluationTasks, 1, PolicySide);
        var ofTexts = FamilyCheck.Compare(tasks, judged, texts.Task, (count + 1) / 2, Progress("pretraining tasks"), cancellation);
        var ofPolicy = FamilyCheck.Compare(
            tasks,
            judged,
            FamilyCheck.PolicyTasks(new Seed(1), PolicySide),
            count / 2,
            Progress("policy tasks"),
            cancellation
        );
        var shared = ofTexts
            .Shared.Concat(ofPolicy.Shared)
            .GroupBy(one => one.Task, StringComparer.Ordinal)
            .Select(one => one.First() with { Generated = one.Sum(part => part.Generated) });
        return new GeneratedComparison([.. ofTexts.Twins, .. ofPolicy.Twins], [.. shared]);

        Action<long> Progress(string what) => done => Terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{done} {what} compared"));
    }
}
