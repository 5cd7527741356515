using System.Text;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Programs;

/// <summary>A slot that is asked by many runs, in many orders, computes for each what it alone would have had.</summary>
public sealed class JobRunnerIdentityTests
{
    private static readonly RunContext Context = new(
        "s",
        "r",
        new RunSettings("stated", new("fake"), new(), new(), new(), new(), new()),
        new ArmSpec("none", "none"),
        1,
        "class-1"
    );

    private static readonly RunRef Reference = new("s", "r", 0, "class-1", SealJson.Hash(Context));

    [Fact]
    public void Run_JobOfAnotherClass_IsRefusedByNameBeforeAModelIsOpened()
    {
        var slot = new Slot("class-2");

        var refused = Assert.Throws<NumericClassException>(() => new JobRunner(slot).Run(Propose("model-a"), default));

        Assert.Contains("s/r/train-1/t", refused.Message, StringComparison.Ordinal);
        Assert.Contains("class-1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("class-2", refused.Message, StringComparison.Ordinal);
        Assert.Empty(slot.Opened);
    }

    [Fact]
    public void Run_ModelsThatShareAVocabulary_EachHasASessionOfItsOwnModel()
    {
        var slot = new Slot("class-1");
        var runner = new JobRunner(slot);

        foreach (var model in new[] { "model-a", "model-b", "model-b", "model-a" })
        {
            runner.Run(Propose(model), default);
        }

        // A session that was made for the other model would write texts of the other's length.
        Assert.Equal([Slot.ContextOf("model-a"), Slot.ContextOf("model-b"), Slot.ContextOf("model-a")], slot.Sessions);
    }

    private static JobAssignment Propose(string model) =>
        new(
            "s/r/train-1/t",
            1,
            TimeSpan.FromSeconds(15),
            Reference,
            Propose: new ProposeJob(new TaskRef("t", "00"), PhaseId.Train(1), PolicyRef.Of(model), 1)
        );

    /// <summary>A slot whose models have one vocabulary and different lengths.</summary>
    private sealed class Slot(string numericClass) : IJobEnvironment, IEngine, IModelFiles, IDomain
    {
        private static readonly ITokenizer Vocabulary = new OneLetter();

        public List<string> Opened { get; } = [];

        public List<int> Sessions { get; } = [];

        public IEngine Engine => this;

        public IModelFiles Files => this;

        public string NumericClass => numericClass;

        public string Id => "stated";

        public static int ContextOf(string model) => 100 + model[^1];

        public IModelHandle Open(ModelRef model, IModelFiles files)
        {
            Opened.Add(model.BaseSha256);
            return new Handle(model, new ModelInfo(Vocabulary, ContextOf(model.BaseSha256), false));
        }

        public IDomainSession Open(RunSettings settings, ModelInfo model)
        {
            Sessions.Add(model.ContextLength);
            return new NoSession();
        }

        public IDomain Domain(string id) => this;

        public string TrialIdentity(RunSettings settings, EvaluationKind kind) => "";

        public TaskSets Load(TaskSource source) => throw new NotSupportedException();

        public string? Validate(TaskDocument task, bool needsTestOutputs) => null;

        public byte[] ReadBlob(string sha256) => sha256 == Reference.ContextSha256 ? SealJson.ToBytes(Context) : Encoding.UTF8.GetBytes("\"t\"");

        public ArtifactFile Keep(string name, byte[] bytes) => throw new NotSupportedException();

        public void Progress(int step, int total, double? loss) { }

        public string BaseFolder(string sha256) => throw new NotSupportedException();

        public byte[] Adapter(string sha256) => throw new NotSupportedException();

        public void Dispose() { }
    }

    private sealed record Handle(ModelRef Model, ModelInfo Info) : IModelHandle
    {
        public IReadOnlyList<SampleRecord> Sample(SampleRequest request, CancellationToken cancellation) => throw new NotSupportedException();

        public IReadOnlyList<TrainOutcome> Train(IReadOnlyList<TrainRequest> members, Action<TrainStep>? onStep, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public IReadOnlyList<SequenceScore> Score(ITrainedDelta? delta, IReadOnlyList<TokenSequence> sequences, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public IReadOnlyList<int[]> Generate(ITrainedDelta? delta, IReadOnlyList<GenerateRequest> requests, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }

    private sealed class NoSession : IDomainSession
    {
        public ProposalPrompt Prompt(TaskDocument task) => throw new NotSupportedException();

        public EditVerdict Parse(string text) => throw new NotSupportedException();

        public IEditSpace? Space => null;

        public InnerLoopPlan PlanInnerLoop(TaskDocument task, string payload, Seed seed) => throw new NotSupportedException();

        public EvaluationResult Evaluate(
            IModelHandle model,
            ITrainedDelta? delta,
            TaskDocument task,
            string payload,
            EvaluationKind kind,
            Seed seed,
            CancellationToken cancellation
        ) => throw new NotSupportedException();

        public TokenSequence UpdateSequence(TaskDocument task, string payload, DrawnTokens? drawn = null, Seed? view = null) =>
            throw new NotSupportedException();
    }

    private sealed class OneLetter : ITokenizer
    {
        public string Id => "one letter";

        public int VocabularySize => 1;

        public int EndOfText => 0;

        public int[] Encode(string text) => new int[text.Length];

        public string Decode(ReadOnlySpan<int> tokens) => new('a', tokens.Length);

        public bool TryGetSpecial(string name, out int token)
        {
            token = -1;
            return false;
        }

        public ReadOnlyMemory<byte> Bytes(int token) => "a"u8.ToArray();
    }
}
