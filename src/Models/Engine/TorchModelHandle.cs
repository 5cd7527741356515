using Seal.Core.Engines;
using Seal.Core.Sequences;
using Seal.Models.Decoding;
using Seal.Models.Llama;
using Seal.Models.Training;

namespace Seal.Models.Engine;

/// <summary>A model in memory and what can be done with it.</summary>
internal sealed class TorchModelHandle(ModelRef reference, SharedModel model, ITokenizer tokenizer) : IModelHandle, IDisposable
{
    public ModelRef Model { get; } = reference;

    public ModelInfo Info { get; } = new(tokenizer, model.Model.Config.ContextLength, model.Model.Config.Grid is not null);

    /// <summary>The weights.</summary>
    public LlamaModel Weights => model.Model;

    public IReadOnlyList<SampleRecord> Sample(SampleRequest request, CancellationToken cancellation) =>
        Sampler.Sample(Weights, request, Info.Tokenizer.EndTokens, cancellation);

    public IReadOnlyList<TrainOutcome> Train(IReadOnlyList<TrainRequest> members, Action<TrainStep>? onStep, CancellationToken cancellation) =>
        PackTrainer.Train(Weights, members, onStep, cancellation);

    public IReadOnlyList<SequenceScore> Score(ITrainedDelta? delta, IReadOnlyList<TokenSequence> sequences, CancellationToken cancellation) =>
        Scorer.Score(With(delta), sequences, cancellation);

    public IReadOnlyList<int[]> Generate(ITrainedDelta? delta, IReadOnlyList<GenerateRequest> requests, CancellationToken cancellation) =>
        GreedyDecoder.Generate(With(delta), requests, cancellation);

    public void Dispose() => model.Dispose();

    private LlamaModel With(ITrainedDelta? delta) =>
        delta switch
        {
            null => Weights,
            TrainedDelta trained when trained.Origin == Weights => trained.Applied,
            TrainedDelta => throw new ArgumentException(
                "The delta was trained on another model than this handle's; train it here, or open the model with it as adapter.",
                nameof(delta)
            ),
            _ => throw new ArgumentException($"{delta.GetType().Name} is no delta of this engine.", nameof(delta)),
        };
}
