using System.CommandLine;
using Seal.Models.Lora;

namespace Seal.Client.Commands;

/// <summary><c>seal model merge</c> and <c>export</c>: adapters out into the world.</summary>
internal static class AdapterCommands
{
    private const string MergeHelp = """
        The output has the base's files, shards, names and dtypes; it may be loaded with Hugging Face's transformers, or named as
        model.path. A policy after several rounds is a chain of adapters: merge them one after the other.
        Exit codes: 0 written; 2 base and adapter do not belong together, or the output is a file, has something in it, or has an
        <output>.partial beside it; 130 interrupted, nothing is left.

        Example:
          seal model merge models/Llama-3.2-1B-Instruct --adapter my-adapter --output models/mine
        """;

    private const string ExportHelp = """
        The policy's adapters of a run lie in the store under blobs/, in a folder named by the first two letters of their SHA-256:
        blobs/4f/4fe0…; blobs/4fe0… is understood too, for the whole hash. results.json and --json name them (policySha256).
        Exit codes: 0 written; 2 the file is no LoRA adapter.

        Example:
          seal model export .seal/blobs/4f/4fe0… --output my-adapter --base meta-llama/Llama-3.2-1B-Instruct
        """;

    public static Command Merge()
    {
        var folder = TokenCommands.ModelFolder();
        var adapter = new Option<string>("--adapter")
        {
            Description = "A PEFT folder, or an adapter file of a store.",
            HelpName = "folder",
            Required = true,
        };
        var output = new Option<string>("--output")
        {
            Description = "Folder to write; empty or not there yet.",
            HelpName = "folder",
            Required = true,
        };
        var json = CommonOptions.Json();
        var command = new Command("merge", "Write a full checkpoint with an adapter merged into it, in Hugging Face's layout.")
        {
            folder,
            adapter,
            output,
            json,
        }.WithPage(MergeHelp);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var target = parsed.GetValue(output)!;
                var merged = CheckpointMerge.Write(
                    parsed.GetValue(folder)!,
                    Located(parsed.GetValue(adapter)!),
                    target,
                    name => Terminal.Say($"merged {name}"),
                    cancellation
                );
                Terminal.Tell($"{Terminal.Count(merged, "tensor")} changed; the checkpoint is in {target}.");
                if (parsed.GetValue(json))
                {
                    Terminal.Document(
                        new
                        {
                            model = target,
                            sha256 = Core.Engines.ModelFolder.ContentHash(target),
                            merged,
                        }
                    );
                }

                return Task.FromResult(ExitCode.Ok);
            }
        );
        return command;
    }

    public static Command Export()
    {
        var file = new Argument<string>("file") { Description = "An adapter file of a store." };
        var output = new Option<string>("--output")
        {
            Description = "PEFT folder to write.",
            HelpName = "folder",
            Required = true,
        };
        var origin = new Option<string?>("--base") { Description = "Name of the base model, for PEFT.", HelpName = "name" };
        var command = new Command("export", "Turn an adapter of a run into a folder that PEFT reads.") { file, output, origin }.WithPage(ExportHelp);
        command.SetAction(parsed =>
        {
            var path = Located(parsed.GetValue(file)!);
            if (!File.Exists(path))
            {
                throw new CommandException(
                    ExitCode.Usage,
                    $"{path}: no such file; expected an adapter of a store, e.g. .seal/blobs/4f/4fe0… (policySha256 in the documents)."
                );
            }

            PeftFolder.Export(path, parsed.GetValue(output)!, parsed.GetValue(origin));
            Terminal.Tell($"The adapter is in {parsed.GetValue(output)}.");
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The path itself; where it is blobs/ and a hash, as documents name a blob, the file that a store keeps it in.</summary>
    public static string Located(string path)
    {
        var (folder, name) = (Path.GetDirectoryName(path), Path.GetFileName(path));
        return !Path.Exists(path) && Path.GetFileName(folder) == "blobs" && name.Length == 64 && name.All(char.IsAsciiHexDigitLower)
            ? Path.Combine(folder!, name[..2], name)
            : path;
    }
}
