using Seal.Core.Engines;
using Seal.Core.Programs;
using Seal.Core.Sequences;

namespace Seal.Client.Sweeps.Planning;

/// <summary>A model that computes nothing and counts what it is asked for. Every text is written to its longest.</summary>
/// <param name="info">As the real one's.</param>
internal sealed class CountingModel(ModelInfo info) : IModelHandle, IEngine, IModelFiles
{
    /// <summary>All that was asked for so far.</summary>
    public Work Done { get; private set; } = Work.None;

    /// <summary>Whatever is opened is this one: a chain of trainings goes on counting.</summary>
    public ModelOpener Opener => new(this, this);

    public string NumericClass => "";

    public ModelRef Model { get; } = new("", []);

    public ModelInfo Info => info;

    public IReadOnlyList<SampleRecord> Sample(SampleRequest request, CancellationToken cancellation)
    {
        Done += Work.Reading(request.Prompt.Length) + (Work.Writing(request.Prompt.Length, request.MaxNewTokens) * request.Seeds.Count);
        return [.. request.Seeds.Select(_ => new SampleRecord([], [], [], Ended: true))];
    }

    public IReadOnlyList<TrainOutcome> Train(IReadOnlyList<TrainRequest> members, Action<TrainStep>? onStep, CancellationToken cancellation)
    {
        foreach (var member in members)
        {
            foreach (var index in member.Batches.SelectMany(batch => batch))
            {
                Done += Work.Training(member.Sequences[index].Length);
            }

            Done += Work.None with { Steps = member.Batches.Count };
        }

        return [.. members.Select(_ => new TrainOutcome(new Nothing(), [], 0, null))];
    }

    public IReadOnlyList<SequenceScore> Score(ITrainedDelta? delta, IReadOnlyList<TokenSequence> sequences, CancellationToken cancellation)
    {
        Done = sequences.Aggregate(Done, (done, sequence) => done + Work.Reading(sequence.Length));
        return [.. sequences.Select(sequence => new SequenceScore(new float[sequence.Length], new int[sequence.Length]))];
    }

    public IReadOnlyList<int[]> Generate(ITrainedDelta? delta, IReadOnlyList<GenerateRequest> requests, CancellationToken cancellation)
    {
        Done = requests.Aggregate(
            Done,
            (done, request) => done + Work.Reading(request.Prompt.Length) + Work.Writing(request.Prompt.Length, request.MaxNewTokens)
        );
        return [.. requests.Select(_ => Array.Empty<int>())];
    }

    public IModelHandle Open(ModelRef model, IModelFiles files) => this;

    public string BaseFolder(string sha256) => throw new NotSupportedException();

    public byte[] Adapter(string sha256) => throw new NotSupportedException();

    public void Dispose() { }

    private sealed class Nothing : ITrainedDelta
    {
        public byte[] ToSafetensors() => [];

        public void Dispose() { }
    }
}
