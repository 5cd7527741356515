using System.Text.Json;

namespace Seal.EndToEnd.Support;

/// <summary>A line of <c>tests/EndToEnd/results.tsv</c>: a shipped sweep and the SHA-256 of its <c>results.json</c>.</summary>
/// <param name="Sweep">File name without <c>.toml</c>.</param>
/// <param name="Set">An override, <c>key=value</c>, or null.</param>
/// <param name="NumericClass">The class in which the hash holds.</param>
/// <param name="Sha256">Of the bytes of <c>results.json</c>.</param>
internal sealed record KnownResult(string Sweep, string? Set, string NumericClass, string Sha256)
{
    public static IReadOnlyList<KnownResult> All { get; } =
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "tests", "EndToEnd", "results.tsv"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t'))
            .Select(fields => new KnownResult(fields[0], fields[1].Length == 0 ? null : fields[1], fields[2], fields[3])),
    ];

    /// <summary>The sweep in a store of its own.</summary>
    public SweepRun In(string store) => new(Repository.Sweep($"{Sweep}.toml"), store) { Set = Set is null ? [] : [Set] };

    /// <summary>The class that the results of a finished run name.</summary>
    public string ClassIn(string store)
    {
        using var results = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(store, "sweeps", Sweep, "results.json")));
        return results.RootElement.GetProperty("numeric_class").GetString()!;
    }

    public override string ToString() => Set is null ? Sweep : $"{Sweep} --set {Set}";
}
