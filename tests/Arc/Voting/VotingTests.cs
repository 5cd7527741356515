using CsCheck;
using Seal.Arc.Tasks;
using Seal.Arc.Voting;

namespace Seal.Arc.Tests.Voting;

public sealed class VotingTests
{
    private static readonly Gen<Ballot[]> Ballots =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3], (answer, category) => new Ballot(Cell(answer), category == 0 ? TwoLevelVote.PlainCategory : $"Map({category})")).Array[1, 12];

    [SkippableFact]
    public void Count_TheGoldenCandidates_ElectsAsTheReference()
    {
        var compared = 0;
        foreach (var golden in Shared.Golden("voting.json").EnumerateArray())
        {
            var ballots = golden.GetProperty("outputs").EnumerateArray()
                .Select(output => new Ballot(Reference.Grid(output.GetProperty("output")), output.GetProperty("inverter").GetString() ?? TwoLevelVote.PlainCategory))
                .ToList();

            if (!golden.GetProperty("order_sensitive").GetBoolean() && !ballots.GroupBy(ballot => ballot.Category).Select(Grids).Append(Grids(ballots)).Any(Tied))
            {
                var result = TwoLevelVote.Count(ballots);
                Assert.Equal(Reference.Grid(golden.GetProperty("attempt_1")), result.First);
                Assert.Equal(Reference.Grid(golden.GetProperty("attempt_2")), result.Second);
                compared++;
            }
        }

        Assert.InRange(compared, 7, 36);
    }

    [SkippableFact]
    public void Majority_OfTheGoldenCandidates_IsTheReferencesWhereNoTieDecides()
    {
        var compared = 0;
        foreach (var golden in Shared.Golden("voting.json").EnumerateArray())
        {
            List<Grid> grids = [.. golden.GetProperty("outputs").EnumerateArray().Select(output => Reference.Grid(output.GetProperty("output")))];
            if (LineTied(grids))
            {
                continue;
            }

            Assert.Equal(Reference.Grid(golden.GetProperty("row_majority")), Majority.Rows(grids));
            Assert.Equal(Reference.Grid(golden.GetProperty("col_majority")), Majority.Columns(grids));
            compared++;
            if (!Tied(grids))
            {
                var (first, second, third) = Majority.Candidates(grids);
                var expected = golden.GetProperty("get_all_type_of_votingsv2_on_all").EnumerateArray().Select(Reference.Grid);
                Assert.Equal(expected, [first, second, third]);
                compared++;
            }
        }

        Assert.InRange(compared, 20, 80);
    }

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
    public void Count_AnAnswerWithMoreThanHalfInEveryCategory_ElectsItFirst() => Ballots.Sample(ballots =>
    {
        var winner = Cell(9);
        var heavy = ballots.Concat(ballots.Select(ballot => ballot with { Answer = winner })).Concat(ballots.Select(ballot => ballot with { Answer = winner })).ToList();

        Assert.Equal(winner, TwoLevelVote.Count(heavy).First);
    });

    [Fact]
    public void Count_GridsOfOneCell_ElectsOnlyWhatWasVotedFor() => Ballots.Sample(ballots =>
    {
        var result = TwoLevelVote.Count(ballots);
        Assert.Contains(ballots, ballot => ballot.Answer.Equals(result.First));
        Assert.Contains(ballots, ballot => ballot.Answer.Equals(result.Second));
        Assert.Equal(ballots.Select(ballot => ballot.Answer).Distinct().Count() == 1, result.First!.Equals(result.Second));
    });

    [Fact]
    public void Rows_OfThreeDamagedCopies_RepairsThem()
    {
        Grid[] damaged = [Grid.FromRows([[9, 1], [2, 3], [4, 5]]), Grid.FromRows([[0, 1], [9, 3], [4, 5]]), Grid.FromRows([[0, 1], [2, 3], [4, 9]]), Cell(7)];

        Assert.Equal(Grid.FromRows([[0, 1], [2, 3], [4, 5]]), Majority.Rows(damaged));
    }

    private static Grid Cell(int colour) => Grid.FromRows([[colour]]);

    private static Ballot Plain(int colour) => new(Cell(colour), TwoLevelVote.PlainCategory);

    private static Ballot Mapped(int colour) => new(Cell(colour), "Rotate(90)");

    private static List<Grid> Grids(IEnumerable<Ballot> ballots) => [.. ballots.Select(ballot => ballot.Answer)];

    private static bool Tied(List<Grid> grids)
    {
        var counts = grids.CountBy(grid => grid).Select(pair => pair.Value).OrderDescending().Take(4).ToList();
        return counts.Zip(counts.Skip(1)).Any(pair => pair.First == pair.Second);
    }

    /// <summary>Whether two shapes, rows or columns are equally frequent somewhere, so that the reference goes by hash order.</summary>
    private static bool LineTied(List<Grid> grids)
    {
        var shapes = grids.CountBy(grid => (grid.Height, grid.Width)).OrderByDescending(pair => pair.Value).ToList();
        if (shapes.Count > 1 && shapes[0].Value == shapes[1].Value)
        {
            return true;
        }

        var (height, width) = shapes[0].Key;
        return Enumerable.Range(0, height).Any(row => Even(grids.Where(grid => grid.Height > row && grid.Width == width)
                .Select(grid => string.Join(' ', Enumerable.Range(0, width).Select(column => grid[row, column])))))
            || Enumerable.Range(0, width).Any(column => Even(grids.Where(grid => grid.Width > column && grid.Height == height)
                .Select(grid => string.Join(' ', Enumerable.Range(0, height).Select(row => grid[row, column])))));

        static bool Even(IEnumerable<string> lines)
        {
            var counts = lines.CountBy(line => line).Select(pair => pair.Value).OrderDescending().ToList();
            return counts.Count > 1 && counts[0] == counts[1];
        }
    }
}
