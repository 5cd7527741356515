using CsCheck;
using Seal.Core.Candidates;
using static Seal.Core.Candidates.CandidateState;

namespace Seal.Core.Tests.Candidates;

public sealed class CandidateStateTests
{
    private static readonly Gen<CandidateState> Any = Gen.OneOf<CandidateState>([.. CandidateStates.All]);

    [Theory]
    [InlineData(Proposed, Queued, Running, Scored)]
    [InlineData(Proposed, Queued, Running, Failed)]
    [InlineData(Proposed, Invalid)]
    [InlineData(Proposed, Failed)]
    [InlineData(Proposed, Scored)]
    [InlineData(Proposed, Queued, Scored)]
    [InlineData(Proposed, Queued, Running, Lost, Queued, Running, Lost, Queued, Running, Scored)]
    [InlineData(Proposed, Queued, Running, Lost, Poisoned)]
    [InlineData(Proposed, Queued, Running, Lost, Cancelled)]
    public void Move_AlongALife_Arrives(params CandidateState[] life) => Assert.Equal(life[^1], life.Aggregate((state, next) => state.Move(next)));

    [Theory]
    [InlineData(Proposed, Running)]
    [InlineData(Queued, Lost)]
    [InlineData(Queued, Proposed)]
    [InlineData(Running, Invalid)]
    [InlineData(Running, Queued)]
    [InlineData(Lost, Scored)]
    [InlineData(Lost, Failed)]
    [InlineData(Scored, Failed)]
    [InlineData(Failed, Scored)]
    [InlineData(Cancelled, Queued)]
    public void Move_OutsideTheLife_IsRefused(CandidateState from, CandidateState to) =>
        Assert.Contains($"from {from} to {to}", Assert.Throws<InvalidOperationException>(() => from.Move(to)).Message, StringComparison.Ordinal);

    [Fact]
    public void Move_AnyCommands_NeverLeaveATerminalStateAndVerdictsStay() =>
        Any.Array[0, 30]
            .Sample(commands =>
            {
                var state = Proposed;
                foreach (var command in commands)
                {
                    var before = state;
                    state = state.CanMove(command) ? state.Move(command) : state;
                    Assert.True(!before.IsTerminal() || state == before);
                    Assert.True(!before.IsVerdict() || state == before);
                }
            });

    [Fact]
    public void Move_SameCommandTwice_IsTheSameAsOnce() =>
        Gen.Select(Any, Any).Where((from, to) => from.CanMove(to)).Sample((from, to) => Assert.Equal(from.Move(to), from.Move(to).Move(to)));

    [Fact]
    public void States_EveryOne_IsReachedFromProposedAndCanEndInAVerdictOrIsFinal()
    {
        static HashSet<CandidateState> Reached(CandidateState from)
        {
            var seen = new HashSet<CandidateState> { from };
            for (var grown = -1; grown != seen.Count; )
            {
                grown = seen.Count;
                seen.UnionWith(CandidateStates.All.Where(to => seen.Any(state => state.CanMove(to))).ToArray());
            }

            return seen;
        }

        Assert.Equal(CandidateStates.All.ToHashSet(), Reached(Proposed));
        Assert.All(CandidateStates.All, state => Assert.True(state.IsTerminal() || Reached(state).Any(CandidateStates.IsVerdict)));
    }

    [Fact]
    public void IsTerminal_AndIsVerdict_NameTheseStates()
    {
        Assert.Equal([Scored, Invalid, Failed, Poisoned, Cancelled], CandidateStates.All.Where(CandidateStates.IsTerminal));
        Assert.Equal([Scored, Invalid, Failed], CandidateStates.All.Where(CandidateStates.IsVerdict));
    }
}
