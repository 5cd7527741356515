using System.CommandLine;
using Seal.Client.Knowledge;
using Seal.Knowledge.Passages;

namespace Seal.Client.Commands.Knowledge;

/// <summary><c>seal knowledge texts</c>: what is trained on, made of what a model wrote.</summary>
internal static class KnowledgeTextsCommand
{
    private const string Help = """
        completions.json: [{"title": "…", "context": "<the passage>", "completion": "<what a model wrote about it>", "split_lines": true}, …].
        Rows of three dashes cut a completion into segments; with split_lines (true unless it says false) every line is a text of its own. The
        title heads every text, and the passage is the last one. With --json prints [{"texts":["…",…]},…].
        Exit codes: 0 done; 2 the input cannot be used.

        Example:
          seal knowledge texts --input completions.json --json
        """;

    public static Command Create()
    {
        var (input, json) = (TokenCommands.Input("Completions, a list of objects."), CommonOptions.Json());
        var command = new Command("texts", "The training texts that completions make, by the paper's released rules.") { input, json }.WithPage(Help);
        command.SetAction(parsed =>
        {
            var made = InputRows.Read(
                parsed.GetValue(input)!,
                row => new
                {
                    texts = TrainingTexts.Of(row.Text("title"), row.Text("context"), row.Text("completion"), row.Truth("split_lines") ?? true),
                }
            );
            Terminal.Tell($"{Terminal.Count(made.Count, "completion")}, {Terminal.Count(made.Sum(one => one.texts.Count), "training text")}");
            if (parsed.GetValue(json))
            {
                Terminal.Document(made);
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
