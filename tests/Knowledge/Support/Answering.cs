using Seal.Core.Engines;
using Seal.Core.Sequences;

namespace Seal.Knowledge.Tests.Support;

/// <summary>A model that gives these answers, whatever it is asked; keeps the prompts.</summary>
internal sealed class Answering(ITokenizer tokenizer, params string[] answers) : IModelHandle
{
    public List<string> Asked { get; } = [];

    public ModelRef Model { get; } = new("none", []);

    public ModelInfo Info { get; } = new(tokenizer, 4096, UsesGridPositions: false);

    public IReadOnlyList<int[]> Generate(ITrainedDelta? delta, IReadOnlyList<GenerateRequest> requests, CancellationToken cancellation)
    {
        Asked.AddRange(requests.Select(request => tokenizer.Decode(request.Prompt)));
        return [.. answers.Take(requests.Count).Select(tokenizer.Encode)];
    }

    public IReadOnlyList<SampleRecord> Sample(SampleRequest request, CancellationToken cancellation) => throw new NotSupportedException();

    public IReadOnlyList<TrainOutcome> Train(IReadOnlyList<TrainRequest> members, Action<TrainStep>? onStep, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public IReadOnlyList<SequenceScore> Score(ITrainedDelta? delta, IReadOnlyList<TokenSequence> sequences, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
