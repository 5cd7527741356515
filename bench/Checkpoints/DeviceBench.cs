using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Decoding;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Training;
using TorchSharp;

namespace Seal.Bench.Checkpoints;

/// <summary>
/// What a device does with a checkpoint, loaded once: LoRA training steps of one candidate and of packs, and steps of decoding. In texts that train
/// the last quarter counts in the loss, as answers after a prompt do.
/// </summary>
internal static partial class DeviceBench
{
    private const int WarmUp = 3;
    private const int PromptLength = 128;

    public static void Run(CheckpointOptions options)
    {
        using var model = CheckpointBench.Load(options);
        foreach (var members in options.Members)
        {
            Train(model, options, members);
        }

        Decode(model, options);
        Launch(model);
    }

    /// <summary>What one small operation costs the processor.</summary>
    private static void Launch(LlamaModel model)
    {
        const int Calls = 20_000;
        using var scope = torch.NewDisposeScope();
        var (x, y) = (model.Map.First.Zeros(16), model.Map.First.Zeros(16));
        var clock = Stopwatch.StartNew();
        for (var call = 0; call < Calls; call++)
        {
            x.mul_(y);
        }

        _ = x.sum().ToSingle();
        Line($"one operation on 16 numbers: {clock.Elapsed.TotalMicroseconds / Calls:F2} us");
    }

    private static void Train(LlamaModel model, CheckpointOptions options, int members)
    {
        var delta = new DeltaSpec(DeltaKind.Lora, options.Rank, options.Rank, DeltaSpec.PaperInner.Targets);
        using var bank = new LoraBank(model, delta, [.. Enumerable.Range(0, members).Select(m => new Seed((ulong)m))]);
        var steps = Enumerable
            .Range(0, members)
            .Select(m => new MemberStep(
                m,
                [.. Enumerable.Range(0, options.Batch).Select(i => Text(model, options.Length, (100 * m) + i))],
                1e-4,
                0,
                1
            ))
            .ToArray();
        var loss = 0.0;
        var clock = new Stopwatch();
        var before = Processor();
        for (var step = 0; step < WarmUp + options.Repeats; step++)
        {
            if (step == WarmUp)
            {
                before = Processor();
                clock.Start();
            }

            loss = bank.Step(steps)[0].Loss; // waits for the device: the norms of the gradients come back
        }

        bank.IsFinite(0);
        var milliseconds = clock.Elapsed.TotalMilliseconds / options.Repeats;
        var after = Processor();
        var (user, system) = ((after.User - before.User) / options.Repeats, (after.System - before.System) / options.Repeats);

        // The same passes by themselves: how long until all is handed to the device, its own work not waited for but where the losses are read.
        clock.Restart();
        for (var pass = 0; pass < options.Repeats; pass++)
        {
            bank.Backward(steps);
            clock.Stop();
            bank.IsFinite(0);
            clock.Start();
        }

        var handed = clock.Elapsed.TotalMilliseconds / options.Repeats;
        Line(
            $"train: {members} x {options.Batch} x {options.Length} tokens, r {options.Rank}: {milliseconds:F1} ms a step, {milliseconds / members:F1} ms a candidate"
        );
        Line($"  a pass is handed over in {handed:F1} ms; processor {user:F1} + {system:F1} ms (user + system); {Memory(model)}loss {loss:F4}");
    }

    /// <summary>Processor time of this process so far, in milliseconds.</summary>
    private static (double User, double System) Processor()
    {
        using var self = Process.GetCurrentProcess();
        return (self.UserProcessorTime.TotalMilliseconds, self.PrivilegedProcessorTime.TotalMilliseconds);
    }

    /// <summary>By every process, what libtorch keeps for later included.</summary>
    private static string Memory(LlamaModel model) =>
        model.Map.First.IsCpu || MemoryOfTheCard(out var free, out var all) != 0
            ? ""
            : FormattableString.Invariant($"{(all - free) / 1e9:F1} GB in use; ");

    [LibraryImport("libcuda.so.1", EntryPoint = "cuMemGetInfo_v2")]
    private static partial int MemoryOfTheCard(out nuint free, out nuint all);

    private static void Decode(LlamaModel model, CheckpointOptions options)
    {
        var prompt = CheckpointBench.Text(model, PromptLength, 1).Tokens;
        var seeds = Enumerable.Range(0, options.Samples).Select(s => new Seed((ulong)s)).ToArray();
        Line(
            $"greedy: {options.Samples} texts: {PerToken(n => GreedyDecoder.Generate(model, [.. seeds.Select(_ => new GenerateRequest(prompt, SequentialPositions.Instance, -1, n))], CancellationToken.None)):F1} ms a step"
        );
        Line(
            $"sample: {options.Samples} texts of one prompt: {PerToken(n => Sampler.Sample(model, new SampleRequest(prompt, SequentialPositions.Instance, null, seeds, 1, n), -1, CancellationToken.None)):F1} ms a step"
        );

        double PerToken(Action<int> decode)
        {
            decode(8);
            var clock = Stopwatch.StartNew();
            decode(8);
            var few = clock.Elapsed.TotalMilliseconds;
            clock.Restart();
            decode(8 + options.NewTokens);
            return (clock.Elapsed.TotalMilliseconds - few) / options.NewTokens;
        }
    }

    private static TokenSequence Text(LlamaModel model, int length, int number)
    {
        var tokens = CheckpointBench.Text(model, length, number).Tokens;
        return new TokenSequence(tokens, [.. tokens.Select((_, at) => at < length * 3 / 4 ? 0f : 1f)]);
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
