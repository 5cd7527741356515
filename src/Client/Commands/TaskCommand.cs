using System.CommandLine;
using Seal.Arc.Generators;
using Seal.Arc.Tasks;
using Seal.Client.Display;
using Seal.Client.Tasks;
using Spectre.Console;

namespace Seal.Client.Commands;

/// <summary><c>seal task</c>: look at tasks.</summary>
internal static class TaskCommand
{
    private const string Help = """
        Examples:
          seal task show gen:gravity --seed 3
          seal task show data/arc/training 007bbfb7
          seal task validate data/arc/training
          seal task families
          seal task check data/arc
        """;

    public static Command Create() =>
        new Command("task", "Show and check tasks: ARC files, and those that the project generates.")
        {
            Show(),
            Validate(),
            Families(),
            TaskCheck.Create(),
        }.WithPage(Help);

    private static Command Show()
    {
        var place = new Argument<string>("task") { Description = "A file or folder of ARC tasks, or gen:<family> for a generated task." };
        var id = new Argument<string?>("id") { Description = "Which task; not needed where there is only one.", Arity = ArgumentArity.ZeroOrOne };
        var (seed, side, json) = (CommonOptions.TaskSeed(), CommonOptions.MaxSide(), CommonOptions.Json());
        var command = new Command(
            "show",
            "Draw a task's demonstrations and tests. Without colours (NO_COLOR, or not on a terminal) cells are digits."
        )
        {
            place,
            id,
            seed,
            side,
            json,
        };
        command.SetAction(parsed =>
        {
            var task = TaskFinder.Find(parsed.GetValue(place)!, parsed.GetValue(id), parsed.GetValue(seed), parsed.GetValue(side));
            Terminal.Tell($"{task.Id}: {Terminal.Count(task.Train.Count, "demonstration")}, {Terminal.Count(task.Test.Count, "test")}");
            foreach (var block in GridBlocks.For(Terminal.Results).Task(task))
            {
                Terminal.Tell("");
                Terminal.Tell(block.ToRenderable());
            }

            if (parsed.GetValue(json))
            {
                Terminal.Document(ArcTaskJson.Write(task));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Validate()
    {
        var paths = new Argument<string[]>("paths")
        {
            Description = "Files and folders of ARC tasks, in any of the three public forms.",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = CommonOptions.Json();
        var command = new Command("validate", "Read every task of files and folders; one line per problem. Exit 0 if there is none, else 2.")
        {
            paths,
            json,
        };
        command.SetAction(parsed =>
        {
            var (tasks, problems) = ArcReader.ReadAll(parsed.GetValue(paths)!);
            var open = tasks.Count(task => task.Test.Any(pair => pair.Output is null));
            foreach (var problem in problems)
            {
                Terminal.Tell(problem, "red", "");
            }

            Terminal.Tell(
                $"{Terminal.Count(tasks.Count, "task")} can be used{(open > 0 ? $" ({open} without test outputs: not to be scored)" : "")}, "
                    + $"{Terminal.Count(problems.Count, "problem")}."
            );
            if (parsed.GetValue(json))
            {
                Terminal.Document(
                    new
                    {
                        tasks = tasks.Count,
                        withoutTestOutputs = open,
                        problems,
                    }
                );
            }

            return problems.Count == 0 ? ExitCode.Ok : ExitCode.Usage;
        });
        return command;
    }

    private static Command Families()
    {
        var json = CommonOptions.Json();
        var command = new Command("families", "List the generator families.") { json };
        command.SetAction(parsed =>
        {
            var families = TaskFamilies
                .All.Select(family => new
                {
                    family = family.Family,
                    use = TaskFamilies.UseOf(family),
                    description = family.Description,
                })
                .ToArray();
            if (parsed.GetValue(json))
            {
                Terminal.Document(new { families });
                return ExitCode.Ok;
            }

            var table = new FittedTable(null, "family", "use", "description");
            foreach (var family in families)
            {
                table.AddRow(Markup.Escape(family.family), Markup.Escape(family.use), Markup.Escape(family.description));
            }

            Terminal.Tell(table);
            return ExitCode.Ok;
        });
        return command;
    }
}
