using Seal.Client.Sweeps;
using Seal.Grains.Abstractions;

namespace Seal.Client.Tests.Sweeps;

public sealed class SweepOutcomeTests
{
    [Theory]
    [InlineData(SweepState.Completed, 0)]
    [InlineData(SweepState.Incomplete, 3)]
    [InlineData(SweepState.Cancelled, 130)]
    public void Code_OfAState_IsWhatScriptsRelyOn(SweepState state, int code) => Assert.Equal(code, SweepOutcome.Code(state));
}
