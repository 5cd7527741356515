using System.Globalization;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models;
using Seal.Models.Llama;

namespace Seal.Bench.Checkpoints;

/// <param name="Model">A Hugging Face folder; no tokenizer is needed.</param>
/// <param name="Threads">Threads of the kernels.</param>
/// <param name="Length">Tokens of a text.</param>
/// <param name="Batch">Texts per step.</param>
/// <param name="Rank">LoRA rank.</param>
/// <param name="Repeats">Interleaved measurements.</param>
/// <param name="Dtype">auto, fp32 or bf16.</param>
/// <param name="Checkpointing">Gradient checkpointing.</param>
/// <param name="Samples">Texts sampled after one prompt.</param>
/// <param name="NewTokens">Tokens of each.</param>
/// <param name="Count">Candidates trained.</param>
/// <param name="Output">File to write.</param>
/// <param name="Device">cpu, or a CUDA device.</param>
/// <param name="Packs">Candidates that train side by side, one measurement each.</param>
/// <param name="Type">Element type of a GGUF file: bf16, f16 or f32.</param>
internal sealed record CheckpointOptions(
    string Model = "",
    int Threads = 1,
    int Length = 1024,
    int Batch = 1,
    int Rank = 128,
    int Repeats = 5,
    string Dtype = "auto",
    bool Checkpointing = false,
    int Samples = 15,
    int NewTokens = 64,
    int Count = 1000,
    string Output = "",
    string Type = "bf16",
    string Device = "cpu",
    IReadOnlyList<int>? Packs = null
)
{
    public IReadOnlyList<int> Members => Packs ?? [1];
}

/// <summary>What a checkpoint of a real shape costs: <c>share</c>, <c>memory</c>, <c>candidates</c>, <c>device</c>, <c>serve</c>,
/// <c>gguf</c>.</summary>
internal static class CheckpointBench
{
    public const string Usage = """
        usage: <what> --model <Hugging Face folder> [options]     (make one: seal model random <folder> --shape llama-3.2-1b --dtype bf16)
          share       a LoRA training step as a share of its own matrix products      [--threads 1 --length 1024 --batch 1 --rank 128 --repeats 5 --checkpointing]
          memory      resident memory: loading, LoRA steps, samples of one prompt     [--threads 1 --length 1024 --batch 2 --rank 128 --samples 15 --new-tokens 64 --checkpointing]
          candidates  resident memory over many short inner loops                     [--count 1000 --rank 8 --length 32]
          device      training steps of one candidate and of packs, and decoding, on a device    [--device cpu --members 1,4,8 --length 1024 --batch 2 --rank 128 --repeats 20 --samples 15 --new-tokens 64 --threads 1 --checkpointing]
          gguf        write the weights for llama.cpp                                 --output file [--type bf16|f16|f32]
          serve       measure what is asked on standard input (llama-cpp/compare.mjs) [--threads 2]
        --dtype auto|fp32|bf16 for all.
        """;

    public static bool Knows(string[] args) => args.Length > 0 && args[0] is "share" or "memory" or "candidates" or "device" or "gguf" or "serve";

    public static int Run(string[] args)
    {
        var defaults = args[0] switch
        {
            "memory" => new CheckpointOptions(Batch: 2),
            "device" => new CheckpointOptions(Batch: 2, Repeats: 20),
            "candidates" => new CheckpointOptions(Length: 32, Rank: 8),
            _ => new CheckpointOptions(),
        };
        var options = Parse(args, defaults);
        switch (args[0])
        {
            case "share":
                ShareBench.Run(options);
                break;
            case "memory":
                MemoryBench.Run(options);
                break;
            case "candidates":
                return CandidatesBench.Run(options);
            case "device":
                DeviceBench.Run(options);
                break;
            case "gguf":
                GgufWriter.Write(options.Model, options.Output, options.Type);
                break;
            default:
                SpeedServer.Run(options);
                break;
        }

        return 0;
    }

    public static LlamaModel Load(CheckpointOptions options)
    {
        var model = LlamaModel.Load(
            options.Model,
            ModelDtypes.Parse(options.Dtype, LlamaModel.StoredDtype(options.Model)),
            DeviceMap.Parse(options.Device)
        );
        model.Execution = new Execution(options.Threads, options.Checkpointing);
        return model;
    }

    /// <summary>Random token ids; every one counts in the loss.</summary>
    public static TokenSequence Text(LlamaModel model, int length, int number)
    {
        var random = new CounterRandom(new Seed(1).Derive("bench text", number.ToString(CultureInfo.InvariantCulture)));
        return new TokenSequence(
            [.. Enumerable.Range(0, length).Select(_ => random.NextInt(model.Config.VocabularySize))],
            [.. Enumerable.Repeat(1f, length)]
        );
    }

    private static CheckpointOptions Parse(string[] args, CheckpointOptions options)
    {
        for (var i = 1; i < args.Length; i++)
        {
            if (args[i] == "--checkpointing")
            {
                options = options with { Checkpointing = true };
                continue;
            }

            var (name, value) = (args[i], ++i < args.Length ? args[i] : throw new FormatException($"{args[i - 1]} needs a value.\n{Usage}"));
            options = name switch
            {
                "--model" => options with { Model = value },
                "--dtype" => options with { Dtype = value },
                "--output" => options with { Output = value },
                "--type" => options with { Type = value },
                "--device" => options with { Device = value },
                "--members" => options with { Packs = [.. value.Split(',').Select(part => Number(name, part))] },
                "--threads" => options with { Threads = Number(name, value) },
                "--length" => options with { Length = Number(name, value) },
                "--batch" => options with { Batch = Number(name, value) },
                "--rank" => options with { Rank = Number(name, value) },
                "--repeats" => options with { Repeats = Number(name, value) },
                "--samples" => options with { Samples = Number(name, value) },
                "--new-tokens" => options with { NewTokens = Number(name, value) },
                "--count" => options with { Count = Number(name, value) },
                _ => throw new FormatException($"Unknown option {name}.\n{Usage}"),
            };
        }

        return options.Model.Length == 0 ? throw new FormatException($"--model is missing.\n{Usage}")
            : Directory.Exists(options.Model) ? options
            : throw new FormatException($"--model: there is no folder {options.Model}; 'seal model random' makes a checkpoint of a real shape.");
    }

    private static int Number(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1 << 20
            ? number
            : throw new FormatException($"{name} must be a positive number; got {text}.\n{Usage}");
}
