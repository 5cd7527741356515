using CsCheck;
using Seal.Arc.Prompts;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Arc.Tests.Support;
using Seal.Core.Engines;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Arc.Tests.Prompts;

public sealed class GridPromptFormatTests
{
    private static readonly TestVocabulary Vocabulary = new();
    private static readonly GridPromptFormat Format = new(Vocabulary);

    private static readonly Gen<Grid> Grids = Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6])
        .SelectMany(
            (height, width) => Gen.Int[0, 9].Array[height * width].Select(cells => new Grid(height, width, [.. cells.Select(cell => (byte)cell)]))
        );

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

    [Fact]
    public void TrainingText_Task_ReadsAsAgreed() =>
        Assert.Equal(
            "<bos><in><c1><c2><row><c3><c4><end><out><c5><end><in><c6><c7><end><out><c8><row><c9><end>",
            Vocabulary.Decode(Format.TrainingText(Task, TrainingStrategy.OutputTokens).Tokens)
        );

    [Fact]
    public void Proposal_Demonstrations_ReadsAsAgreed() =>
        Assert.Equal("<bos><in><c1><c2><row><c3><c4><end><out><c5><end><edit>", Vocabulary.Decode(Format.Proposal(Task.Train)));

    [Fact]
    public void Positions_OfATrainingText_AreRowColumnExampleIndex()
    {
        var text = Format.TrainingText(Task, TrainingStrategy.AllTokens);
        (int, int, int)[] expected =
        [
            (0, 0, 0),
            (0, 0, 1),
            (0, 0, 1),
            (0, 1, 1),
            (0, 2, 1),
            (1, 0, 1),
            (1, 1, 1),
            (1, 2, 1),
            (0, 0, 2),
            (0, 0, 2),
            (0, 1, 2),
            (0, 0, 3),
            (0, 0, 3),
            (0, 1, 3),
            (0, 2, 3),
            (0, 0, 4),
            (0, 0, 4),
            (0, 1, 4),
            (1, 0, 4),
            (1, 1, 4),
        ];
        Assert.Equal(expected, text.Positions!.Select(position => (position.Row, position.Column, position.Example)));
        Assert.Equal(Enumerable.Range(0, text.Length), text.Positions!.Select(position => position.Sequence));
    }

    [Fact]
    public void Positions_OfASelfEdit_StandOutsideTheGrids()
    {
        var text = Format.ProposalText(Task.Train, "{}");
        Assert.All(
            text.Positions!.Skip(Array.IndexOf(text.Tokens, 7)),
            position => Assert.Equal((0, 0, 2), (position.Row, position.Column, position.Example))
        );
    }

    [Fact]
    public void Positions_Forked_GoOnIndependently() =>
        Grids
            .Array[1, 4]
            .Sample(grids =>
            {
                int[] tokens = [.. grids.SelectMany(grid => new[] { 4 }.Concat(Format.Answer(grid)))];
                var whole = TokenSequence.Locate(Format.Positions, tokens);
                var tracker = Format.Positions.Start();
                for (var t = 0; t < tokens.Length; t++)
                {
                    tracker.Fork().Next(7);
                    if (tracker.Next(tokens[t]) != whole[t])
                    {
                        return false;
                    }
                }

                return true;
            });

    [Fact]
    public void Positions_SequentialModel_AreTheIndexAlone()
    {
        var text = new GridPromptFormat(Vocabulary, usesGridPositions: false).TrainingText(Task, TrainingStrategy.AllTokens);
        Assert.All(text.Positions!, position => Assert.Equal((0, 0, 0), (position.Row, position.Column, position.Example)));
    }

    [Fact]
    public void ReadAnswer_AnyGrid_ReadsBack() =>
        Grids.Sample(grid =>
            grid.Equals(Format.ReadAnswer(Format.Answer(grid)))
            && grid.Equals(Format.ReadAnswer(Format.Answer(grid).AsSpan()[..^1]))
            && Format.Answer(grid).Length <= Format.AnswerLength(6)
        );

    [Fact]
    public void ReadAnswer_AnyTokens_IsAGridOfThemOrNull() =>
        Gen.Int[0, 30]
            .Array[0, 12]
            .Sample(tokens =>
                Format.ReadAnswer(tokens) is not { } grid || Format.Answer(grid).SequenceEqual(tokens[^1] == 6 ? tokens : [.. tokens, 6])
            );

    [Theory]
    [InlineData("<bos>{demonstrations}<edit>", "<bos>", "<edit>")]
    [InlineData("<bos>{{hi}} {demonstrations}now:<edit>\r\n", "<bos>{hi} ", "now:<edit>")]
    public void Proposal_OwnTemplate_IsFilled(string template, string before, string after)
    {
        var own = new GridPromptFormat(Vocabulary, proposalTemplate: template);
        var text = Vocabulary.Decode(own.Proposal(Task.Train));
        Assert.StartsWith(before + "<in>", text, StringComparison.Ordinal);
        Assert.EndsWith("<end>" + after, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<bos><edit>", "{demonstrations} is missing")]
    [InlineData("{demonstrations}{demonstrations}", "stands twice")]
    [InlineData("{demonstrations}{test}", "no placeholder {test}")]
    [InlineData("{demonstrations}{", "a single '{'")]
    [InlineData("é{demonstrations}", "cannot write")]
    [InlineData("", "is missing")]
    public void Proposal_WrongTemplate_SaysWhatIsWrong(string template, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<SweepException>(() => new GridPromptFormat(Vocabulary, proposalTemplate: template)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void For_VocabularyWithoutGrids_SaysSo() =>
        Assert.Contains(
            "<c0>",
            Assert.Throws<SweepException>(() => PromptFormats.For(new ModelInfo(new Plain(), 100, false), null)).Message,
            StringComparison.Ordinal
        );

    private sealed class Plain : ITokenizer
    {
        public string Id => "plain";

        public int VocabularySize => 1;

        public int EndOfText => 0;

        public int[] Encode(string text) => [];

        public string Decode(ReadOnlySpan<int> tokens) => "";

        public bool TryGetSpecial(string name, out int token) => (token = -1) == 0;

        public ReadOnlyMemory<byte> Bytes(int token) => default;
    }
}
