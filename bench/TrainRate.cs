using System.Diagnostics;
using System.Globalization;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Engine;

namespace Seal.Bench;

/// <summary>Training steps through the engine: forward, backward, clipping, AdamW, on texts of one length with every token in the loss.</summary>
internal sealed class TrainRate : IDisposable
{
    private readonly TorchEngine _engine = new();
    private readonly IModelHandle _model;
    private readonly TrainRequest _request;

    private TrainRate(BenchModel model, BenchOptions options, DeltaSpec delta)
    {
        _model = _engine.Open(model.Reference, model);
        var texts = Enumerable.Range(0, options.Batch).Select(i => Text(model, options.Length, i)).ToArray();
        int[][] batches = [.. Enumerable.Repeat<int[]>([.. Enumerable.Range(0, options.Batch)], options.Steps)];
        _request = new TrainRequest(delta, new Seed(1), texts, batches, new OptimizerSpec(1e-4, 0, options.Steps));
        Measure();
    }

    public static TrainRate Lora(BenchModel model, BenchOptions options) =>
        new(model, options, new DeltaSpec(DeltaKind.Lora, options.Rank, options.Rank, DeltaSpec.PaperInner.Targets));

    public static TrainRate Full(BenchModel model, BenchOptions options) => new(model, options, new DeltaSpec(DeltaKind.Full, 0, 0, []));

    /// <summary>Tokens per second.</summary>
    public double Measure()
    {
        var clock = Stopwatch.StartNew();
        var outcome = _model.Train([_request], null, CancellationToken.None)[0];
        var seconds = clock.Elapsed.TotalSeconds;
        outcome.Delta?.Dispose();
        return outcome.Failure is null ? outcome.Tokens / seconds : throw new InvalidOperationException(outcome.Failure);
    }

    public void Dispose() => _engine.Dispose();

    private static TokenSequence Text(BenchModel model, int length, int number)
    {
        var random = new CounterRandom(new Seed(1).Derive("bench text", number.ToString(CultureInfo.InvariantCulture)));
        int[] tokens = [.. Enumerable.Range(0, length).Select(_ => random.NextInt(model.Config.VocabularySize))];
        return new TokenSequence(tokens, [.. Enumerable.Repeat(1f, length)]);
    }
}
