using Seal.Client.Sweeps;
using Seal.Core.Sweeps;

namespace Seal.Client.Tries;

/// <summary>What an inner loop outside a sweep runs with.</summary>
/// <param name="Run">Settings.</param>
/// <param name="ModelFolder">The model; null with the fake engine.</param>
/// <param name="Engine">What runs it.</param>
/// <param name="Sweep">The sweep file that they are from; null for those of <c>seal try</c>.</param>
internal sealed record TrySettings(RunSettings Run, string? ModelFolder, EngineChoice Engine, string? Sweep)
{
    /// <summary>Small enough to answer within seconds with the model that the project ships.</summary>
    private static string Defaults =>
        $"""
            name = "try"
            seeds = [1]
            [model]
            path = {Toml(Shipped.Find("models/grid-mini"))}
            [tasks]
            source = "generated"
            train_count = 1
            evaluate_count = 1
            [[arms]]
            name = "try"
            proposer = "random"
            [inner]
            rank = 16
            warmup_steps = 2
            max_texts = 24
            max_steps = 60
            [evaluate]
            views = 4
            """;

    /// <summary>What an arm of the file sets for itself is for that arm alone.</summary>
    private static readonly ArmSpec Once = new("try", "random");

    /// <param name="sweep">A sweep file to take settings from, or null for the defaults.</param>
    /// <param name="model">A model folder that takes the place of the sweep's.</param>
    /// <param name="set">Overrides.</param>
    /// <exception cref="SweepException">Something in it cannot be used.</exception>
    public static TrySettings Read(string? sweep, string? model, IReadOnlyList<string> set)
    {
        var overrides = SweepOverrides.Parse(model is null ? set : [.. set, $"model.path={Toml(model)}"]);
        var spec = sweep is null ? Default(overrides) : SweepFile.Read(Shipped.Find(sweep), overrides, alone: Once);
        var engine = EngineChoice.Of(spec);
        return new TrySettings(spec.Runs[0].Settings, engine.IsFake ? null : spec.Model.Path, engine, sweep);
    }

    private static SweepSpec Default(IReadOnlyList<SweepOverride> overrides)
    {
        var spec = SweepFile.Parse(Defaults, "seal try", Directory.GetCurrentDirectory(), overrides);
        var cells = spec.Runs.Select(run => run.Cell.Name).Distinct().Count();
        return cells == 1 ? spec : throw new SweepException($"--set made {cells} cells; an inner loop has one value of each setting. Give no lists.");
    }

    private static string Toml(string text) => $"'{text}'";
}
