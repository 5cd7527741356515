using CsCheck;
using Seal.Arc.Prompts;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Arc.Tests.Support;
using Seal.Core.Engines;
using Seal.Core.Sweeps;

namespace Seal.Arc.Tests.Prompts;

public sealed class ChatPromptFormatTests
{
    private const string Wording = "[system]\nRule:\n{demonstrations}\n[user]\n{question}";

    private static readonly ChatVocabulary Vocabulary = new();
    private static readonly ChatPromptFormat Format = new(Vocabulary, taskWording: Wording);

    private static readonly ArcTask Task = new(
        "small",
        [
            new ArcPair(
                Grid.FromRows([
                    [1, 2],
                    [3, 4],
                ]),
                Grid.FromRows([
                    [5],
                ])
            ),
        ],
        [
            new ArcPair(
                Grid.FromRows([
                    [6, 7],
                ]),
                Grid.FromRows([
                    [8],
                    [9],
                ])
            ),
        ]
    );

    private static readonly Gen<Grid> Grids = Gen.Select(Gen.Int[1, 30], Gen.Int[1, 30])
        .SelectMany(
            (height, width) => Gen.Int[0, 9].Array[height * width].Select(cells => new Grid(height, width, [.. cells.Select(cell => (byte)cell)]))
        );

    [Fact]
    public void TrainingText_Task_ReadsAsInThePaperAndCountsTheAnswerAlone()
    {
        var text = Format.TrainingText(Task, TrainingStrategy.OutputTokens);
        Assert.Equal(
            "<system>Rule:\n[[1 2]\n [3 4]] -> [[5]]#<end><user>[[6 7]] -><end><assistant>[[8]\n [9]]#<end>",
            Vocabulary.Decode(text.Tokens)
        );
        Assert.Equal("[[8]\n [9]]#<end>", Vocabulary.Decode([.. text.Tokens.Where((_, t) => text.Weights[t] != 0)]));
    }

    [Fact]
    public void TrainingText_AllTokens_CountsAllButTheFirst() =>
        Assert.All(Format.TrainingText(Task, TrainingStrategy.AllTokens).Weights.Skip(1), weight => Assert.Equal(1, weight));

    [Fact]
    public void Proposal_Demonstrations_AreShownAndTheEditFollows()
    {
        var format = new ChatPromptFormat(Vocabulary, proposalWording: "Choose.\n{demonstrations}Now:");
        Assert.Equal("<user>Choose.\nInput:\n1 2\n3 4\n\nOutput:\n5\n\nNow:<end><assistant>", Vocabulary.Decode(format.Proposal(Task.Train)));
        var text = format.ProposalText(Task.Train, "{}");
        Assert.Equal("{}<end>", Vocabulary.Decode([.. text.Tokens.Where((_, t) => text.Weights[t] != 0)]));
    }

    [Fact]
    public void OwnWording_NamesEveryFieldOfTheSelfEdit()
    {
        var text = Vocabulary.Decode(new ChatPromptFormat(Vocabulary).Proposal(Task.Train));
        Assert.All(
            PaperSchema.Instance.Enumerate().First().Split('"').Where(word => word.Length > 3 && word.All(c => char.IsAsciiLetter(c) || c == '_')),
            word => Assert.Contains(word, text, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void ReadAnswer_AnyGrid_ReadsBackAndIsNoLongerThanAnnounced() =>
        Grids.Sample(
            grid =>
                grid.Equals(Format.ReadAnswer(Format.Answer(grid)))
                && Format.Answer(grid).Length <= Format.AnswerLength(Math.Max(grid.Height, grid.Width)),
            iter: 50
        );

    [Fact]
    public void ReadAnswer_AnyTokens_IsAGridOrNull() =>
        Gen.Int[0, 259].Array[0, 40].Sample(tokens => Format.ReadAnswer(tokens) is null or { Height: > 0 });

    [Fact]
    public void For_ChatVocabulary_IsTheChatFormat() =>
        Assert.IsType<ChatPromptFormat>(PromptFormats.For(new ModelInfo(Vocabulary, 1000, false), null));

    [Fact]
    public void Answer_TemplateThatEndsTurnsOtherwise_IsRefused()
    {
        var format = new ChatPromptFormat(new ChatVocabulary("\n"));
        Assert.Contains(
            "does not continue its own generation prompt",
            Assert
                .Throws<SweepException>(() =>
                    format.Answer(
                        Grid.FromRows([
                            [1],
                        ])
                    )
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("[system]\n{demonstrations}", "the last message must be the user's")]
    [InlineData("no examples", "{demonstrations} is missing")]
    [InlineData("{demonstrations}{test}", "no placeholder {test}")]
    [InlineData("{demonstrations}{", "a single '{'")]
    [InlineData("{demonstrations}{demonstrations}", "stands twice")]
    public void Proposal_WrongWording_SaysWhatIsWrong(string wording, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<SweepException>(() => new ChatPromptFormat(Vocabulary, proposalWording: wording)).Message,
            StringComparison.Ordinal
        );
}
