using Seal.Core.Proposers;

namespace Seal.Core.Tests.Proposers;

public sealed class FileEditsTests
{
    [Theory]
    [InlineData("e1 e2", null)]
    [InlineData("*", null)]
    [InlineData("e1 *", null)]
    [InlineData("e1 e2 t1", null)]
    [InlineData("e1", "has no self-edits for e2; add them, or the key \"*\" for all others.")]
    [InlineData("t1", "has no self-edits for e1, e2; add them, or the key \"*\" for all others.")]
    [InlineData(
        "e1 e22 *",
        "has self-edits for e22, which the sweep does not have (did you mean e2?); its evaluation tasks are e1, e2. Correct the ids, or take "
            + "them out."
    )]
    [InlineData(
        "e1 e2 other-task",
        "has self-edits for other-task, which the sweep does not have; its evaluation tasks are e1, e2. Correct the ids, or take them out."
    )]
    [InlineData(
        "E1 e2",
        "has self-edits for E1, which the sweep does not have (did you mean e1?); its evaluation tasks are e1, e2. Correct the ids, or take them out."
    )]
    public void Problem_OfAFilesTasks_IsToldWithTheirIds(string keys, string? expected)
    {
        var edits = keys.Split(' ').ToDictionary(key => key, _ => (IReadOnlyList<string>)["x"]);

        Assert.Equal(expected, FileEdits.Problem(edits, ["t1"], ["e1", "e2"]));
    }

    [Fact]
    public void Problem_OfManyTasks_NamesAFew() =>
        Assert.Equal(
            "has no self-edits for e1, e2, e3, e4, e5 …; add them, or the key \"*\" for all others.",
            FileEdits.Problem(new Dictionary<string, IReadOnlyList<string>>(), [], ["e1", "e2", "e3", "e4", "e5", "e6"])
        );
}
