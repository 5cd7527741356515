using System.Text.Json;
using Seal.EndToEnd.Support;

namespace Seal.Samples.Tests.Support;

/// <summary>The samples' sweep, made small and on the engine without tensors.</summary>
internal static class DigitsSweep
{
    private static readonly Lazy<Task<SweepResult>> Once = new(RunOnce);

    public static string File { get; } = Path.Combine(Repository.Root, "samples", "digits.toml");

    /// <summary>The plug-in as it was built.</summary>
    public static string Plugin { get; } = typeof(SamplesPlugin).Assembly.Location;

    public static SweepRun InStore(string store, string? plugin = null) =>
        new(File, store)
        {
            Plugins = [plugin ?? Plugin],
            Set = ["engine.kind=fake", "tasks.train_count=3", "tasks.evaluate_count=2", "proposal.candidates=4"],
        };

    /// <summary>What it gives when nobody disturbs it, on one worker.</summary>
    public static Task<SweepResult> Undisturbed() => Once.Value;

    /// <summary>The class that the results of a finished run name.</summary>
    public static string ClassIn(string store, string sweep = "digits")
    {
        using var results = JsonDocument.Parse(System.IO.File.ReadAllBytes(Path.Combine(store, "sweeps", sweep, "results.json")));
        return results.RootElement.GetProperty("numeric_class").GetString()!;
    }

    private static async Task<SweepResult> RunOnce()
    {
        using var folder = new TemporaryFolder();
        return await (InStore(folder.At("store")) with { Workers = 1 }).ToEnd();
    }
}
