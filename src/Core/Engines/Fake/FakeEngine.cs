using System.Globalization;
using System.Security.Cryptography;
using Seal.Core.Artifacts;
using Seal.Core.Catalogs;
using Seal.Core.Json;
using Seal.Core.Randomness;
using Seal.Core.Sequences;

namespace Seal.Core.Engines.Fake;

/// <summary>
/// A deterministic stand-in for an engine: no tensors, no learning, but every result depends on every argument through a hash, so that a
/// grid that loses, repeats or reorders work gives other bytes. About two in five trials succeed; a learning rate above
/// <see cref="DivergingLearningRate"/> fails as a diverging run would.
/// </summary>
/// <param name="tokenizer">The vocabulary to speak in.</param>
/// <param name="stepDelay">How long each training step takes, for tests that kill processes.</param>
/// <param name="faults">Harm to do, for tests of what becomes of it.</param>
public sealed class FakeEngine(ITokenizer tokenizer, TimeSpan stepDelay = default, FakeFaults? faults = null) : IEngine
{
    /// <summary>Its numeric class. The number is raised when its bits change.</summary>
    public const string Class = "fake-1";

    public const double DivergingLearningRate = 0.05;

    /// <summary>Tokens that it can read.</summary>
    public const int ContextLength = 4096;

    /// <summary>Content hash of the model that is not there.</summary>
    public static string BaseSha256 { get; } = ArtifactKey.Sha256("the fake engine's model"u8);

    public string NumericClass => Catalog.Current.ClassOf(Class);

    public IModelHandle Open(ModelRef model, IModelFiles files)
    {
        foreach (var adapter in model.Adapters)
        {
            if (ArtifactKey.Sha256(files.Adapter(adapter)) != adapter)
            {
                throw new ModelFormatException($"Adapter {adapter}: its bytes do not have this hash.");
            }
        }

        return new FakeModel(model, new ModelInfo(tokenizer, ContextLength, UsesGridPositions: true), stepDelay, faults);
    }

    public void Dispose() { }
}

internal sealed class FakeModel(ModelRef model, ModelInfo info, TimeSpan stepDelay, FakeFaults? faults) : IModelHandle
{
    public ModelRef Model => model;

    public ModelInfo Info => info;

    public IReadOnlyList<SampleRecord> Sample(SampleRequest request, CancellationToken cancellation)
    {
        var prompt = Digest("sample", model.Key, SealJson.Hash(request.Prompt));
        return [.. request.Seeds.Select(seed => One(request, new CounterRandom(seed.Derive(prompt)), cancellation))];
    }

    public IReadOnlyList<TrainOutcome> Train(IReadOnlyList<TrainRequest> members, Action<TrainStep>? onStep, CancellationToken cancellation)
    {
        var longest = members.Max(member => member.Batches.Count);
        foreach (var member in members)
        {
            faults?.Strike(member);
        }

        var digests = members.Select(member => Digest("train", model.Key, SealJson.Hash(member))).ToArray();
        for (var step = 1; step <= longest; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (stepDelay > TimeSpan.Zero && cancellation.WaitHandle.WaitOne(stepDelay))
            {
                cancellation.ThrowIfCancellationRequested();
            }

            onStep?.Invoke(new TrainStep(step, longest, [.. digests.Select(digest => Loss(digest, step))]));
        }

        return [.. members.Select((member, slot) => Outcome(member, digests[slot]))];
    }

    public IReadOnlyList<SequenceScore> Score(ITrainedDelta? delta, IReadOnlyList<TokenSequence> sequences, CancellationToken cancellation) =>
        [.. sequences.Select(sequence => Score(delta, sequence))];

    public IReadOnlyList<int[]> Generate(ITrainedDelta? delta, IReadOnlyList<GenerateRequest> requests, CancellationToken cancellation) =>
        [.. requests.Select(request => Continue(delta, request))];

    private SampleRecord One(SampleRequest request, CounterRandom random, CancellationToken cancellation)
    {
        var tokens = new List<int>();
        var state = request.Constraint?.Start;
        while (tokens.Count < request.MaxNewTokens)
        {
            cancellation.ThrowIfCancellationRequested();
            if (state is null)
            {
                var free = request.Prompt[random.NextInt(request.Prompt.Length)];
                if (info.Tokenizer.EndTokens.Contains(free))
                {
                    return Record(tokens, ended: true);
                }

                tokens.Add(free);
                continue;
            }

            var token = state.Allowed[random.NextInt(state.Allowed.Count)];
            state = state.Next(token);
            if (state.IsComplete)
            {
                return Record(tokens, ended: true);
            }

            tokens.Add(token);
        }

        return Record(tokens, ended: false);
    }

    private static SampleRecord Record(List<int> tokens, bool ended) => new([.. tokens], new double[tokens.Count], new double[tokens.Count], ended);

    private static TrainOutcome Outcome(TrainRequest member, string digest)
    {
        var losses = Enumerable.Range(1, member.Batches.Count).Select(step => Loss(digest, step)).ToArray();
        var tokens = member.Batches.Sum(batch => batch.Sum(index => (long)member.Sequences[index].Length));
        return member.Optimizer.LearningRate > FakeEngine.DivergingLearningRate
            ? new TrainOutcome(null, losses[..1], 0, "loss is not finite at step 1")
            : new TrainOutcome(new FakeDelta(digest), losses, tokens, null);
    }

    private SequenceScore Score(ITrainedDelta? delta, TokenSequence sequence)
    {
        var random = RandomOf("score", delta, sequence.Tokens);
        var argmax = sequence.Tokens.ToArray();
        if (!random.NextBool(delta is null ? 0.05 : 0.4))
        {
            argmax[^1] = (argmax[^1] + 1) % info.Tokenizer.VocabularySize;
        }

        argmax[0] = -1;
        return new SequenceScore(new float[sequence.Length], argmax);
    }

    /// <summary>Repeats a stretch of the prompt up to the stop token: sometimes a grid, sometimes not.</summary>
    private int[] Continue(ITrainedDelta? delta, GenerateRequest request)
    {
        var start = RandomOf("generate", delta, request.Prompt).NextInt(request.Prompt.Length);
        return [.. request.Prompt.Skip(start).TakeWhile(token => !request.Stop.Contains(token)).Take(request.MaxNewTokens)];
    }

    private CounterRandom RandomOf(string purpose, ITrainedDelta? delta, int[] tokens) =>
        new(new Seed(0).Derive(purpose, model.Key, (delta as FakeDelta)?.Digest ?? "none", SealJson.Hash(tokens)));

    private static double Loss(string digest, int step) =>
        2.0 / (1 + (0.2 * step)) + (int.Parse(digest[..4], NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 655360.0);

    private static string Digest(params string[] parts) => SealJson.Hash(parts);

    private sealed class FakeDelta(string digest) : ITrainedDelta
    {
        public string Digest => digest;

        public byte[] ToSafetensors()
        {
            var header = """{"digest":{"dtype":"U8","shape":[32],"data_offsets":[0,32]}} """u8;
            return [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. SHA256.HashData(Convert.FromHexString(digest))];
        }

        public void Dispose() { }
    }
}
