using System.CommandLine;
using Seal.Client.BaseModels;
using Seal.Client.Fetching;
using Seal.Client.Sweeps;
using Seal.Core.Files;

namespace Seal.Client.Commands;

/// <summary><c>seal model fetch</c>: a model from the Hugging Face hub.</summary>
internal static class FetchCommand
{
    private const string Help = """
        Loads config.json, generation_config.json, tokenizer.json, tokenizer_config.json, chat_template.jinja and the safetensors; nothing else of
        the repository. A branch or a tag is resolved to its commit first; the commit is loaded, printed and kept in <folder>/fetched-from.txt with the
        files' sizes and SHA-256. Every file is checked against the hub's hash. After Ctrl-C, a kill or a broken connection the same command goes on
        where it was; what is whole is not loaded again.
        HF_TOKEN is the token for gated and private models; it is sent to the hub alone, and never printed. HF_ENDPOINT names another hub.
        Exit codes: 0 loaded, or there already; 2 no safetensors, gated, or the token is refused; 4 no such model or revision, or the folder has
        another model; 5 the hub cannot be reached, a hash is wrong, or no room on the disk; 130 interrupted.

        Examples:
          seal model fetch hf:Qwen/Qwen2.5-0.5B-Instruct
          seal model fetch hf:meta-llama/Llama-3.2-1B-Instruct@main --to models/llama-1b
        """;

    public static Command Create()
    {
        var source = new Argument<string>("model")
        {
            Description = $"hf:<org>/<name>, or hf:<org>/<name>@<revision>: a branch, a tag or a commit; {HubModel.Main} if not given.",
        };
        var to = new Option<string?>("--to") { Description = "The model folder to make; models/<name> if not given.", HelpName = "folder" };
        var json = CommonOptions.Json();
        var command = new Command("fetch", "Load a model from the Hugging Face hub. Run the same command again to go on after a kill or Ctrl-C.")
        {
            source,
            to,
            json,
        }.WithPage(Help);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var model = HubModel.Parse(parsed.GetValue(source)!);
                var folder = Path.TrimEndingDirectorySeparator(parsed.GetValue(to) ?? $"models/{model.Name}");
                if (string.IsNullOrWhiteSpace(folder))
                {
                    throw new CommandException(ExitCode.Usage, "--to: got nothing; expected a folder, e.g. --to models/mine");
                }

                var fetched = await Run(model, folder, Invocation.Command(parsed.Tokens.Select(token => token.Value)), cancellation);
                Tell(fetched);
                if (parsed.GetValue(json))
                {
                    Terminal.Document(Document(fetched));
                }

                return ExitCode.Ok;
            }
        );
        return command;
    }

    private static async Task<FetchedModel> Run(HubModel model, string folder, string resume, CancellationToken cancellation)
    {
        using var connection = HubConnection.Open(
            Environment.GetEnvironmentVariable("HF_ENDPOINT"),
            Environment.GetEnvironmentVariable("HF_TOKEN"),
            TimeProvider.System
        );
        try
        {
            return await new ModelFetch(connection, folder, TimeProvider.System, Terminal.Say, ModelFetch.FreeBytes).Run(model, cancellation);
        }
        catch (OperationCanceledException)
        {
            Terminal.Say($"Stopped; what is loaded is kept. The same command goes on from it:\n  {resume}");
            throw;
        }
        catch (Exception refused) when (refused is (IOException and not UserFileException) or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.Unreachable,
                $"{folder} cannot be written: {refused.Message}\nMake room (or mend the permissions) and go on with:\n  {resume}",
                refused
            );
        }
    }

    private static void Tell(FetchedModel fetched)
    {
        var (folder, note) = (fetched.Folder, fetched.Note);
        Terminal.Tell(
            $"{(fetched.WasThere ? $"{NothingToDo.Words}{folder} has" : $"{folder} has")} {note.Repository} at commit {note.Commit}: "
                + $"{Terminal.Count(note.Files.Count, "file")}, {Bytes.Text(note.Files.Sum(file => file.Size))}, every hash checked."
        );
        Terminal.Tell($"content hash {fetched.Sha256}");
        Terminal.Say(
            $"See whether it can be used, and what it needs in memory:\n  {Invocation.Command("model", "inspect", folder)}\n"
                + $"A sweep names it with --set model.path={Invocation.Quote(folder)}"
        );
    }

    private static object Document(FetchedModel fetched) =>
        new
        {
            model = fetched.Folder,
            sha256 = fetched.Sha256,
            fetched.Note.Repository,
            fetched.Note.Revision,
            fetched.Note.Commit,
            files = fetched.Note.Files,
            loadedBytes = fetched.Loaded,
            nothingToDo = fetched.WasThere ? $"{fetched.Folder} has the commit already" : null,
        };
}
