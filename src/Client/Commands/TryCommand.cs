using System.CommandLine;
using Seal.Client.Tasks;
using Seal.Client.Tries;

namespace Seal.Client.Commands;

/// <summary><c>seal try</c>: one inner loop on one task.</summary>
internal static class TryCommand
{
    private const string Help = """
        Exit codes: 0 there is a verdict, solved or not; 2 the edit, the task or the model cannot be used; 3 the inner loop failed (over the step
        cap, not a finite loss); 4 no such task; 130 interrupted.

        Examples:
          seal try gen:tile --edit random
          seal try gen:scale --seed 4 --edit policy
          seal try 007bbfb7 --task-path data/arc/training --edit '{"data_generation":{"use_basic_augmentations":true,"use_size_augmentations":false,
            "use_chain_augmentations":false,"use_repeat_augmentations":false},"training":{"strategy":"train_using_output_tokens","learning_rate":1e-3,"num_train_epochs":3}}'
        """;

    public static Command Create()
    {
        var task = new Argument<string>("task") { Description = "A task file, gen:<family>, or with --task-path the id of a task there." };
        var taskPath = new Option<string?>("--task-path") { Description = "The file or folder that holds the task.", HelpName = "path" };
        var edit = new Option<string>("--edit")
        {
            Description = "The self-edit's JSON; or random, policy (ask the model), none (answer in context).",
            Required = true,
            HelpName = "edit",
        };
        var model = new Option<string?>("--model")
        {
            Description = "Folder of the model. Default: the sweep's, else models/grid-mini.",
            HelpName = "folder",
        };
        var sweep = new Option<string?>("--sweep")
        {
            Description = "Take settings and model from this sweep file (its first cell).",
            HelpName = "file",
        };
        var (set, seed, side, json) = (CommonOptions.Set(), CommonOptions.TaskSeed(), CommonOptions.MaxSide(), CommonOptions.Json());
        var command = new Command(
            "try",
            "Try one self-edit on one task: fine-tune the model as the edit says, then let it answer. Nothing is stored."
        )
        {
            task,
            edit,
            taskPath,
            model,
            sweep,
            set,
            seed,
            side,
            json,
        }.WithPage(Help);
        command.SetAction(
            (parsed, cancellation) =>
            {
                using var deadline = Deadline.Of("Interrupted; nothing was stored.", cancellation);
                var (place, id) = parsed.GetValue(taskPath) is { } path ? (path, parsed.GetValue(task)!) : (parsed.GetValue(task)!, null);
                var settings = TrySettings.Read(parsed.GetValue(sweep), parsed.GetValue(model), parsed.GetValue(set)!);
                var document = TaskFinder.Find(place, id, parsed.GetValue(seed), parsed.GetValue(side));
                using var attempt = Attempt.Open(settings, document, parsed.GetValue(seed));
                return Task.FromResult(attempt.Run(parsed.GetValue(edit)!, parsed.GetValue(json), cancellation));
            }
        );
        return command;
    }
}
