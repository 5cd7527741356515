using Seal.Core.Engines;
using Seal.Core.Sequences;
using Seal.Core.Tests.Grammars;

namespace Seal.Core.Tests.Support;

/// <summary>An engine that answers as a test says and writes down what it was asked for.</summary>
internal sealed class ScriptedEngine : IEngine
{
    public string NumericClass => "scripted-1";

    public ITokenizer Tokenizer { get; init; } = new ByteVocabulary();

    /// <summary>Models that were opened, in order.</summary>
    public List<ModelRef> Opened { get; } = [];

    public List<SampleRequest> Samples { get; } = [];

    /// <summary>Packs that were trained, in order.</summary>
    public List<IReadOnlyList<TrainRequest>> Packs { get; } = [];

    /// <summary>Deltas that were handed out.</summary>
    public List<ScriptedDelta> Deltas { get; } = [];

    /// <summary>What the policy writes for the n-th draw, counted over all requests.</summary>
    public Func<int, string> Writes { get; init; } = draw => $"text {draw}";

    /// <summary>Losses of a member, one per step; a not-a-number ends it with a failure.</summary>
    public Func<TrainRequest, double[]> Losses { get; init; } = request => [.. request.Batches.Select((_, step) => 2.0 - step)];

    public IModelHandle Open(ModelRef model, IModelFiles files)
    {
        Opened.Add(model);
        return new Handle(this, model);
    }

    public void Dispose() { }

    private sealed class Handle(ScriptedEngine engine, ModelRef model) : IModelHandle
    {
        private int _drawn;

        public ModelRef Model => model;

        public ModelInfo Info { get; } = new(engine.Tokenizer, 4096, UsesGridPositions: false);

        public IReadOnlyList<SampleRecord> Sample(SampleRequest request, CancellationToken cancellation)
        {
            engine.Samples.Add(request);
            return [.. request.Seeds.Select(_ => Record(engine.Tokenizer.Encode(engine.Writes(_drawn++))))];
        }

        public IReadOnlyList<TrainOutcome> Train(IReadOnlyList<TrainRequest> members, Action<TrainStep>? onStep, CancellationToken cancellation)
        {
            engine.Packs.Add(members);
            var losses = members.Select(engine.Losses).ToArray();
            var longest = losses.Max(one => one.Length);
            for (var step = 0; step < longest; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                onStep?.Invoke(new TrainStep(step + 1, longest, [.. losses.Select(one => step < one.Length ? one[step] : double.NaN)]));
            }

            return [.. losses.Select(Outcome)];
        }

        public IReadOnlyList<SequenceScore> Score(ITrainedDelta? delta, IReadOnlyList<TokenSequence> sequences, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public IReadOnlyList<int[]> Generate(ITrainedDelta? delta, IReadOnlyList<GenerateRequest> requests, CancellationToken cancellation) =>
            throw new NotSupportedException();

        private static SampleRecord Record(int[] tokens) => new(tokens, new double[tokens.Length], new double[tokens.Length], true);

        private TrainOutcome Outcome(double[] losses) =>
            losses.Any(double.IsNaN)
                ? new TrainOutcome(null, losses, 0, "loss is not finite")
                : new TrainOutcome(Delta(), losses, 10 * losses.Length, null);

        private ScriptedDelta Delta()
        {
            engine.Deltas.Add(new ScriptedDelta((byte)engine.Deltas.Count));
            return engine.Deltas[^1];
        }
    }
}

/// <param name="number">Its place among the engine's deltas; the adapter file is this one byte.</param>
internal sealed class ScriptedDelta(byte number) : ITrainedDelta
{
    public int Disposals { get; private set; }

    public byte[] ToSafetensors() => Disposals == 0 ? [number] : throw new ObjectDisposedException(nameof(ScriptedDelta));

    public void Dispose() => Disposals++;
}
