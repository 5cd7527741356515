using Seal.Arc;
using Seal.Core.Catalogs;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Models.Engine;
using Seal.Models.Llama;
using Seal.Models.Tokenizers;

namespace Seal.Silo.Engines;

/// <summary>Which engine a sweep runs on, and its numeric class.</summary>
/// <param name="IsFake">The stand-in without tensors.</param>
/// <param name="FakeStep">How long it pretends to train a step.</param>
/// <param name="Dtype">What matrices are kept and multiplied in.</param>
public sealed record EngineChoice(bool IsFake, TimeSpan FakeStep, ModelDtype Dtype = ModelDtype.Fp32)
{
    public static IReadOnlyList<IDomain> Domains => Catalog.Current.Domains is { Count: > 0 } all ? all : Plugins.PluginLoader.Own.Domains;

    /// <summary>Where slots compute.</summary>
    public EnginePlace Place { get; init; } = EnginePlace.Cpu;

    public string NumericClass => IsFake ? Catalog.Current.ClassOf(FakeEngine.Class) : Models.Engine.NumericClass.Of(Dtype, Place.Devices[0]);

    /// <summary>As a sweep file asks for it.</summary>
    public EngineSettings Settings => new(IsFake ? "fake" : "torch", IsFake || Dtype == ModelDtype.Fp32 ? null : Dtype.Name());

    /// <summary>An engine for one slot.</summary>
    /// <exception cref="ArgumentException">This machine has no such device.</exception>
    public IEngine Create() =>
        IsFake
            ? new FakeEngine(GridTokenizer.CreateDefault(), FakeStep, Faults())
            : new TorchEngine(new EngineOptions(Place.Next(), Dtype.Name(), Place.Execution));

    /// <summary>An engine for a chat checkpoint that judges, whatever a sweep computes in: on the next device, in what the checkpoint is stored
    /// in.</summary>
    public IEngine CreateForJudge() => new TorchEngine(new EngineOptions(Place.Next(), "auto", Place.Execution));

    /// <summary>For a host that trains nothing.</summary>
    public static EngineChoice Fake { get; } = new(true, TimeSpan.Zero);

    /// <summary>The domain of this name.</summary>
    /// <exception cref="SweepException">There is none; names those that there are.</exception>
    public static IDomain Domain(string id) => Domains.Named(id);

    /// <exception cref="SweepException">Cells ask for different engines.</exception>
    public static EngineChoice Of(SweepSpec spec)
    {
        var engines = spec.Runs.Select(run => run.Settings.Engine).Distinct().ToArray();
        return engines.Length == 1
            ? Of(engines[0])
            : throw new SweepException(
                $"engine: one sweep runs on one engine; got "
                    + $"{string.Join(", ", engines.Select(engine => $"{engine.Kind} {engine.Dtype ?? "fp32"}"))}. Write two sweeps."
            );
    }

    /// <summary>The engine of a sweep that the store has.</summary>
    public static EngineChoice Of(SweepSubmission submission) => Of(submission.Runs[0].Context.Settings.Engine);

    // A tester's knob like the one below.
    private static FakeFaults? Faults() =>
        Environment.GetEnvironmentVariable("SEAL_FAKE_FAULTS") is { Length: > 0 } faults ? new FakeFaults(faults) : null;

    /// <param name="engine"><c>torch</c>, <c>torch-bf16</c> or <c>fake</c>, as a silo's settings name what it offers.</param>
    public static EngineChoice Of(string engine) => Of(engine == "torch-bf16" ? new EngineSettings("torch", "bf16") : new EngineSettings(engine));

    private static EngineChoice Of(EngineSettings settings)
    {
        // A tester's knob, not a setting: how long the fake engine pretends to train a step.
        var step = Environment.GetEnvironmentVariable("SEAL_FAKE_STEP_MS");
        var milliseconds = int.TryParse(step, System.Globalization.CultureInfo.InvariantCulture, out var value) ? Math.Clamp(value, 0, 10_000) : 0;
        return new EngineChoice(
            settings.Kind == "fake",
            TimeSpan.FromMilliseconds(milliseconds),
            ModelDtypes.Parse(settings.Dtype ?? "fp32", ModelDtype.Fp32)
        );
    }
}
