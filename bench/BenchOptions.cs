using System.Globalization;

namespace Seal.Bench;

/// <param name="Model">A model folder with a grid vocabulary; null for a random one of the shipped model's shape.</param>
/// <param name="Repeats">Rounds of measuring everything in turn.</param>
/// <param name="Length">Tokens per training text.</param>
/// <param name="Batch">Texts per training step.</param>
/// <param name="Steps">Training steps per measurement.</param>
/// <param name="Rank">LoRA rank.</param>
/// <param name="Samples">Texts sampled after one prompt.</param>
/// <param name="NewTokens">Tokens generated per text.</param>
/// <param name="Loops">Inner loops per worker and measurement.</param>
internal sealed record BenchOptions(
    string? Model = null,
    int Repeats = 5,
    int Length = 256,
    int Batch = 2,
    int Steps = 8,
    int Rank = 16,
    int Samples = 16,
    int NewTokens = 64,
    int Loops = 3
)
{
    public const string Usage =
        "usage: [--model folder] [--repeats 1..100] [--length 16..4096] [--batch 1..64] [--steps 1..1000] [--rank 1..1024] [--samples 1..256] "
        + "[--new-tokens 1..1024] [--loops 1..100]";

    /// <exception cref="FormatException">An unknown option or a value out of range; the message tells.</exception>
    public static BenchOptions Parse(string[] args)
    {
        var options = new BenchOptions();
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} needs a value.\n{Usage}");
            options = args[i] switch
            {
                "--model" => options with { Model = value },
                "--repeats" => options with { Repeats = Number(value, 1, 100) },
                "--length" => options with { Length = Number(value, 16, 4096) },
                "--batch" => options with { Batch = Number(value, 1, 64) },
                "--steps" => options with { Steps = Number(value, 1, 1000) },
                "--rank" => options with { Rank = Number(value, 1, 1024) },
                "--samples" => options with { Samples = Number(value, 1, 256) },
                "--new-tokens" => options with { NewTokens = Number(value, 1, 1024) },
                "--loops" => options with { Loops = Number(value, 1, 100) },
                _ => throw new FormatException($"Unknown option {args[i]}.\n{Usage}"),
            };

            int Number(string text, int least, int most) =>
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                    ? number
                    : throw new FormatException($"{args[i]} must be in {least}..{most}; got {text}.\n{Usage}");
        }

        return options.Model is null || Directory.Exists(options.Model)
            ? options
            : throw new FormatException($"--model: there is no folder {options.Model}.");
    }
}
