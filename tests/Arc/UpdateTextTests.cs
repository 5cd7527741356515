using Seal.Arc.Prompts;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Arc.Tests.Support;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Grammars;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Arc.Tests;

/// <summary>What the policy learns of a self-edit: which tokens, and at which of them.</summary>
public sealed class UpdateTextTests
{
    private static readonly TestVocabulary Vocabulary = new();
    private static readonly ModelInfo Model = new(Vocabulary, 2048, UsesGridPositions: true);

    private static readonly TaskDocument Document = ArcTaskJson.ToDocument(
        new ArcTask(
            "small",
            [
                new ArcPair(
                    Grid.FromRows([
                        [1, 2],
                    ]),
                    Grid.FromRows([
                        [2, 1],
                    ])
                ),
            ],
            [
                new ArcPair(
                    Grid.FromRows([
                        [3, 4],
                    ]),
                    Grid.FromRows([
                        [4, 3],
                    ])
                ),
            ]
        )
    );

    public static TheoryData<string> Schemas => [.. EditSchemas.All.Select(schema => schema.Id)];

    [Fact]
    public void UpdateSequence_ChoicesWithoutAGrammar_CountsEveryTokenOfTheEdit()
    {
        // Free text has no forced tokens: each was a choice among all.
        var weights = ResponseWeights(grammar: false, UpdateSettings.Choices);
        Assert.All(weights, weight => Assert.Equal(1, weight));
    }

    [Fact]
    public void UpdateSequence_ChoicesUnderTheGrammar_CountsWhereItLeftAChoiceAlone()
    {
        var session = Open(grammar: true, UpdateSettings.Choices);
        var (prompt, text) = (session.Prompt(Document), session.UpdateSequence(Document, Edit()));
        var state = prompt.Constraint!.Start;
        for (var t = prompt.Tokens.Length; t < text.Length; t++)
        {
            Assert.Equal(state.Allowed.Count > 1 ? 1 : 0, text.Weights[t]);
            state = state.Next(text.Tokens[t]);
        }

        Assert.Contains(1, text.Weights);
        Assert.Contains(0, text.Weights[prompt.Tokens.Length..]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void UpdateSequence_All_CountsEveryTokenOfTheEdit(bool grammar) =>
        Assert.All(ResponseWeights(grammar, tokens: null), weight => Assert.Equal(1, weight));

    [Theory]
    [InlineData(null, true)]
    [InlineData(UpdateSettings.Choices, true)]
    [InlineData(null, false)]
    [InlineData(UpdateSettings.Choices, false)]
    public void UpdateSequence_DrawnTokens_FollowThePromptAsTheyWereDrawn(string? tokens, bool ended)
    {
        // Character by character: the vocabulary's own encoder would have taken longer pieces.
        int[] drawn = [.. Edit().Select(character => Vocabulary.Encode(character.ToString()).Single())];
        var session = Open(grammar: false, tokens);
        var prompt = session.Prompt(Document).Tokens;

        var text = session.UpdateSequence(Document, Edit(), new DrawnTokens(drawn, ended));

        Assert.NotEqual(drawn, Vocabulary.Encode(Edit()));
        Assert.Equal([.. prompt, .. drawn, .. Enumerable.Repeat(Vocabulary.EndOfText, ended ? 1 : 0)], text.Tokens);
        Assert.All(text.Weights[prompt.Length..], weight => Assert.Equal(1, weight));
        Assert.All(text.Weights[..prompt.Length], weight => Assert.Equal(0, weight));
        Assert.Equal(TokenSequence.Locate(session.Prompt(Document).Positions, text.Tokens), text.Positions);
    }

    [Fact]
    public void ProposalText_DrawnInAChat_EndsTheTurnWhereItEnded()
    {
        var vocabulary = new ChatVocabulary();
        var format = new ChatPromptFormat(vocabulary);
        ArcPair[] shown =
        [
            new(
                Grid.FromRows([
                    [1],
                ]),
                Grid.FromRows([
                    [2],
                ])
            ),
        ];
        int[] prompt = format.Proposal(shown);
        Assert.Equal([.. prompt, 65, 66, vocabulary.EndOfText], format.ProposalText(shown, new DrawnTokens([65, 66], Ended: true)).Tokens);
        Assert.Equal([.. prompt, 65, 66], format.ProposalText(shown, new DrawnTokens([65, 66], Ended: false)).Tokens);
    }

    [Fact]
    public void ChatFormat_SeveralEndTokens_AnswersStopAtAnyAndTrainingTextsEndWithTheTemplates()
    {
        var format = new ChatPromptFormat(new ChatVocabulary { EndTokens = new EndTokens(7, 259) });
        Assert.Equal([7, 259], format.AnswerEnds.Ids);
        Assert.Equal(
            259,
            format.Answer(
                Grid.FromRows([
                    [1],
                ])
            )[^1]
        );
        Assert.Equal(
            259,
            format
                .ProposalText(
                    [
                        new ArcPair(
                            Grid.FromRows([
                                [1],
                            ]),
                            Grid.FromRows([
                                [2],
                            ])
                        ),
                    ],
                    "{}"
                )
                .Tokens[^1]
        );
    }

    [Fact]
    public void Evaluate_InAChatWithSeveralEndTokens_DecodesUntilAny()
    {
        var vocabulary = new ChatVocabulary { EndTokens = new EndTokens(7, 259) };
        var info = new ModelInfo(vocabulary, 4096, UsesGridPositions: false);
        var model = new SilentModel(info);
        var session = new ArcDomain().Open(new RunSettings("arc", new(), new(), new(), new(), new(), new()), info);
        session.Evaluate(model, null, Document, NoneProposer.Payload, EvaluationKind.Shown, new Seed(1), default);
        Assert.Equal([7, 259], Assert.Single(model.Asked).Stop.Ids);
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Constraint_OfEverySchema_DrawsTheTokensThatTheVocabularyWrites(string schema)
    {
        // So under a grammar what was drawn is what the canonical text is encoded to, and nothing needs to be kept beside it.
        var constraint = GrammarConstraint.Create(EditSchemas.Get(schema).Grammar, Vocabulary);
        var random = new CounterRandom(new Seed(11));
        for (var text = 0; text < 50; text++)
        {
            var drawn = new List<int>();
            for (var state = constraint.Start; !state.IsComplete; )
            {
                var token = state.Allowed[random.NextInt(state.Allowed.Count)];
                state = state.Next(token);
                drawn.Add(token);
            }

            Assert.Equal(Vocabulary.EndOfText, drawn[^1]);
            Assert.Equal(drawn[..^1], Vocabulary.Encode(Vocabulary.Decode(drawn.ToArray().AsSpan()[..^1])));
        }
    }

    /// <summary>The prompt is another view of the same task; what is learned after it is the same.</summary>
    [Theory]
    [InlineData("order")]
    [InlineData("colours")]
    [InlineData("turned")]
    public void UpdateSequence_Augmented_ShowsTheSameTaskInAnotherView(string augment)
    {
        var plain = Open(grammar: true, UpdateSettings.Choices).UpdateSequence(Several, Edit());
        var session = Open(grammar: true, UpdateSettings.Choices, augment);
        var views = Enumerable.Range(0, 40).Select(n => session.UpdateSequence(Several, Edit(), view: new Seed((ulong)n))).ToArray();
        var prompt = session.Prompt(Several).Tokens.Length;

        Assert.Equal(plain.Tokens, session.UpdateSequence(Several, Edit()).Tokens); // the policy is asked about the plain one
        Assert.Equal(views[3].Tokens, session.UpdateSequence(Several, Edit(), view: new Seed(3)).Tokens);
        Assert.True(views.Select(view => string.Join(' ', view.Tokens)).Distinct().Count() > 5);
        Assert.All(views, view => Assert.Equal(plain.Tokens[prompt..], view.Tokens[prompt..]));
        Assert.All(views, view => Assert.Equal(plain.Weights, view.Weights));
        if (augment == "order")
        {
            Assert.All(views, view => Assert.Equal(plain.Tokens.Order(), view.Tokens.Order()));
        }

        // Counts of each colour, without their names, are those of the task in every view that only renames and turns.
        int[] Counts(TokenSequence text) => [.. text.Tokens[..prompt].GroupBy(token => token).Select(group => group.Count()).Order()];
        Assert.All(views, view => Assert.Equal(Counts(plain), Counts(view)));
    }

    [Fact]
    public void UpdateSequence_NotAugmented_HasOneView() =>
        Assert.Equal(
            Open(grammar: true, null).UpdateSequence(Several, Edit()).Tokens,
            Open(grammar: true, null).UpdateSequence(Several, Edit(), view: new Seed(3)).Tokens
        );

    private static readonly TaskDocument Several = ArcTaskJson.ToDocument(
        new ArcTask(
            "several",
            [
                new ArcPair(
                    Grid.FromRows([
                        [1, 2],
                        [0, 1],
                    ]),
                    Grid.FromRows([
                        [2, 1],
                        [0, 2],
                    ])
                ),
                new ArcPair(
                    Grid.FromRows([
                        [3, 0],
                        [4, 4],
                    ]),
                    Grid.FromRows([
                        [4, 0],
                        [3, 3],
                    ])
                ),
                new ArcPair(
                    Grid.FromRows([
                        [5, 6],
                        [5, 0],
                    ]),
                    Grid.FromRows([
                        [6, 5],
                        [6, 0],
                    ])
                ),
            ],
            [
                new ArcPair(
                    Grid.FromRows([
                        [3, 4],
                        [0, 0],
                    ]),
                    Grid.FromRows([
                        [4, 3],
                        [0, 0],
                    ])
                ),
            ]
        )
    );

    private static IDomainSession Open(bool grammar, string? tokens, string? augment = null) =>
        new ArcDomain().Open(new RunSettings("arc", new(), new(Grammar: grammar), new(), new(), new(Tokens: tokens, Augment: augment), new()), Model);

    private static float[] ResponseWeights(bool grammar, string? tokens)
    {
        var session = Open(grammar, tokens);
        return session.UpdateSequence(Document, Edit()).Weights[session.Prompt(Document).Tokens.Length..];
    }

    private static string Edit() => PaperSchema.Instance.Enumerate().First();

    /// <summary>Says nothing, and notes how it was asked.</summary>
    private sealed class SilentModel(ModelInfo info) : IModelHandle
    {
        public List<GenerateRequest> Asked { get; } = [];

        public ModelRef Model { get; } = new("base", []);

        public ModelInfo Info => info;

        public IReadOnlyList<int[]> Generate(ITrainedDelta? delta, IReadOnlyList<GenerateRequest> requests, CancellationToken cancellation)
        {
            Asked.AddRange(requests);
            return [.. requests.Select(_ => Array.Empty<int>())];
        }

        public IReadOnlyList<SequenceScore> Score(ITrainedDelta? delta, IReadOnlyList<TokenSequence> sequences, CancellationToken cancellation) =>
            [.. sequences.Select(sequence => new SequenceScore(new float[sequence.Length], sequence.Tokens))];

        public IReadOnlyList<SampleRecord> Sample(SampleRequest request, CancellationToken cancellation) => throw new NotSupportedException();

        public IReadOnlyList<TrainOutcome> Train(IReadOnlyList<TrainRequest> members, Action<TrainStep>? onStep, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }
}
