using System.CommandLine;
using Seal.Core.Randomness;
using Seal.Models.Llama;

namespace Seal.Client.Commands;

/// <summary><c>seal model random</c>: weights drawn by a seed, in a real model's shape.</summary>
internal static class RandomModelCommand
{
    private static readonly string Help = $"""
        Weights are drawn from a normal distribution by the seed; the same command writes the same bytes. Nothing that such a model says
        means anything; it is there to try out memory, speed and file formats. There is no vocabulary beside it. To run sweeps on it, copy
        two files into the folder from a model whose vocabulary is no larger than the shape's: tokenizer.json, and tokenizer_config.json
        with the chat template (chat_template) and the token that ends a turn (eos_token). docs/models.md has an example; `seal model
        inspect` says whether they fit.
        Shapes: {string.Join(", ", RandomCheckpoint.Shapes.Keys)}.
        Exit codes: 0 written; 2 an option is out of range, or the folder holds a model already; 5 cannot be written; 130 interrupted.

        Examples:
          seal model random models/random-1b --shape llama-3.2-1b
          seal model random models/random-tiny --shape tiny --dtype fp32 --seed 7
        """;

    public static Command Create()
    {
        var output = new Argument<string>("folder") { Description = "The model folder to make." };
        var shape = new Option<string>("--shape") { Description = "Whose shape.", DefaultValueFactory = _ => "llama-3.2-1b" };
        shape.AcceptOnlyFromAmong([.. RandomCheckpoint.Shapes.Keys]);
        var dtype = new Option<string>("--dtype") { Description = "What the weights are stored in.", DefaultValueFactory = _ => "bf16" };
        dtype.AcceptOnlyFromAmong("bf16", "fp32");
        var seed = new Option<long>("--seed") { Description = "Seed of the weights.", DefaultValueFactory = _ => 1 };
        var json = CommonOptions.Json();
        var command = new Command("random", "Write a model of a real shape with random weights, for trying out memory and speed.")
        {
            output,
            shape,
            dtype,
            seed,
            json,
        }.WithPage(Help);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var folder = Path.TrimEndingDirectorySeparator(parsed.GetValue(output)!);
                var config = RandomCheckpoint.Shapes[parsed.GetValue(shape)!];
                if (File.Exists(Path.Combine(folder, "config.json")))
                {
                    throw new CommandException(ExitCode.Usage, $"{folder} holds a model already. Name another folder, or delete it first.");
                }

                var kind = ModelDtypes.Parse(parsed.GetValue(dtype)!, ModelDtype.Bf16);
                var parameters = config.Tensors().Sum(t => t.Shape.Aggregate(1L, (product, size) => product * size));
                var total = parameters * (kind == ModelDtype.Bf16 ? 2 : 4);
                var told = 0L;
                try
                {
                    RandomCheckpoint.Write(
                        folder,
                        config,
                        kind,
                        new Seed((ulong)parsed.GetValue(seed)),
                        (_, written) =>
                        {
                            if (total > 1e8 && 10 * written / total > told && written < total)
                            {
                                told = 10 * written / total;
                                Terminal.Say($"{10 * told} % of {total / 1e9:F1} GB");
                            }
                        },
                        cancellation
                    );
                }
                catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
                {
                    throw new CommandException(ExitCode.Unreachable, $"{folder}: cannot be written: {refused.Message}", refused);
                }

                if (parsed.GetValue(json))
                {
                    Terminal.Document(
                        new
                        {
                            model = folder,
                            parameters,
                            dtype = kind.Name(),
                        }
                    );
                }

                Terminal.Tell($"{parameters:N0} random parameters in {kind.Name()} are in {folder}.");
                return Task.FromResult(ExitCode.Ok);
            }
        );
        return command;
    }
}
