using Seal.Core.Steering;

namespace Seal.Core.Tests.Steering;

public sealed class StandstillTests
{
    private readonly Standstill _standstill = new(patience: Seconds(10), memory: Seconds(20));

    [Fact]
    public void Problem_FailureThatGoesOnForThePatience_IsTold()
    {
        _standstill.Note("s/r/train-1/t", "no way", final: false, Seconds(0));
        _standstill.Note("s/r/train-1/t", "no way", final: false, Seconds(9));
        Assert.Null(_standstill.Problem(Seconds(9)));

        _standstill.Note("s/r/train-1/t", "no way at all", final: false, Seconds(10));
        Assert.Equal("s/r/train-1/t cannot go on, and is tried again: no way at all", _standstill.Problem(Seconds(10)));
        Assert.Null(_standstill.Final(Seconds(10)));
    }

    [Fact]
    public void Problem_FailureThatIsNotRepeated_IsOver()
    {
        _standstill.Note("a", "why", final: true, Seconds(0));
        _standstill.Note("a", "why", final: true, Seconds(10));
        Assert.NotNull(_standstill.Problem(Seconds(30)));
        Assert.Null(_standstill.Problem(Seconds(31)));
        Assert.Null(_standstill.Final(Seconds(31)));

        // What fails again after that begins anew.
        _standstill.Note("a", "why", final: false, Seconds(40));
        Assert.Null(_standstill.Problem(Seconds(40)));
    }

    [Fact]
    public void Problem_SeveralThatFail_NamesTheFirstAndCountsTheOthers()
    {
        foreach (var now in new[] { 0, 10 })
        {
            _standstill.Note("b", "two", final: false, Seconds(now));
            _standstill.Note("a", "one", final: false, Seconds(now));
            _standstill.Note("c", "three", final: false, Seconds(now));
        }

        Assert.Equal("a cannot go on, nor can 2 more, and is tried again: one", _standstill.Problem(Seconds(10)));
    }

    [Fact]
    public void Final_NeedsNoPatience()
    {
        _standstill.Note("a", "for a moment", final: false, Seconds(0));
        Assert.Null(_standstill.Final(Seconds(0)));
        _standstill.Note("b", "of a newer build", final: true, Seconds(0));
        Assert.Equal("b: of a newer build", _standstill.Final(Seconds(0)));
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
