using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Proposers;
using Seal.Core.Rewards;
using Seal.Core.Sweeps;
using Seal.Core.Updates;

namespace Seal.Core.Tests.Programs;

/// <summary>What the policy drew is what the update learns: the tokens go from the proposal through the update rule to the training text.</summary>
public sealed class DrawnTokensTests
{
    // The vocabulary writes "aab" as [aa, b]; a model may as well draw [a, a, b].
    private static readonly int[] Own = [WordDomain.DoubleA, 'b'];
    private static readonly int[] Other = ['a', 'a', 'b'];

    [Fact]
    public void Propose_TokensThatTheVocabularyWouldNotWrite_AreKept()
    {
        using var host = new WordHost([new(Other, [], [], Ended: true), new(Own, [], [], Ended: true)]);
        var proposals = host.Propose(grammar: false, count: 2);

        Assert.Equal(["aab", "aab"], proposals.Select(proposal => proposal.Payload));
        var kept = host.Drawn(proposals[0]);
        Assert.Equal(Other, kept.Tokens);
        Assert.True(kept.Ended);
        Assert.Null(proposals[1].Drawn);
    }

    [Fact]
    public void Propose_FreeTextThatTheLengthLimitCut_IsKeptWithoutAnEnd()
    {
        using var host = new WordHost([new(Own, [], [], Ended: false)]);
        var kept = host.Drawn(host.Propose(grammar: false, count: 1)[0]);
        Assert.Equal(Own, kept.Tokens);
        Assert.False(kept.Ended);
    }

    /// <summary>The settings ask for a grammar and the domain has none: nothing forced the end.</summary>
    [Fact]
    public void Propose_TextThatTheLengthLimitCutInADomainWithoutAGrammar_IsKeptWithoutAnEnd()
    {
        using var host = new WordHost([new(Own, [], [], Ended: false)]) { HasGrammar = false };

        Assert.False(host.Drawn(host.Propose(grammar: true, count: 1)[0]).Ended);
    }

    [Fact]
    public void Propose_UnderAGrammarInTheVocabularysTokens_KeepsNothingAndWritesWhatItAlwaysWrote()
    {
        using var host = new WordHost([new(Own, [], [], Ended: false), new([.. "zz".Select(c => (int)c)], [], [], Ended: true)]);
        var proposals = host.Propose(grammar: true, count: 2);
        Assert.Equal(0, host.Kept);
        Assert.Equal(
            """[{"text":"aab","payload":"aab","rejection":null},{"text":"zz","payload":null,"rejection":"has a z"}]""",
            SealJson.ToText(proposals)
        );
    }

    [Fact]
    public void Propose_DistinctRedraws_KeepTheTokensOfWhatWasChosen()
    {
        int[] third = ['a', 'a', 'c'];
        using var host = new WordHost([new(Other, [], [], Ended: true), new(Own, [], [], Ended: true), new(third, [], [], Ended: true)]);
        var proposals = host.Propose(grammar: false, count: 2, distinct: true);
        Assert.Equal(["aab", "aac"], proposals.Select(proposal => proposal.Payload));
        Assert.Equal([Other, third], proposals.Select(proposal => host.Drawn(proposal).Tokens));
        Assert.Equal(1, host.Kept);
    }

    [Fact]
    public void Update_PairWithDrawnTokens_TrainsOnThem()
    {
        using var host = new WordHost([new(Other, [], [], Ended: true)]);
        var drawn = host.Propose(grammar: false, count: 1)[0].Drawn;
        host.Update([new UpdatePair(host.Task, "aab", drawn), new UpdatePair(host.Task, "aab")]);
        Assert.Equal(
            [
                [.. WordDomain.Prompt, .. Other],
                [.. WordDomain.Prompt, .. Own],
            ],
            host.Trained!.Sequences.Select(sequence => sequence.Tokens)
        );
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public void Select_KeptCandidate_BringsItsOwnTokens(bool deduplicate, int expected)
    {
        var reward = new Reward(1, "exact", [], 0);
        var examples = new UpdateFilter("rest-em", 0, 1).Select(
            [new("t", 1, "aab", reward, new("blob", 7)), new("t", 0, "aab", reward, new("blob", 4))],
            ["t"],
            deduplicate
        );
        Assert.Equal(new[] { 4, 7 }.Take(expected), examples.Select(example => example.Drawn!.Place));
    }

    [Fact]
    public void ToText_PairWithoutDrawnTokens_IsWrittenAsItAlwaysWas() =>
        Assert.Equal("""{"task":{"id":"t","sha256":"0"},"payload":"aab"}""", SealJson.ToText(new UpdatePair(new TaskRef("t", "0"), "aab")));
}
