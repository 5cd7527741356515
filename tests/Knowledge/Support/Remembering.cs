using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Sequences;
using Seal.Knowledge.World;

namespace Seal.Knowledge.Tests.Support;

/// <summary>
/// A model that knows the background and the texts of its last trainings, and answers what stands in one of these. After more than
/// <paramref name="keeps"/> merges it forgets the oldest one; with <paramref name="fragile"/> every merge costs it the background too.
/// </summary>
internal sealed class Remembering(ITokenizer tokenizer, int keeps, bool fragile = false, string writes = "say : she lives in stoneer hollow . ;")
    : IChainModel
{
    private readonly List<IReadOnlyList<TokenSequence>> _known = [];
    private int _merges;

    public List<TrainRequest> Trained { get; } = [];

    /// <summary>Prompts of self-edits, with the merges before each and the nucleus that they are drawn from.</summary>
    public List<(string Prompt, int Merges, double? TopP)> Asked { get; } = [];

    public IModelHandle Now => new Handle(this);

    public TrainOutcome Train(TrainRequest request, CancellationToken cancellation) => Now.Train([request], null, cancellation)[0];

    public void Merge(ITrainedDelta delta)
    {
        _merges++;
        _known.Add(((Delta)delta).Texts);
        if (_known.Count > keeps)
        {
            _known.RemoveAt(0);
        }
    }

    private sealed record Delta(IReadOnlyList<TokenSequence> Texts) : ITrainedDelta
    {
        public byte[] ToSafetensors() => [];

        public void Dispose() { }
    }

    private sealed class Handle(Remembering model) : IModelHandle
    {
        private readonly int _stamp = model._merges;

        public ModelRef Model { get; } = new("remembering", [.. Enumerable.Range(0, model._merges).Select(i => $"{i}")]);

        public ModelInfo Info { get; } = new(model.Tokenizer, 4096, UsesGridPositions: false);

        public IReadOnlyList<SampleRecord> Sample(SampleRequest request, CancellationToken cancellation)
        {
            model.Asked.Add((model.Tokenizer.Decode(request.Prompt), _stamp, request.TopP));
            var tokens = model.Tokenizer.Encode(model.Writes);
            return [.. request.Seeds.Select(_ => new SampleRecord(tokens, new double[tokens.Length], new double[tokens.Length], Ended: true))];
        }

        public IReadOnlyList<TrainOutcome> Train(IReadOnlyList<TrainRequest> members, Action<TrainStep>? onStep, CancellationToken cancellation)
        {
            model.Trained.AddRange(members);
            return [.. members.Select(one => new TrainOutcome(new Delta(one.Sequences), new double[one.Batches.Count], 0, null))];
        }

        public IReadOnlyList<SequenceScore> Score(ITrainedDelta? delta, IReadOnlyList<TokenSequence> sequences, CancellationToken cancellation)
        {
            Assert.True(_stamp == model._merges, "the model was asked after it had changed");
            return [.. sequences.Select(probe => Knows(probe, delta) ? Right(probe) : Wrong(probe))];
        }

        public IReadOnlyList<int[]> Generate(ITrainedDelta? delta, IReadOnlyList<GenerateRequest> requests, CancellationToken cancellation) =>
            throw new NotSupportedException();

        /// <summary>All words of the answer in a text of what it knows, or, of the background, always.</summary>
        private bool Knows(TokenSequence probe, ITrainedDelta? delta)
        {
            int[] answer = [.. probe.Tokens.Where((token, t) => probe.Weights[t] != 0 && token != model.Tokenizer.EndOfText)];
            var texts = model._known.SelectMany(known => known).Concat((delta as Delta)?.Texts ?? []);
            return texts.Any(text => answer.All(text.Tokens.Contains))
                || (IsBackground(probe) && !(model.Fragile && (_stamp > 0 || delta is not null)));
        }

        private bool IsBackground(TokenSequence probe) =>
            BackgroundWorld.Asked.Any(person =>
                new[] { person.Name, person.Place, person.Thing }.Any(value =>
                    model.Tokenizer.Decode(probe.Tokens).Contains(value, StringComparison.Ordinal)
                )
            );

        private static SequenceScore Right(TokenSequence probe) => new(new float[probe.Length], probe.Tokens);

        private static SequenceScore Wrong(TokenSequence probe) => new(new float[probe.Length], [.. probe.Tokens.Select(_ => -1)]);
    }

    private ITokenizer Tokenizer => tokenizer;

    private bool Fragile => fragile;

    private string Writes => writes;
}
