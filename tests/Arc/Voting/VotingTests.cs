using System.Text.Json;
using CsCheck;
using Seal.Arc.Tasks;
using Seal.Arc.Views;
using Seal.Arc.Voting;

namespace Seal.Arc.Tests.Voting;

public sealed class VotingTests
{
    private static readonly Gen<Ballot[]> AnyBallots = Gen.Select(
        Gen.Int[0, 4],
        Gen.Int[0, 3],
        (answer, category) => new Ballot(Cell(answer), category == 0 ? TwoLevelVote.PlainCategory : $"Map({category})")
    ).Array[1, 12];

    [SkippableFact]
    public void Count_TheGoldenCandidatesWithTheReferencesTies_ElectsAsTheReference()
    {
        var ties = new HashOrder();
        var compared = 0;
        foreach (var golden in Shared.Golden("voting.json").EnumerateArray())
        {
            var ballots = Ballots(golden);
            List<Grid> grids = [.. golden.GetProperty("outputs").EnumerateArray().Select(output => Reference.Grid(output.GetProperty("output")))];

            Assert.Equal(
                new Attempts(Reference.Grid(golden.GetProperty("attempt_1")), Reference.Grid(golden.GetProperty("attempt_2"))),
                TwoLevelVote.Count(ballots, ties)
            );
            Assert.Equal(Reference.Grid(golden.GetProperty("row_majority")), Majority.Rows(grids, ties));
            Assert.Equal(Reference.Grid(golden.GetProperty("col_majority")), Majority.Columns(grids, ties));
            var (first, second, third) = Majority.Candidates(grids, ties);
            Assert.Equal(golden.GetProperty("get_all_type_of_votingsv2_on_all").EnumerateArray().Select(Reference.Grid), [first, second, third]);
            compared++;
        }

        Assert.Equal(40, compared);
    }

    [SkippableFact]
    public void Count_TheGoldenCandidatesWithoutTies_ElectsAsTheReference()
    {
        var compared = 0;
        foreach (var golden in Shared.Golden("voting.json").EnumerateArray())
        {
            var ballots = Ballots(golden);
            if (!ballots.GroupBy(ballot => ballot.Category).Select(Grids).Append(Grids(ballots)).Any(Tied))
            {
                Assert.Equal(
                    new Attempts(Reference.Grid(golden.GetProperty("attempt_1")), Reference.Grid(golden.GetProperty("attempt_2"))),
                    TwoLevelVote.Count(ballots)
                );
                compared++;
            }
        }

        Assert.Equal(7, compared);
    }

    [Fact]
    public void Count_TwoEqualAnswersAtTheTop_ElectsBoth() =>
        Assert.Equal(new Attempts(Cell(2), Cell(5)), TwoLevelVote.Count([Plain(2), Mapped(5), Mapped(2), Plain(5), Mapped(7)]));

    [Fact]
    public void Count_OfNothing_ElectsNobody() => Assert.Equal(new Attempts(null, null), TwoLevelVote.Count([]));

    [Fact]
    public void Count_OfOneAnswer_ElectsItTwice() =>
        Assert.Equal(new Attempts(Cell(3), Cell(3)), TwoLevelVote.Count([new Ballot(Cell(3), "Transpose()")]));

    [Fact]
    public void Count_ATieForTheSecondPlace_GoesToPlainViewsAndThenToTheFirst()
    {
        Ballot[] ballots = [Plain(1), Mapped(1), Mapped(1), Mapped(2), Mapped(3), Plain(3)];

        Assert.Equal(new Attempts(Cell(1), Cell(3)), TwoLevelVote.Count(ballots));
        Assert.Equal(new Attempts(Cell(1), Cell(2)), TwoLevelVote.Count([Mapped(1), Mapped(1), Mapped(2), Mapped(3)]));
        Assert.Equal(new Attempts(Cell(1), Cell(3)), TwoLevelVote.Count([Mapped(1), Mapped(1), Mapped(3), Mapped(2)]));
    }

    [Fact]
    public void Count_AnAnswerWithMoreThanHalfInEveryCategory_ElectsItFirst() =>
        AnyBallots.Sample(ballots =>
        {
            var winner = Cell(9);
            var heavy = ballots
                .Concat(ballots.Select(ballot => ballot with { Answer = winner }))
                .Concat(ballots.Select(ballot => ballot with { Answer = winner }))
                .ToList();

            Assert.Equal(winner, TwoLevelVote.Count(heavy).First);
        });

    [Fact]
    public void Count_GridsOfOneCell_ElectsOnlyWhatWasVotedFor() =>
        AnyBallots.Sample(ballots =>
        {
            var result = TwoLevelVote.Count(ballots);
            Assert.Contains(ballots, ballot => ballot.Answer.Equals(result.First));
            Assert.Contains(ballots, ballot => ballot.Answer.Equals(result.Second));
            Assert.Equal(ballots.Select(ballot => ballot.Answer).Distinct().Count() == 1, result.First!.Equals(result.Second));
        });

    [Fact]
    public void Rows_OfThreeDamagedCopies_RepairsThem()
    {
        Grid[] damaged =
        [
            Grid.FromRows([
                [9, 1],
                [2, 3],
                [4, 5],
            ]),
            Grid.FromRows([
                [0, 1],
                [9, 3],
                [4, 5],
            ]),
            Grid.FromRows([
                [0, 1],
                [2, 3],
                [4, 9],
            ]),
            Cell(7),
        ];

        Assert.Equal(
            Grid.FromRows([
                [0, 1],
                [2, 3],
                [4, 5],
            ]),
            Majority.Rows(damaged)
        );
    }

    private static Grid Cell(int colour) =>
        Grid.FromRows([
            [colour],
        ]);

    private static Ballot Plain(int colour) => new(Cell(colour), TwoLevelVote.PlainCategory);

    private static Ballot Mapped(int colour) => new(Cell(colour), "Rotate(90)");

    /// <summary>The ballots of a golden, category by category as they appear: so the reference lays them together.</summary>
    private static List<Ballot> Ballots(JsonElement golden) =>
        [
            .. golden
                .GetProperty("outputs")
                .EnumerateArray()
                .Select(output => new Ballot(
                    Reference.Grid(output.GetProperty("output")),
                    output.GetProperty("inverter").GetString() ?? TwoLevelVote.PlainCategory
                ))
                .GroupBy(ballot => ballot.Category)
                .SelectMany(category => category),
        ];

    private static List<Grid> Grids(IEnumerable<Ballot> ballots) => [.. ballots.Select(ballot => ballot.Answer)];

    private static bool Tied(List<Grid> grids)
    {
        var counts = grids.CountBy(grid => grid).Select(pair => pair.Value).OrderDescending().Take(4).ToList();
        return counts.Zip(counts.Skip(1)).Any(pair => pair.First == pair.Second);
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(5, 0)]
    [InlineData(3, 5)]
    [InlineData(2, 5)]
    [InlineData(1, 5)]
    [InlineData(1, 4)]
    [InlineData(1, 2)]
    public void Count_MoreThanHalfOfTheViewsAgree_ElectsTheirAnswer(int plain, int mapped)
    {
        // Every way in which three kinds of answers can be spread over views as an evaluation takes them: the plain one, each map, further plain
        // ones.
        string[] categories =
        [
            TwoLevelVote.PlainCategory,
            .. ArcViews.Maps.Take(mapped).Select(map => map.Name),
            .. Enumerable.Repeat(TwoLevelVote.PlainCategory, plain - 1),
        ];
        for (var spread = 0; spread < Math.Pow(3, categories.Length); spread++)
        {
            var answers = categories.Select((_, view) => spread / (int)Math.Pow(3, view) % 3).ToArray();
            if (2 * answers.Count(answer => answer == 0) > categories.Length)
            {
                var vote = TwoLevelVote.Count([.. answers.Select((answer, view) => new Ballot(Cell(answer), categories[view]))]);
                Assert.True(Cell(0).Equals(vote.First), $"{string.Join("", answers)} elects {vote.First}");
            }
        }
    }
}
