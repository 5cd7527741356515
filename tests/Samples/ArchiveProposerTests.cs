using Seal.Core.Proposers;
using Seal.Samples.Tests.Support;

namespace Seal.Samples.Tests;

/// <summary>The archive by hand: five of the domain's 24 self-edits were tried.</summary>
public sealed class ArchiveProposerTests
{
    private static readonly string[] All = [.. Hand.Session().Space!.Enumerate()];

    /// <summary>By their means: 3 (0.9), 7 (0.7, of 1 and 0.4), 1 (0.5), 5 (0.2), 9 (0). One was lost, one was no self-edit.</summary>
    private static readonly PastRound[] Past =
    [
        Hand.Round(1, (All[7], 1), (All[1], 0.5), (All[9], 0), (null, 0)),
        Hand.Round(2, (All[7], 0.4), (All[3], 0.9), (All[5], 0.2), (All[11], null)),
    ];

    [Fact]
    public void Draw_OfAnEvaluation_IsTheBestThatWereTriedInTheirOrder() =>
        Assert.Equal([All[3], All[7], All[1], All[5], All[9]], Draw(Hand.Context("evaluate-2", past: Past), 0, 5));

    [Fact]
    public void Draw_OfTheFirstRound_IsDrawnFromTheWholeList()
    {
        var drawn = Draw(Hand.Context("train-1"), 0, 200);

        Assert.Equal(All.Order(), drawn.Distinct().Order());
    }

    [Fact]
    public void Draw_OfALaterRound_IsAboutHalfOfTheBestFourAndElseAnything()
    {
        var drawn = Draw(Hand.Context("train-3", past: Past), 0, 400);
        var best = drawn.Count(edit => new[] { 3, 7, 1, 5 }.Contains(Array.IndexOf(All, edit)));

        // Half, and a sixth of the other half: 233 of 400.
        Assert.InRange(best, 200, 266);
        Assert.Equal(All.Order(), drawn.Distinct().Order());
    }

    [Fact]
    public void Draw_AfterARoundThatEarnedOtherwise_IsAnother()
    {
        PastRound[] swapped =
        [
            Hand.Round(1, (All[0], 0), (All[1], 0), (All[2], 0), (All[3], 0), (All[20], 1), (All[21], 1), (All[22], 1), (All[23], 1)),
        ];
        PastRound[] earned =
        [
            Hand.Round(1, (All[0], 1), (All[1], 1), (All[2], 1), (All[3], 1), (All[20], 0), (All[21], 0), (All[22], 0), (All[23], 0)),
        ];
        var (first, second) = (Draw(Hand.Context("train-2", past: earned), 0, 12), Draw(Hand.Context("train-2", past: swapped), 0, 12));

        Assert.NotEqual(first, second);
        // What is drawn anew is the same: only what was remembered differs.
        Assert.All(first.Zip(second).Where(pair => pair.First != pair.Second), pair => Assert.Contains(pair.Second, All[20..]));
    }

    [Fact]
    public void Draw_OfTheSameContext_IsAFunctionOfItsArgumentsAlone()
    {
        var all = Draw(Hand.Context("train-3", past: Past), 0, 8);

        Assert.Equal(all[2..5], Draw(Hand.Context("train-3", past: Past), 2, 3));
        Assert.NotEqual(all, Draw(Hand.Context("train-3", seed: 2, past: Past), 0, 8));
        Assert.NotEqual(all, Draw(Hand.Context("train-4", past: Past), 0, 8));
        Assert.NotEqual(all, Draw(Hand.Context("train-3", task: 1, past: Past), 0, 8));
    }

    private static string[] Draw(ProposerContext context, int from, int count) =>
        [.. new ArchiveProposer().Draw(context, from, count, CancellationToken.None).Select(draft => draft.Text)];
}
