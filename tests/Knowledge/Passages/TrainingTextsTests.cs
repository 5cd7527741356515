using System.Text.Json;
using Seal.Knowledge.Passages;

namespace Seal.Knowledge.Tests.Passages;

public sealed class TrainingTextsTests
{
    [Fact]
    public void Of_ReleasedCompletions_GivesTheReleasedTexts()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "training_texts.json")));
        foreach (var row in golden.RootElement.EnumerateArray())
        {
            var made = TrainingTexts.Of(
                row.GetProperty("title").GetString()!,
                row.GetProperty("context").GetString()!,
                row.GetProperty("completion").GetString()!,
                row.GetProperty("split_lines").GetBoolean()
            );
            Assert.Equal(row.GetProperty("texts").EnumerateArray().Select(text => text.GetString()), made);
        }
    }

    [Fact]
    public void Of_NothingWritten_LeavesThePassage() => Assert.Equal(["T\np"], TrainingTexts.Of("T", " p\n", " \n ", splitLines: true));

    [Fact]
    public void Of_HeadingBeforeAList_IsDropped() =>
        Assert.Equal(["T\n1. one", "T\n2. two", "T\np"], TrainingTexts.Of("T", "p", "Sure:\n\n1. one\n2. two", splitLines: true));

    [Fact]
    public void Of_HeadingInASegmentOfItsOwn_IsDroppedToo() =>
        Assert.Equal(["T\n1. one", "T\np"], TrainingTexts.Of("T", "p", "Sure:\n---\n1. one", splitLines: true));

    [Fact]
    public void Of_QuestionWithoutAnswer_IsLines() =>
        Assert.Equal(
            ["T\nQuestion 1: why?", "T\nnobody knows", "T\np"],
            TrainingTexts.Of("T", "p", "Question 1: why?\nnobody knows", splitLines: true)
        );

    [Theory]
    [InlineData("\u2028")]
    [InlineData("\u0085")]
    [InlineData("\u001c")]
    [InlineData("\u000b")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Of_LineEndsOfPython_CutLines(string end) =>
        Assert.Equal(["T\na", "T\nb", "T\np"], TrainingTexts.Of("T", "p", $"a{end}b", splitLines: true));

    /// <summary>U+001C is white space to Python, in patterns too, and none to .NET.</summary>
    [Fact]
    public void Of_WhiteSpaceThatDotNetDoesNotKnow_IsWhiteSpace() =>
        Assert.Equal(
            ["T\nQuestion 1: q\nAnswer\u001f: a", "T\nQuestion\u001c2: r", "T\np"],
            TrainingTexts.Of("T", "\u001ep", "q\nAnswer\u001f: a\nQuestion\u001c2: r", splitLines: true)
        );
}
