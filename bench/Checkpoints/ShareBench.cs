using System.Diagnostics;
using System.Globalization;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Models.Engine;
using Seal.Models.Lora;
using Seal.Models.Training;

namespace Seal.Bench.Checkpoints;

/// <summary>Tokens per second of a LoRA training step against those that the frozen base's matrix products alone would allow, measured in
/// turn.</summary>
internal static class ShareBench
{
    public static void Run(CheckpointOptions options)
    {
        using var model = CheckpointBench.Load(options);
        using var bank = new LoraBank(model, new DeltaSpec(DeltaKind.Lora, options.Rank, 16, DeltaSpec.PaperInner.Targets), [new Seed(1)]);
        using var products = new FrozenProducts(model, options.Batch * options.Length);
        var texts = Enumerable.Range(0, options.Batch).Select(i => CheckpointBench.Text(model, options.Length, i)).ToArray();
        var step = new MemberStep(0, texts, 1e-4, 0, 1);
        bank.Step([step]);
        products.Ours();

        Series ours = new(),
            libtorch = new(),
            training = new();
        for (var repeat = 0; repeat < options.Repeats; repeat++)
        {
            ours.Add(products.Ours());
            libtorch.Add(products.Torch());
            var clock = BenchClock.Start();
            bank.Step([step]);
            training.Add(options.Batch * options.Length / clock.Seconds);
            Line($"{repeat + 1} of {options.Repeats}: training {training.Last:F1}, products {ours.Last:F1}, libtorch's {libtorch.Last:F1} tokens/s");
        }

        var bound = ours.Median >= libtorch.Median ? ours : libtorch;
        Line(
            $"engine: {NumericClass.Of(model.Dtype, "cpu")}, {options.Threads} thread(s); LoRA r {options.Rank}, {options.Batch} × {options.Length} tokens; medians of {options.Repeats} interleaved, {BenchClock.Kind}"
        );
        Line($"matrix products of the frozen base, forward and input gradient: ours {ours.Median:F1}, libtorch's {libtorch.Median:F1} tokens/s");
        Line($"training step, optimizer included: {training.Median:F1} tokens/s, {training.MedianQuotient(bound):P1} of the faster products");
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Time as the benchmark counts it: the wall's, or with SEAL_BENCH_CLOCK=cpu the processor's, which with one thread says the same on a
/// busy machine.</summary>
internal readonly struct BenchClock
{
    private readonly double _start;

    private BenchClock(double start) => _start = start;

    public static string Kind { get; } = Environment.GetEnvironmentVariable("SEAL_BENCH_CLOCK") == "cpu" ? "processor time" : "wall time";

    public double Seconds => Now - _start;

    private static double Now =>
        Kind == "wall time" ? Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency : Environment.CpuUsage.TotalTime.TotalSeconds;

    public static BenchClock Start() => new(Now);
}
