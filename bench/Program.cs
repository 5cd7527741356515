using System.Diagnostics;
using System.Globalization;
using Seal.Bench;
using Seal.Bench.Checkpoints;
using Seal.Bench.Pages;
using Seal.Bench.References;
using Seal.Core.Engines;
using Seal.Core.Sweeps;

// dotnet run -c Release --project bench -- [--model folder] [--repeats n] [--length tokens] [--quick]
// Rates of this machine and of the engine on it, measured in turn and given as medians, so that a machine that slows down slows all alike.
// dotnet run -c Release --project bench -- reference [--sweep file] … for the paper's released procedure beside ours, see bench/References
// dotnet run -c Release --project bench -- page for sizes and times of the page about sweeps, see bench/Pages
// dotnet run -c Release --project bench -- share|memory|candidates|gguf|serve --model folder … for checkpoints of real shapes, see
// bench/Checkpoints
BenchOptions options;
try
{
    if (CheckpointBench.Knows(args))
    {
        return CheckpointBench.Run(args);
    }

    if (args is ["page"])
    {
        await PageBench.Run(Console.Out);
        return 0;
    }

    if (args is ["reference", ..])
    {
        using var reference = new ReferenceBench(ReferenceOptions.Parse(args.AsSpan(1)));
        reference.Run(Console.Out);
        return 0;
    }

    options = BenchOptions.Parse(args);
}
catch (Exception e) when (e is FormatException or SweepException or ArgumentException or ModelFormatException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

using var model = BenchModel.Open(options.Model);
var work = new ModelWork(model.Config, options.Length);
using var gemm = new GemmRate(model.Config, options.Batch * options.Length);
using var lora = TrainRate.Lora(model, options);
using var full = TrainRate.Full(model, options);
using var decode = new DecodeRate(model, options);
using var loops = new InnerLoopRate(model, options);

var clock = Stopwatch.StartNew();
Series gemmRate = new(),
    loraRate = new(),
    fullRate = new(),
    sampleRate = new(),
    greedyRate = new(),
    oneWorker = new(),
    twoWorkers = new();
for (var repeat = 0; repeat < options.Repeats; repeat++)
{
    gemmRate.Add(gemm.Measure());
    loraRate.Add(lora.Measure());
    fullRate.Add(full.Measure());
    sampleRate.Add(decode.MeasureSampling());
    greedyRate.Add(decode.MeasureGreedy());
    oneWorker.Add(loops.Measure(workers: 1));
    twoWorkers.Add(loops.Measure(workers: 2));
    Console.Error.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"repeat {repeat + 1} of {options.Repeats}, {clock.Elapsed.TotalSeconds:F0} s")
    );
}

Report.Print(Console.Out, model, options, work, gemmRate, loraRate, fullRate, sampleRate, greedyRate, oneWorker, twoWorkers, loops.Description);
return 0;
