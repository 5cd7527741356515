using Seal.Arc.Prompts;
using Seal.Arc.Tasks;
using Seal.Core.Engines;
using Seal.Core.Sequences;

namespace Seal.Arc.Tests.Support;

/// <summary>A model that answers by a function from the question's tokens to a grid: scoring and decoding agree, as in a real one.</summary>
internal sealed class ScriptedModel(GridPromptFormat format, ModelInfo info, Func<int[], Grid?> answer) : IModelHandle
{
    public ModelRef Model { get; } = new("scripted", []);

    public ModelInfo Info => info;

    public List<TokenSequence> Scored { get; } = [];

    public List<GenerateRequest> Generated { get; } = [];

    public IReadOnlyList<SequenceScore> Score(ITrainedDelta? delta, IReadOnlyList<TokenSequence> sequences, CancellationToken cancellation)
    {
        Scored.AddRange(sequences);
        return
        [
            .. sequences.Select(sequence =>
            {
                var question = sequence.Tokens.Take(Array.LastIndexOf(sequence.Tokens, 4) + 1).ToArray();
                var argmax = Enumerable.Repeat(-1, sequence.Length).ToArray();
                var said = Answer(question);
                for (var t = 0; t < sequence.Length - question.Length && t < said.Length; t++)
                {
                    argmax[question.Length + t] = said[t];
                }

                return new SequenceScore(new float[sequence.Length], argmax);
            }),
        ];
    }

    public IReadOnlyList<int[]> Generate(ITrainedDelta? delta, IReadOnlyList<GenerateRequest> requests, CancellationToken cancellation)
    {
        Generated.AddRange(requests);
        return
        [
            .. requests.Select(request =>
                Answer(request.Prompt).TakeWhile(token => !request.Stop.Contains(token)).Take(request.MaxNewTokens).ToArray()
            ),
        ];
    }

    public IReadOnlyList<SampleRecord> Sample(SampleRequest request, CancellationToken cancellation) => throw new NotSupportedException();

    public IReadOnlyList<TrainOutcome> Train(IReadOnlyList<TrainRequest> members, Action<TrainStep>? onStep, CancellationToken cancellation) =>
        throw new NotSupportedException();

    /// <summary>The input grid that a question ends with.</summary>
    public static Grid InputOf(GridPromptFormat format, int[] question)
    {
        var from = Array.LastIndexOf(question, 3) + 1;
        return format.ReadAnswer(question.AsSpan(from, question.Length - 1 - from))!;
    }

    private int[] Answer(int[] question) => answer(question) is { } grid ? format.Answer(grid) : [5, 5];
}
