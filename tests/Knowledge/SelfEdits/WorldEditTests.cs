using CsCheck;
using Seal.Core.Grammars;
using Seal.Core.Randomness;
using Seal.Knowledge.SelfEdits;
using Seal.Knowledge.Tests.World;
using Seal.Knowledge.World;

namespace Seal.Knowledge.Tests.SelfEdits;

public sealed class WorldEditTests
{
    [Theory]
    [InlineData(
        "turn : the amber lampo is kept by alda ashvoss . ; say : she lives ;",
        "turn : the amber lampo is kept by alda ashvoss . ; say : she lives ;"
    )]
    [InlineData("  say :  x y  ; ", "say : x y ;")]
    [InlineData("rule say turn*2 say", "rule say*2 turn*2")]
    [InlineData("rule repeat", "rule repeat")]
    public void Parse_SelfEdit_GivesItsCanonicalText(string text, string expected)
    {
        var edit = WorldEdit.Parse(text, out var problem);
        Assert.Null(problem);
        Assert.Equal(expected, edit!.Text);
        Assert.Equal(expected, WorldEdit.Parse(edit.Text, out _)!.Text);
    }

    [Theory]
    [InlineData("", "0 lines")]
    [InlineData("say : x", "does not end")]
    [InlineData("sing : x ;", "line 1")]
    [InlineData("say : ;", "line 1")]
    [InlineData("say x y ;", "line 1")]
    [InlineData("say : a ; say : a ; say : a ; say : a ; say : a ; say : a ; say : a ;", "7 lines")]
    [InlineData("rule sing", "'sing' is no rule")]
    [InlineData("rule say*7", "'say*7'")]
    [InlineData("rule say*4 turn*3", "7 lines")]
    [InlineData("rule", "0 lines")]
    public void Parse_Else_SaysWhatIsWrong(string text, string problem)
    {
        Assert.Null(WorldEdit.Parse(text, out var found));
        Assert.Contains(problem, found, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AnyText_DoesNotThrow() => Gen.String.Sample(text => _ = WorldEdit.Parse(text, out _), iter: 2000);

    /// <summary>Three pairs of lines, of five operators each: seven over four ways.</summary>
    [Fact]
    public void Mixes_All_AreDistinctAndCanonical()
    {
        Assert.Equal(35, WorldEdit.Mixes.Distinct().Count());
        Assert.All(WorldEdit.Mixes, mix => Assert.Equal(mix, WorldEdit.Parse(mix, out _)!.Text));
    }

    [Fact]
    public void Constraint_WhatTheRulesWrite_IsAllowed()
    {
        var constraint = LineConstraint.Create(WorldPretrainingTests.Words);
        for (var number = 0; number < 60; number++)
        {
            var passage = new PassageMaker(1).Make(number);
            var lines = WorldLines.Write(passage, [.. WorldWords.Operators, "join"], new CounterRandom(new Seed((ulong)number)));
            var state = constraint.Start;
            foreach (var token in WorldPretrainingTests.Words.Encode(string.Join(' ', lines)).Append(WorldPretrainingTests.Words.EndOfText))
            {
                state = state.Next(token);
            }

            Assert.True(state.IsComplete);
        }
    }

    /// <summary>A line says one thing, or the budget of lines would be none.</summary>
    [Fact]
    public void Constraint_BehindAFullStop_EndsTheLine()
    {
        var state = LineConstraint.Create(WorldPretrainingTests.Words).Start;
        foreach (var token in WorldPretrainingTests.Words.Encode("say : she lives in stoneer hollow ."))
        {
            state = state.Next(token);
        }

        Assert.Equal(WorldPretrainingTests.Words.Encode(WorldWords.LineEnd), state.Allowed);
    }

    [Fact]
    public void Constraint_AnyWalk_EndsAndParses() =>
        Gen.Int[0, int.MaxValue]
            .Sample(
                seed =>
                {
                    var random = new CounterRandom(new Seed((ulong)seed));
                    var (state, tokens) = (LineConstraint.Create(WorldPretrainingTests.Words).Start, new List<int>());
                    while (!state.IsComplete)
                    {
                        // Ends of lines are rare among the words.
                        var allowed = state.Allowed;
                        var token = random.NextBool(0.2) ? allowed[0] : allowed[random.NextInt(allowed.Count)];
                        state = state.Next(token);
                        tokens.Add(token);
                    }

                    Assert.NotNull(WorldEdit.Parse(WorldPretrainingTests.Words.Decode([.. tokens[..^1]]), out var problem));
                    Assert.Null(problem);
                },
                iter: 200
            );
}
