using Seal.Core.Candidates;
using Seal.Core.Json;

namespace Seal.Core.Tests.Candidates;

public sealed class CandidateStateTests
{
    /// <summary>The words stand in every results.json there is.</summary>
    [Theory]
    [InlineData(CandidateState.Scored, "scored", true)]
    [InlineData(CandidateState.Invalid, "invalid", true)]
    [InlineData(CandidateState.Failed, "failed", true)]
    [InlineData(CandidateState.Poisoned, "poisoned", false)]
    public void State_InRecords_IsItsWordAndAVerdictUnlessItWasGivenUp(CandidateState state, string word, bool isVerdict)
    {
        Assert.Equal($"\"{word}\"", SealJson.ToText(state));
        Assert.Equal(isVerdict, state.IsVerdict());
    }
}
