using System.CommandLine;
using System.Globalization;
using Seal.Arc.Generators;
using Seal.Arc.Generators.Checks;
using Seal.Arc.Tasks;
using Seal.Arc.TaskSources;
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

    private const string Help = """
        First by what tasks ask: a task is in-family if one rule of a generator family reproduces all its pairs, compositions of two rules included. Such tasks are
        named; tables keep them apart. Then by what tasks show: no generated training task (pretraining texts, policy tasks) may equal one of the given tasks, or a
        generated evaluation task, under the eight orientations and any exchange of colours.
        Exit codes: 0 no generated task equals one; 2 the tasks cannot be read; 3 one does.

        Examples:
          seal task check data/arc
          seal task check data/arc --generated 1000000      the long form, some minutes
        """;

    public static Command Create()
    {
        var paths = new Argument<string[]>("paths") { Description = "Files and folders of ARC tasks.", Arity = ArgumentArity.OneOrMore };
        var generated = new Option<int>("--generated") { Description = "Generated tasks to compare, half pretraining texts, half policy tasks.", HelpName = "n", DefaultValueFactory = _ => 20_000 }.InRange(0, 1_000_000_000);
        var (workers, json) = (CommonOptions.Workers(), CommonOptions.Json());
        var command = new Command("check", "Compare ARC tasks with what models here are trained on: by rule and by content.") { paths, generated, workers, json }.WithPage(Help);
        command.SetAction((parsed, cancellation) =>
        {
            var (tasks, problems) = ArcReader.ReadAll(parsed.GetValue(paths)!);
            if (tasks.Count == 0)
            {
                throw new CommandException(ExitCode.Usage, problems.Count > 0 ? string.Join('\n', problems) : "There is no task in the given places.");
            }

            var found = tasks.AsParallel().AsOrdered().WithDegreeOfParallelism(Math.Min(64, CommonOptions.CheckWorkers(parsed.GetValue(workers)))).WithCancellation(cancellation)
                .Select(task => (Task: task, Families: FamilyCheck.Families(task))).Where(one => one.Families.Count > 0).ToArray();
            Tell(tasks, found);
            var count = parsed.GetValue(generated);
            var twins = Twins(tasks, count, cancellation);
            Terminal.Say(twins.Count == 0
                ? string.Create(CultureInfo.InvariantCulture, $"None of {count} generated training tasks equals one of the {tasks.Count} tasks or of {GeneratedEvaluationTasks} generated evaluation tasks.")
                : string.Join('\n', twins.Select(twin => $"{twin.Generated} equals {twin.Twin}")));
            if (parsed.GetValue(json))
            {
                Terminal.Document(new
                {
                    tasks = tasks.Count,
                    inFamily = found.Select(one => new { task = one.Task.Id, list = PaperTasks.ListOf(one.Task.Id), families = one.Families }),
                    generated = count,
                    twins,
                });
            }

            return Task.FromResult(twins.Count == 0 ? ExitCode.Ok : ExitCode.Failures);
        });
        return command;
    }

    private static void Tell(IReadOnlyList<ArcTask> tasks, (ArcTask Task, IReadOnlyList<InFamily> Families)[] found)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("task", "list", "family", "used for", "rule");
        foreach (var (task, families) in found)
        {
            foreach (var one in families)
            {
                table.AddRow(new Text(task.Id), new Text(PaperTasks.ListOf(task.Id) ?? ""), new Text(one.Family), new Text(one.Use), new Text(one.Rule));
            }
        }

        Terminal.Human.Write(table);
        Terminal.Say($"{found.Length} of {Terminal.Count(tasks.Count, "task")} are in-family; of the paper's training list {Count(PaperTasks.Training)}, of its evaluation list {Count(PaperTasks.Evaluation)}.");

        string Count(IReadOnlyList<string> list) => $"{found.Count(one => list.Contains(one.Task.Id))} of {tasks.Count(task => list.Contains(task.Id))}";
    }

    private static List<GeneratedTwin> Twins(IReadOnlyList<ArcTask> tasks, int count, CancellationToken cancellation)
    {
        var options = new PretrainOptions("", "");
        var texts = GridCorpus.Texts(GridTokenizer.CreateMini(), options.MaxTokens, GridCorpus.ShippedMaxSide, options.Seed);
        string[] judged = [.. TaskFamilies.Evaluation.Concat(TaskFamilies.Transfer).Select(family => family.Family)];
        ArcTask[] known = [.. tasks, .. ArcTaskSource.Generate(judged, GeneratedEvaluationTasks, 1, PolicySide)];
        void Progress(long done, string what) => Terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{done} {what} compared"));
        return
        [
            .. FamilyCheck.Twins(known, texts.Task, (count + 1) / 2, done => Progress(done, "pretraining tasks"), cancellation),
            .. FamilyCheck.Twins(known, FamilyCheck.PolicyTasks(new Seed(1), PolicySide), count / 2, done => Progress(done, "policy tasks"), cancellation),
        ];
    }
}
