using System.Text.Json;
using CsCheck;
using Seal.Arc.Tasks;

namespace Seal.Arc.Tests.Tasks;

public sealed class PythonGridTextTests
{
    [SkippableFact]
    public void Parse_TheGoldenAnswers_ReadsAsTheReferenceWhereAGridComesOut()
    {
        var compared = 0;
        foreach (var golden in Shared.Golden("decode.json").EnumerateArray())
        {
            var expected = golden.GetProperty("grid");

            // Three of the reference's readings are no grids of colours; for us they are no answers: no cells, 300 wrapped to 44 in a byte, and −1.
            var isGrid =
                expected.ValueKind == JsonValueKind.Array
                && expected[0].GetArrayLength() > 0
                && expected.EnumerateArray().All(row => row.EnumerateArray().All(cell => cell.GetInt32() is >= 0 and < 10));

            Assert.Equal(isGrid ? Reference.Grid(expected) : null, PythonGridText.Parse(golden.GetProperty("text").GetString()!));
            compared++;
        }

        Assert.Equal(34, compared);
    }

    [Fact]
    public void Write_AGrid_LooksAsPythonPrintsIt() =>
        Assert.Equal(
            "[[0 1 2]\n [3 4 5]]",
            PythonGridText.Write(
                Grid.FromRows([
                    [0, 1, 2],
                    [3, 4, 5],
                ])
            )
        );

    [Fact]
    public void Parse_AWrittenGrid_GivesItBack() =>
        Draw.Grids(30).Sample(grid => grid.Equals(PythonGridText.Parse(PythonGridText.Write(grid) + "#")));

    [Fact]
    public void Parse_AnyText_GivesAGridOrNull() =>
        Gen.OneOf(Gen.String, Gen.String["[]0123456789 \n#-,"]).Sample(text => PythonGridText.Parse(text) is null or { Height: >= 1, Width: >= 1 });

    [Theory]
    [InlineData("")]
    [InlineData("[[]]")]
    [InlineData("[[10]]")]
    [InlineData("[[1 2]\n [3]]")]
    [InlineData("[[1, 2]]")]
    public void Parse_NoGrid_GivesNull(string text) => Assert.Null(PythonGridText.Parse(text));

    [Fact]
    public void Parse_ASideOverTheLimit_GivesNull()
    {
        Assert.NotNull(PythonGridText.Parse(string.Join(' ', Enumerable.Repeat("1", 64))));
        Assert.Null(PythonGridText.Parse(string.Join(' ', Enumerable.Repeat("1", 65))));
        Assert.Null(PythonGridText.Parse(string.Join('\n', Enumerable.Repeat("1", 65))));
    }
}
