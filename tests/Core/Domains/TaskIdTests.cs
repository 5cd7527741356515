using CsCheck;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Domains;

public sealed class TaskIdTests
{
    private const string First = "abAB12";
    private const string Rest = "abAB12_-";

    // Few letters: ids that nearly collide are likely.
    private static readonly Gen<string> Ids = Gen.Select(Gen.Char[First], Gen.String[Gen.Char[Rest], 0, 12], (first, rest) => first + rest);

    [Theory]
    [InlineData("AboveBelow1", "a_boveb_elow1")]
    [InlineData("Center_3", "c_enter-_3")]
    [InlineData("NUL", "n_u_l_")]
    [InlineData("a-_B", "a--_b_")]
    public void ToKey_CapitalsAndUnderscores_AreMarked(string id, string key)
    {
        Assert.Equal(key, TaskId.ToKey(id));
        Assert.Equal(id, TaskId.FromKey(key));
    }

    [Theory]
    [InlineData("44f52bb0")]
    [InlineData("gen-place-rows-1234abcd")]
    [InlineData("a-")]
    public void ToKey_IdOfSmallLettersAndDigits_StaysAsItIs(string id) => Assert.Equal(id, TaskId.ToKey(id));

    [Fact]
    public void ToKey_TwoIds_HaveOneKeyOnAnyFileSystemOnlyWhereTheyAreEqual() =>
        Gen.Select(Ids, Ids)
            .Sample(
                (one, other) => string.Equals(TaskId.ToKey(one), TaskId.ToKey(other), StringComparison.OrdinalIgnoreCase) == (one == other),
                iter: 100_000
            );

    [Fact]
    public void FromKey_KeyOfAnyId_GivesTheId() =>
        Ids.Sample(
            id => TaskId.FromKey(TaskId.ToKey(id)) == id && ArtifactKey.IsGood(TaskId.ToKey(id)) && StoreName.IsGood(id) == (TaskId.ToKey(id) == id),
            iter: 100_000
        );

    [Fact]
    public void FromKey_AnyText_IsNoIdUnlessItIsThatIdsKey() =>
        Gen.String[Gen.Char["ab1A_-."], 0, 8].Sample(text => TaskId.FromKey(text) is not { } id || TaskId.ToKey(id) == text, iter: 100_000);

    [Theory]
    [InlineData("_a")]
    [InlineData("-_a")]
    [InlineData("1_")]
    [InlineData("a__")]
    [InlineData("A")]
    [InlineData("a.b")]
    [InlineData("")]
    public void FromKey_WhatNoIdIsWrittenAs_IsNull(string segment) => Assert.Null(TaskId.FromKey(segment));

    [Fact]
    public void ToKey_LongestIdOfCapitals_IsAKeyStill()
    {
        var longest = TaskId.ToKey(new string('Z', TaskId.Longest));
        // As the grid keeps it: task state, candidate state, manifest of an attempt.
        Assert.All(
            [
                $"grains/task/s/r/train-1/{longest}.json",
                $"grains/candidate/s/r/train-1/{longest}/000.json",
                $"jobs/s/r/train-1/{longest}/1/manifest.json",
            ],
            key => Assert.True(ArtifactKey.IsGood(key), key)
        );
        Assert.False(TaskId.IsGood(new string('Z', TaskId.Longest + 1)));
        Assert.Null(TaskId.FromKey(new string('z', TaskId.Longest + 1)));
    }

    [Theory]
    [InlineData("_a")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("a.b")]
    [InlineData("ä")]
    [InlineData("a/b")]
    public void ToKey_NoId_IsRefused(string text) => Assert.Throws<ArgumentException>(() => TaskId.ToKey(text));
}
