using CsCheck;
using Seal.Arc.Tasks;
using Seal.Core.Domains;
using Seal.Core.Sweeps;

namespace Seal.Arc.Tests.Tasks;

public sealed class ArcTaskJsonTests
{
    private const string Small = """{"train":[{"input":[[1,2]],"output":[[3],[4]]}],"test":[{"input":[[5]]}]}""";

    [Fact]
    public void Write_ATask_GivesTheCanonicalDocument()
    {
        var task = new ArcTask(
            "a",
            [
                new(
                    Grid.FromRows([
                        [1, 2],
                    ]),
                    Grid.FromRows([
                        [3],
                        [4],
                    ])
                ),
            ],
            [
                new(
                    Grid.FromRows([
                        [5],
                    ]),
                    null
                ),
            ]
        );

        Assert.Equal(Small, ArcTaskJson.Write(task));
    }

    [Fact]
    public void Parse_AWrittenTask_GivesTheTaskBack() =>
        Draw.Task.Sample(task => ArcTaskContent.Comparer.Equals(task, ArcTaskJson.Parse(ArcTaskJson.ToDocument(task))));

    [Fact]
    public void Parse_OtherOrderAndUnknownKeys_GivesTheSameDocument()
    {
        var task = ArcTaskJson.Parse(
            "a",
            """{"name":"x","test":[{"input":[[5]],"output":null}],"train":[{"note":[1],"output":[[3],[4]],"input":[[1,2]]}]}"""
        );

        Assert.Equal(Small, ArcTaskJson.Write(task));
    }

    [Theory]
    [InlineData(
        """{"train":[{"input":[[1,2],[3]],"output":[[1]]}],"test":[{"input":[[1]]}]}""",
        "demonstration 1 input: row 2 has 1 cells, the first has 2"
    )]
    [InlineData("""{"train":[{"input":[[1,10]],"output":[[1]]}],"test":[{"input":[[1]]}]}""", "row 1, column 2 is 10, not a colour")]
    [InlineData("""{"train":[{"input":[[-1]],"output":[[1]]}],"test":[{"input":[[1]]}]}""", "is -1, not a colour")]
    [InlineData("""{"train":[{"input":[[1.5]],"output":[[1]]}],"test":[{"input":[[1]]}]}""", "is 1.5, not a colour")]
    [InlineData("""{"train":[{"input":[["1"]],"output":[[1]]}],"test":[{"input":[[1]]}]}""", "is a text, not a colour")]
    [InlineData("""{"train":[{"input":[],"output":[[1]]}],"test":[{"input":[[1]]}]}""", "input: is empty")]
    [InlineData("""{"train":[{"input":[[]],"output":[[1]]}],"test":[{"input":[[1]]}]}""", "input: has empty rows")]
    [InlineData("""{"train":[{"input":[1],"output":[[1]]}],"test":[{"input":[[1]]}]}""", "row 1 is 1, not a list of colours")]
    [InlineData("""{"train":[{"input":7,"output":[[1]]}],"test":[{"input":[[1]]}]}""", "is 7, not a list of rows")]
    [InlineData("""{"train":[{"input":[[1]]}],"test":[{"input":[[1]]}]}""", "demonstration 1: has no \"output\"")]
    [InlineData("""{"train":[{"output":[[1]]}],"test":[{"input":[[1]]}]}""", "demonstration 1: has no \"input\"")]
    [InlineData("""{"train":[3],"test":[{"input":[[1]]}]}""", "demonstration 1: is 3, not an object")]
    [InlineData("""{"train":[],"test":[{"input":[[1]]}]}""", "has no demonstrations")]
    [InlineData("""{"train":[{"input":[[1]],"output":[[1]]}],"test":[]}""", "has no test pairs")]
    [InlineData("""{"train":[{"input":[[1]],"output":[[1]]}]}""", "has no \"test\"")]
    [InlineData("""{"train":{},"test":[]}""", "\"train\" is an object, not a list")]
    [InlineData("""[]""", "is a list, not an object")]
    [InlineData("{\n\"train\":[", "task bad:2: not valid JSON")]
    public void Parse_NotATask_SaysWhatAndWhere(string json, string expected)
    {
        var error = Assert.Throws<SweepException>(() => ArcTaskJson.Parse("bad", json));

        Assert.StartsWith("task bad", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("expected", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Parse_ASideAtAndOverTheLimit_IsReadAndRefused(int side, bool read)
    {
        var wide = $"[[{string.Join(',', Enumerable.Repeat(1, side))}]]";
        var tall = $"[{string.Join(',', Enumerable.Repeat("[1]", side))}]";
        var json = $$"""{"train":[{"input":{{wide}},"output":{{tall}}}],"test":[{"input":[[1]]}]}""";

        if (read)
        {
            Assert.Equal(side, ArcTaskJson.Parse("a", json).MaxSide);
        }
        else
        {
            Assert.Contains(
                "65 columns, more than 64",
                Assert.Throws<SweepException>(() => ArcTaskJson.Parse("a", json)).Message,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Validate_NoTestOutput_IsWrongOnlyWhereItIsNeeded()
    {
        var document = new TaskDocument("a", Small);

        Assert.Null(ArcTaskJson.Validate(document, needsTestOutputs: false));
        Assert.Contains("test pair 1 has no output", ArcTaskJson.Validate(document, needsTestOutputs: true), StringComparison.Ordinal);
        Assert.Contains("not valid JSON", ArcTaskJson.Validate(new TaskDocument("a", "{"), needsTestOutputs: false), StringComparison.Ordinal);
    }
}
