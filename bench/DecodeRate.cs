using System.Diagnostics;
using System.Globalization;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Engine;

namespace Seal.Bench;

/// <summary>Decoding with a cache: several samples that share one prompt, and one greedy text. The prompt's reading counts in the time.</summary>
internal sealed class DecodeRate : IDisposable
{
    public const int PromptLength = 128;
    private readonly TorchEngine _engine = new();
    private readonly IModelHandle _model;
    private readonly SampleRequest _samples;
    private readonly GenerateRequest _greedy;

    public DecodeRate(BenchModel model, BenchOptions options)
    {
        _model = _engine.Open(model.Reference, model);
        var random = new CounterRandom(new Seed(1).Derive("bench prompt"));
        int[] prompt = [.. Enumerable.Range(0, PromptLength).Select(_ => random.NextInt(model.Config.VocabularySize))];
        var seeds = Enumerable
            .Range(0, options.Samples)
            .Select(s => new Seed(1).Derive("sample", s.ToString(CultureInfo.InvariantCulture)))
            .ToArray();
        _samples = new SampleRequest(prompt, SequentialPositions.Instance, null, seeds, 1.0, options.NewTokens);

        // A token that is not in the vocabulary never stops the text, so every measurement decodes as much.
        _greedy = new GenerateRequest(prompt, SequentialPositions.Instance, model.Config.VocabularySize, options.NewTokens);
        MeasureSampling();
        MeasureGreedy();
    }

    /// <summary>New tokens per second over all samples.</summary>
    public double MeasureSampling()
    {
        var clock = Stopwatch.StartNew();
        var texts = _model.Sample(_samples, CancellationToken.None);
        return texts.Sum(text => text.Tokens.Length + (text.Ended ? 1 : 0)) / clock.Elapsed.TotalSeconds;
    }

    /// <summary>New tokens per second of one text.</summary>
    public double MeasureGreedy()
    {
        var clock = Stopwatch.StartNew();
        return _model.Generate(null, [_greedy], CancellationToken.None)[0].Length / clock.Elapsed.TotalSeconds;
    }

    public void Dispose() => _engine.Dispose();
}
