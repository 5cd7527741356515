using System.Security.Cryptography;
using System.Text.Json;

namespace Seal.EndToEnd.Support;

/// <summary>One sweep in one store, and how to start it: always the same command.</summary>
internal sealed record SweepRun(string File, string Store)
{
    /// <summary>Null for the command's own choice.</summary>
    public int? Workers { get; init; }

    public TimeSpan FakeStep { get; init; }

    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>Assemblies whose names the sweep uses.</summary>
    public IReadOnlyList<string> Plugins { get; init; } = [];

    /// <summary>Variables beside those of this process.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    public IEnumerable<string> Arguments =>
        [
            "run",
            File,
            "--store",
            Store,
            "--json",
            .. Workers is { } workers ? ["--workers", $"{workers}"] : Array.Empty<string>(),
            .. Set.SelectMany(pair => new[] { "--set", pair }),
            .. Plugins.SelectMany(path => new[] { "--plugin", path }),
        ];

    public SealProcess Start() => SealProcess.Start(Arguments, fakeStep: FakeStep, environment: new(Environment));

    /// <param name="longest">How long to wait; five minutes by default.</param>
    public async Task<SealExit> ToExit(TimeSpan? longest = null)
    {
        using var process = Start();
        return await process.Exit(longest);
    }

    /// <summary>Runs to the end, which must be good, and returns what must be equal in all equal sweeps.</summary>
    /// <param name="longest">How long to wait; five minutes by default.</param>
    public async Task<SweepResult> ToEnd(TimeSpan? longest = null) => SweepResult.Of(await ToExit(longest), Store);
}

/// <summary>What is promised to be equal for equal sweeps, on however many workers and after however many kills.</summary>
/// <param name="ReportSha256">As the JSON document says.</param>
/// <param name="Policies">The policy's hash after every training round and evaluation, in plan order, as the JSON document says.</param>
/// <param name="ResultsSha256">Of the bytes of <c>results.json</c>.</param>
internal sealed record SweepResult(string ReportSha256, string Policies, string ResultsSha256)
{
    /// <exception cref="InvalidOperationException">The run did not end well.</exception>
    public static SweepResult Of(SealExit exit, string store)
    {
        if (exit.Code != 0)
        {
            throw new InvalidOperationException($"The run did not end well: {exit}");
        }

        using var document = JsonDocument.Parse(exit.Out);
        var root = document.RootElement;
        if (root.GetProperty("state").GetString() != "completed")
        {
            throw new InvalidOperationException($"The sweep is not completed: {exit}");
        }

        var results = Path.Combine(store, "sweeps", root.GetProperty("sweep").GetString()!, "results.json");
        var policies = root.GetProperty("runs")
            .EnumerateArray()
            .SelectMany(run =>
                new[] { "rounds", "evaluations" }.SelectMany(kind =>
                    run.GetProperty(kind)
                        .EnumerateArray()
                        .Select(phase =>
                            $"{run.GetProperty("run").GetString()} {kind} {phase.GetProperty("round")}: "
                            + $"{phase.GetProperty("policySha256").GetString()}"
                        )
                )
            );
        return new SweepResult(
            root.GetProperty("reportSha256").GetString()!,
            string.Join('\n', policies),
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(results)))
        );
    }
}
