using System.Text.Json;
using CsCheck;
using Seal.Knowledge.Passages;

namespace Seal.Knowledge.Tests.Passages;

public sealed class AnswerGradeTests
{
    // By hand: normalised words of the two, what they share, and what follows.
    [Theory]
    [InlineData("the Middle Ages", "the Middle Ages", true, true, 1.0, true)]
    [InlineData("the Middle Ages", " middle ages.", false, true, 1.0, true)]
    [InlineData("Middle Ages", "It was in the Middle Ages, roughly", false, false, 0.5, true)]
    [InlineData("art", "He started there", false, false, 0.0, false)]
    [InlineData("1750–1840", "1750–1840", true, true, 1.0, true)]
    [InlineData("a b c", "c b", false, false, 1.0, false)]
    [InlineData("x x y", "x z", false, false, 0.4, false)]
    [InlineData("x", "", false, false, 0.0, false)]
    [InlineData("the", "an", false, true, 1.0, true)]
    public void Of_Answer_IsGraded(string gold, string answer, bool exact, bool normalised, double f1, bool contains)
    {
        var grade = AnswerGrade.Of(gold, answer);
        Assert.Equal((exact, normalised, contains), (grade.Exact, grade.Normalised, grade.Contains));
        Assert.Equal(f1, grade.F1, 12);
    }

    [Theory]
    [InlineData("The  U.S.A.", "usa")]
    [InlineData("a–an", "–")]
    [InlineData("Thea anthem", "thea anthem")]
    public void Normalise_Text_IsSquads(string text, string expected) => Assert.Equal(expected, AnswerGrade.Normalise(text));

    [Fact]
    public void Of_AnyTwoTexts_GraderThatIsStricterImpliesTheLaxerOnes() =>
        Gen.Select(Gen.String[Gen.Char["ab ,.theT\n"], 0, 12], Gen.String[Gen.Char["ab ,.theT\n"], 0, 12])
            .Sample(
                (gold, answer) =>
                {
                    var grade = AnswerGrade.Of(gold, answer);
                    Assert.True(!grade.Exact || grade.Normalised);
                    Assert.True(!grade.Normalised || (grade.F1 == 1 && grade.Contains));
                    Assert.InRange(grade.F1, 0, 1);
                },
                iter: 10_000
            );

    /// <summary>What the laxest grader says comes nearest to the judge's word; docs/knowledge.md has all 1,500 verdicts.</summary>
    [Fact]
    public void Contains_ReleasedVerdicts_AgreesMost()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "verdicts.json")));
        var rows = golden
            .RootElement.EnumerateArray()
            .Select(row =>
                (
                    Grade: AnswerGrade.Of(row.GetProperty("gold").GetString()!, row.GetProperty("answer").GetString()!),
                    Judge: row.GetProperty("correct").GetBoolean()
                )
            )
            .ToArray();
        var contains = rows.Count(row => row.Grade.Contains == row.Judge);
        Assert.True(contains > rows.Count(row => row.Grade.Normalised == row.Judge), $"{contains} of {rows.Length}");
        Assert.True(contains >= 0.7 * rows.Length, $"{contains} of {rows.Length}");
    }
}
