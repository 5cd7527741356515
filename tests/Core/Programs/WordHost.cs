using System.Text;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Grammars;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Programs;

/// <summary>Runs job programs on a model that draws given samples and notes what it is trained on.</summary>
internal sealed class WordHost(IReadOnlyList<SampleRecord> samples) : IJobEnvironment, IEngine, IModelHandle
{
    private static readonly ModelRef Base = new("base", []);
    private readonly Dictionary<string, byte[]> _blobs = new(StringComparer.Ordinal) { [TaskHash] = "task"u8.ToArray() };
    private readonly Dictionary<string, byte[]> _contexts = new(StringComparer.Ordinal);
    private readonly FakeEngine _fake = new(new WordVocabulary());
    private int _drawn;

    /// <summary>Blobs that programs have kept.</summary>
    public int Kept => _blobs.Count - 1;

    public TaskRef Task { get; } = new("t", TaskHash);

    public TrainRequest? Trained { get; private set; }

    private static string TaskHash { get; } = ArtifactKey.Sha256("task"u8);

    public static RunSettings Settings(bool grammar, bool distinct = false) =>
        new("words", new("fake"), new(Grammar: grammar, Distinct: distinct), new(), new(), new(), new());

    public IReadOnlyList<Proposal> Propose(bool grammar, int count, bool distinct = false) =>
        Run(grammar, distinct, propose: new ProposeJob(Task, PhaseId.Train(1), PolicyRef.Of("base"), count)).Propose!.Proposals;

    public void Update(IReadOnlyList<UpdatePair> pairs) =>
        Run(grammar: false, distinct: false, update: new UpdateJob(PolicyRef.Of("base"), pairs, 1));

    public IReadOnlyList<SampleRecord> Sample(SampleRequest request, CancellationToken cancellation)
    {
        var first = _drawn;
        _drawn += request.Seeds.Count;
        return [.. samples.Skip(first).Take(request.Seeds.Count)];
    }

    public IReadOnlyList<TrainOutcome> Train(IReadOnlyList<TrainRequest> members, Action<TrainStep>? onStep, CancellationToken cancellation)
    {
        Trained = members.Single();
        return _fake.Open(Base, Files).Train(members, onStep, cancellation);
    }

    public DrawnTokens Drawn(Proposal proposal) => SealJson.Parse<DrawnTokens[]>(ReadBlob(proposal.Drawn!.Sha256))[proposal.Drawn.Place];

    public byte[] ReadBlob(string sha256) => _blobs.GetValueOrDefault(sha256) ?? _contexts[sha256];

    public ArtifactFile Keep(string name, byte[] bytes)
    {
        var sha256 = ArtifactKey.Sha256(bytes);
        _blobs[sha256] = bytes;
        return new ArtifactFile(name, name, sha256, bytes.Length);
    }

    public void Progress(int step, int total, double? loss) { }

    public IEngine Engine => this;

    public IModelFiles Files { get; } = new NoFiles();

    public string NumericClass => _fake.NumericClass;

    public ModelRef Model => Base;

    public ModelInfo Info { get; } = new(new WordVocabulary(), 128, UsesGridPositions: false);

    public IDomain Domain(string id) => new WordDomain(HasGrammar);

    /// <summary>Whether the domain has a grammar to write under.</summary>
    public bool HasGrammar { get; init; } = true;

    public IModelHandle Open(ModelRef model, IModelFiles files) => this;

    public IReadOnlyList<SequenceScore> Score(ITrainedDelta? delta, IReadOnlyList<TokenSequence> sequences, CancellationToken cancellation) => [];

    public IReadOnlyList<int[]> Generate(ITrainedDelta? delta, IReadOnlyList<GenerateRequest> requests, CancellationToken cancellation) => [];

    public void Dispose() => _fake.Dispose();

    private JobResult Run(bool grammar, bool distinct, ProposeJob? propose = null, UpdateJob? update = null)
    {
        var run = new RunContext("sweep", "run", Settings(grammar, distinct), new ArmSpec("seal", "policy"), 1, NumericClass);
        var context = SealJson.ToBytes(run);
        _contexts[ArtifactKey.Sha256(context)] = context;
        var named = new RunRef(run.Sweep, run.Run, run.Fork, run.NumericClass, ArtifactKey.Sha256(context));
        return new JobRunner(this).Run(new JobAssignment("job", 1, default, named, Propose: propose, Update: update), CancellationToken.None);
    }

    private sealed class NoFiles : IModelFiles
    {
        public string BaseFolder(string sha256) => throw new ModelFormatException("There is no base model here.");

        public byte[] Adapter(string sha256) => throw new ModelFormatException("There is no adapter here.");
    }
}

/// <summary>A self-edit is any word without a 'z'.</summary>
/// <param name="hasGrammar">Whether there is a grammar to write under.</param>
internal sealed class WordDomain(bool hasGrammar) : IDomain
{
    /// <summary>The token of "aa".</summary>
    public const int DoubleA = 128;

    public static IReadOnlyList<int> Prompt { get; } = ['?'];

    public string Id => "words";

    public bool HasGrammar => hasGrammar;

    public IDomainSession Open(RunSettings settings, ModelInfo model) => new Session(this, model);

    public string TrialIdentity(RunSettings settings, EvaluationKind kind) => $"{kind}";

    public TaskSets Load(TaskSource source) => throw new NotSupportedException();

    public string? Validate(TaskDocument task, bool needsTestOutputs) => null;

    private sealed class Session(WordDomain domain, ModelInfo model) : IDomainSession
    {
        ProposalPrompt IDomainSession.Prompt(TaskDocument task) =>
            new([.. Prompt], SequentialPositions.Instance, domain.HasGrammar ? CanonicalConstraint.Create(["aab"], model.Tokenizer) : null);

        public EditVerdict Parse(string text) => text.Contains('z') ? EditVerdict.Invalid("has a z") : EditVerdict.Valid(text);

        public TokenSequence UpdateSequence(TaskDocument task, string payload, DrawnTokens? drawn = null, Seed? view = null)
        {
            int[] tokens = [.. Prompt, .. drawn?.Tokens ?? model.Tokenizer.Encode(payload)];
            return new TokenSequence(tokens, new float[tokens.Length]);
        }

        public IEditSpace? Space => null;

        public InnerLoopPlan PlanInnerLoop(TaskDocument task, string payload, Seed seed) => InnerLoopPlan.Refuse("words are not tried");

        public EvaluationResult Evaluate(
            IModelHandle model,
            ITrainedDelta? delta,
            TaskDocument task,
            string payload,
            EvaluationKind kind,
            Seed seed,
            CancellationToken cancellation
        ) => new([], null);
    }
}

/// <summary>A token a character, and one for "aa".</summary>
internal sealed class WordVocabulary : ITokenizer
{
    public string Id => "words";

    public int VocabularySize => WordDomain.DoubleA + 1;

    public int EndOfText => 0;

    public int[] Encode(string text) => [.. text.Replace("aa", "\u0080", StringComparison.Ordinal).Select(c => (int)c)];

    public string Decode(ReadOnlySpan<int> tokens) =>
        string.Concat(tokens.ToArray().Select(token => token == WordDomain.DoubleA ? "aa" : ((char)token).ToString()));

    public bool TryGetSpecial(string name, out int token)
    {
        token = -1;
        return false;
    }

    public ReadOnlyMemory<byte> Bytes(int token) => Encoding.ASCII.GetBytes(Decode([token]));
}
