using Seal.Arc;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Models.Engine;
using Seal.Models.Tokenizers;

namespace Seal.Silo.Engines;

/// <summary>Which engine a sweep runs on, and its numeric class.</summary>
public sealed record EngineChoice(bool IsFake, TimeSpan FakeStep)
{
    public static IReadOnlyList<IDomain> Domains { get; } = [new ArcDomain()];

    public string NumericClass => IsFake ? "fake-1" : Models.Engine.NumericClass.Current;

    public IEngine Create() => IsFake ? new FakeEngine(GridTokenizer.CreateDefault(), FakeStep) : new TorchEngine();

    /// <summary>For a host that trains nothing.</summary>
    public static EngineChoice Fake { get; } = new(true, TimeSpan.Zero);

    /// <exception cref="SweepException">Cells ask for different engines.</exception>
    public static EngineChoice Of(SweepSpec spec)
    {
        var kinds = spec.Cells.Select(cell => cell.Settings.Engine.Kind).Distinct().ToArray();
        return kinds.Length == 1
            ? Of(kinds[0])
            : throw new SweepException($"engine.kind: one sweep runs on one engine; got {string.Join(", ", kinds)}. Write two sweeps.");
    }

    /// <summary>The engine of a sweep that the store has.</summary>
    public static EngineChoice Of(SweepSubmission submission) => Of(submission.Runs[0].Context.Settings.Engine.Kind);

    /// <param name="kind"><c>torch</c> or <c>fake</c>.</param>
    public static EngineChoice Of(string kind)
    {
        // A tester's knob, not a setting: how long the fake engine pretends to train a step.
        var step = Environment.GetEnvironmentVariable("SEAL_FAKE_STEP_MS");
        var milliseconds = int.TryParse(step, System.Globalization.CultureInfo.InvariantCulture, out var value) ? Math.Clamp(value, 0, 10_000) : 0;
        return new EngineChoice(kind == "fake", TimeSpan.FromMilliseconds(milliseconds));
    }
}
