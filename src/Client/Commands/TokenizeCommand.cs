using System.CommandLine;
using Seal.Client.BaseModels;
using Seal.Core.Sequences;
using Seal.Models.Tokenizers;

namespace Seal.Client.Commands;

/// <summary><c>seal model tokenize</c>: a vocabulary by itself.</summary>
internal static class TokenizeCommand
{
    private const string Help = """
        strings.json: ["a text", "another"]. Special tokens written out in a text are recognised; nothing is added in front or behind (no BOS).
        With --json prints {"ids":[[…],…]}.
        Exit codes: 0 done; 2 the vocabulary or the input cannot be used, or a text cannot be written in it.

        Example:
          seal model tokenize models/Llama-3.2-1B-Instruct/tokenizer.json --input strings.json --json
        """;

    public static Command Create()
    {
        var file = new Argument<string>("tokenizer.json") { Description = "A vocabulary: Hugging Face's byte-level BPE, or the project's own." };
        var (input, json) = (TokenCommands.Input("Texts, [\"…\",…]."), CommonOptions.Json());
        var command = new Command("tokenize", "The token ids of texts.") { file, input, json }.WithPage(Help);
        command.SetAction(parsed =>
        {
            var tokenizer = TokenizerLoader.LoadFile(parsed.GetValue(file)!);
            var path = parsed.GetValue(input)!;
            using var document = TokenRows.Open(path);
            var ids = TokenRows.Strings(document.RootElement, path).Select((text, i) => Encode(tokenizer, text, $"{path}, place {i + 1}")).ToArray();
            Terminal.Tell($"{Terminal.Count(ids.Length, "text")}, {Terminal.Count(ids.Sum(row => row.Length), "token")}");
            if (parsed.GetValue(json))
            {
                Terminal.Document(new { ids });
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static int[] Encode(ITokenizer tokenizer, string text, string where)
    {
        try
        {
            return tokenizer.Encode(text);
        }
        catch (FormatException e)
        {
            throw new CommandException(ExitCode.Usage, $"{where}: {e.Message}", e);
        }
    }
}
