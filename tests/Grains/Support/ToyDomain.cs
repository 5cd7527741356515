using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Grammars;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Grains.Tests.Support;

/// <summary>
/// The smallest domain that gives the grid everything to do: a self-edit is a word of three letters, 'z' makes it invalid, 'x' makes it ask for
/// too many steps, 'q' makes the fake engine diverge.
/// </summary>
internal sealed class ToyDomain : IDomain
{
    public string Id => "toy";

    public IDomainSession Open(RunSettings settings, ModelInfo model) => new Session(settings, model);

    public string TrialIdentity(RunSettings settings, EvaluationKind kind) => $"{kind} {SealJson.ToText(settings.Inner.DeltaSpec)}";

    public TaskSets Load(TaskSource source) =>
        new([.. source.Train.Select(id => new TaskDocument(id, "{}"))], [.. source.Evaluate.Select(id => new TaskDocument(id, "{}"))]);

    public string? Validate(TaskDocument task, bool needsTestOutputs) => null;

    private sealed class Session(RunSettings settings, ModelInfo model) : IDomainSession
    {
        internal const string Letters = "abcdefgqxz";

        public ProposalPrompt Prompt(TaskDocument task) =>
            new(model.Tokenizer.Encode(Letters + task.Id), SequentialPositions.Instance, new NoConstraint(model.Tokenizer.EndOfText));

        public EditVerdict Parse(string text)
        {
            var word = text.Length <= 3 ? text : text[..3];
            return word.Contains('z') ? EditVerdict.Invalid("has a z") : EditVerdict.Valid(word);
        }

        public IEditSpace? Space { get; } = new Words();

        public InnerLoopPlan PlanInnerLoop(TaskDocument task, string payload, Seed seed)
        {
            if (payload == "none")
            {
                return new InnerLoopPlan(null, null, NoTraining: true);
            }

            if (payload.Contains('x'))
            {
                return InnerLoopPlan.Refuse("376 steps over the cap of 375");
            }

            var sequence = Sequence(task.Id + payload);
            int[][] batches = [.. Enumerable.Repeat(new[] { 0 }, 2 + (int)(seed.Value % 3))];
            var rate = payload.Contains('q') ? 0.1 : 1e-3;
            return InnerLoopPlan.Train(
                new TrainRequest(settings.Inner.DeltaSpec, seed, [sequence], batches, new OptimizerSpec(rate, 0, batches.Length))
            );
        }

        public EvaluationResult Evaluate(
            IModelHandle model,
            ITrainedDelta? delta,
            TaskDocument task,
            string payload,
            EvaluationKind kind,
            Seed seed,
            CancellationToken cancellation
        )
        {
            var sequence = Sequence(task.Id + "answer");
            var score = model.Score(delta, [sequence], cancellation)[0];
            var right = Enumerable.Range(1, sequence.Length - 1).Average(t => score.Argmax[t] == sequence.Tokens[t] ? 1.0 : 0.0);
            return new EvaluationResult(
                [new Observation(ObservationNames.Exact, right == 1 ? 1 : 0), new Observation(ObservationNames.TokenAccuracy, right)],
                $"\"{kind}\""
            );
        }

        public TokenSequence UpdateSequence(TaskDocument task, string payload, DrawnTokens? drawn = null, Seed? view = null) =>
            drawn is null ? Sequence(task.Id + payload) : Sequence([.. model.Tokenizer.Encode(task.Id), .. drawn.Tokens]);

        private TokenSequence Sequence(string text) => Sequence(model.Tokenizer.Encode(text));

        private static TokenSequence Sequence(int[] tokens) => new(tokens, [.. tokens.Select(_ => 1f)]);
    }

    private sealed class Words : IEditSpace
    {
        public string Random(CounterRandom random) => new([.. Enumerable.Range(0, 3).Select(_ => Session.Letters[random.NextInt(7)])]);

        public IEnumerable<string> Enumerate() => Session.Letters.Select(letter => new string(letter, 3));
    }

    private sealed class NoConstraint(int end) : ITokenConstraint, ITokenConstraintState
    {
        public ITokenConstraintState Start => this;

        public IReadOnlyList<int> Allowed => [end];

        public bool IsComplete => false;

        public ITokenConstraintState Next(int token) => this;
    }
}

/// <summary>One token a character.</summary>
internal sealed class CharacterTokenizer : ITokenizer
{
    public string Id => "characters";

    public int VocabularySize => 128;

    public int EndOfText => 0;

    public int[] Encode(string text) => [.. text.Select(character => (int)character)];

    public string Decode(ReadOnlySpan<int> tokens) => string.Concat(tokens.ToArray().Select(token => (char)token));

    public bool TryGetSpecial(string name, out int token)
    {
        token = -1;
        return false;
    }

    public ReadOnlyMemory<byte> Bytes(int token) => new[] { (byte)token };
}
