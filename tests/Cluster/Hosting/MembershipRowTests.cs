using Microsoft.Extensions.Time.Testing;
using Seal.Cluster.Hosting;

namespace Seal.Cluster.Tests.Hosting;

public sealed class MembershipRowTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly MembershipRow _row;

    public MembershipRowTests() => _row = new MembershipRow(Patience, _time);

    [Fact]
    public void Note_RowMissingForAsLongAsThePatience_IsLost()
    {
        Assert.Equal(RowNews.None, _row.Note(true));
        Assert.Equal(RowNews.Vanished, _row.Note(false));
        _time.Advance(Patience - TimeSpan.FromSeconds(1));
        Assert.Equal(RowNews.None, _row.Note(false));
        Assert.Equal((TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(1)), (_row.MissingFor, _row.Left));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RowNews.Lost, _row.Note(false));
    }

    [Fact]
    public void Note_RowThatComesBack_ForgetsThatItWasMissing()
    {
        _row.Note(false);
        _time.Advance(Patience / 2);
        Assert.Equal(RowNews.Back, _row.Note(true));
        Assert.Null(_row.MissingFor);
        Assert.Equal(RowNews.Vanished, _row.Note(false));
        _time.Advance(Patience / 2);
        Assert.Equal(RowNews.None, _row.Note(false));
    }

    [Fact]
    public void Note_TableThatDoesNotAnswer_SaysNothingOfTheRow()
    {
        Assert.Equal(RowNews.None, _row.Note(null));
        Assert.Null(_row.MissingFor);
        _row.Note(false);
        _time.Advance(Patience * 2);
        Assert.Equal(RowNews.None, _row.Note(null));
        Assert.Equal(RowNews.Lost, _row.Note(false));
    }
}
