using Microsoft.Extensions.Time.Testing;
using Seal.Core.Refusals;

namespace Seal.Cluster.Tests.Connections;

public sealed class RefusalLimitTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<RefusalCount> _told = [];
    private readonly RefusalLimit _limit;

    public RefusalLimitTests() => _limit = new RefusalLimit(_told.Add, _time);

    public void Dispose() => _limit.Dispose();

    [Fact]
    public void Note_SameClientWithinAMinute_IsLoggedOnceAndThenCounted()
    {
        Assert.True(_limit.Note("a", "first"));
        Assert.False(_limit.Note("a", "second"));
        Assert.True(_limit.Note("b", "first"));
        Assert.False(_limit.Note("a", "third"));

        _time.Advance(RefusalLimit.Window - TimeSpan.FromSeconds(10));
        Assert.Empty(_told);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal([new RefusalCount("a", 2, "third")], _told);
    }

    [Fact]
    public void Note_ClientThatNeverStops_HasOneLineForEachMinute()
    {
        var lines = 0;
        for (var second = 0; second < 600; second++)
        {
            lines += _limit.Note("a", "again") ? 1 : 0;
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        // Its first one, and a count at the end of each of ten minutes.
        Assert.Equal(11, lines + _told.Count);
        Assert.Equal(600, lines + _told.Sum(told => told.Count));
    }

    [Fact]
    public void Note_ClientThatComesBackAfterAQuietMinute_IsLoggedAtOnce()
    {
        Assert.True(_limit.Note("a", "first"));
        _time.Advance(RefusalLimit.Window);
        Assert.True(_limit.Note("a", "second"));
        Assert.Empty(_told);
    }

    [Fact]
    public void Note_MoreClientsThanAreToldApart_CountAsOne()
    {
        var lines = Enumerable.Range(0, 10_000).Count(client => _limit.Note($"client {client}", "no"));

        Assert.Equal(RefusalLimit.Most + 1, lines);
        _time.Advance(RefusalLimit.Window);
        Assert.Equal([new RefusalCount(RefusalLimit.Others, 10_000 - lines, "no")], _told);
    }
}
