using System.Globalization;
using Seal.Core.Sweeps;

namespace Seal.Bench.References;

/// <param name="Sweep">A sweep file: its model, tasks, schema, inner loop and views.</param>
/// <param name="Overrides">What <c>--set</c> says.</param>
/// <param name="Device">Where both sides compute.</param>
/// <param name="Edits">Distinct self-edits a task.</param>
/// <param name="Candidates">Self-edits a task in the round as sampled.</param>
/// <param name="Pack">Candidates that train side by side, as one more idea; 1 leaves it out.</param>
/// <param name="Workers">Inner loops at once, and the threads that the reference has for its one.</param>
/// <param name="Repeats">Each row is measured so often, in turn.</param>
internal sealed record ReferenceOptions(
    string Sweep = "sweeps/reference.toml",
    IReadOnlyList<SweepOverride>? Overrides = null,
    string Device = "cpu",
    int Edits = 5,
    int Candidates = 15,
    int Pack = 1,
    int Workers = 0,
    int Repeats = 3
)
{
    public const string Usage = """
        usage: reference [--sweep file] [--set key=value]… [--device cpu] [--edits 5] [--candidates 15] [--pack 1] [--workers <cores>] [--repeats 3]
        The paper's released procedure beside ours, each idea added to the ones before it: same tasks, self-edits, model and device, nothing looked up.
        """;

    /// <exception cref="FormatException">An unknown option or a value out of range; the message tells.</exception>
    public static ReferenceOptions Parse(ReadOnlySpan<string> args)
    {
        var (options, set) = (new ReferenceOptions(Workers: Environment.ProcessorCount), new List<string>());
        for (var i = 0; i < args.Length; i += 2)
        {
            var (name, value) = (args[i], i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} needs a value.\n{Usage}"));
            switch (name)
            {
                case "--sweep":
                    options = options with { Sweep = value };
                    break;
                case "--set":
                    set.Add(value);
                    break;
                case "--device":
                    options = options with { Device = value };
                    break;
                case "--edits":
                    options = options with { Edits = Number() };
                    break;
                case "--candidates":
                    options = options with { Candidates = Number() };
                    break;
                case "--pack":
                    options = options with { Pack = Number() };
                    break;
                case "--workers":
                    options = options with { Workers = Number() };
                    break;
                case "--repeats":
                    options = options with { Repeats = Number() };
                    break;
                default:
                    throw new FormatException($"Unknown option {name}.\n{Usage}");
            }

            int Number() =>
                int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 256
                    ? number
                    : throw new FormatException($"{name} must be in 1..256; got {value}.\n{Usage}");
        }

        return options with
        {
            Overrides = SweepOverrides.Parse(set),
        };
    }
}
