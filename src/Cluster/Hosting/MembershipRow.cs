namespace Seal.Cluster.Hosting;

/// <summary>What a look at the membership table means for the silo that looked.</summary>
public enum RowNews
{
    /// <summary>Nothing that was not known before.</summary>
    None,

    /// <summary>The silo's row was there and is gone.</summary>
    Vanished,

    /// <summary>The row is there again.</summary>
    Back,

    /// <summary>The row has been missing for too long: the silo is to end itself.</summary>
    Lost,
}

/// <summary>
/// Remembers for how long a silo's own row has been missing from the membership table. A silo whose table was emptied keeps its old view of the
/// cluster for ever, and nobody who starts later can find it; so it must end and join anew.
/// </summary>
/// <param name="patience">A row that is missing for so long is lost.</param>
/// <param name="time">Measures it.</param>
public sealed class MembershipRow(TimeSpan patience, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long? _missingSince;

    /// <summary>How long the row has been missing; null while it is there.</summary>
    public TimeSpan? MissingFor
    {
        get
        {
            lock (_gate)
            {
                return _missingSince is { } since ? time.GetElapsedTime(since) : null;
            }
        }
    }

    /// <summary>How much longer it may be missing.</summary>
    public TimeSpan Left => patience - (MissingFor ?? TimeSpan.Zero) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <param name="isThere">What a look found; null where the table did not answer, which says nothing of the row.</param>
    public RowNews Note(bool? isThere)
    {
        lock (_gate)
        {
            if (isThere is not { } there)
            {
                return RowNews.None;
            }

            if (there)
            {
                var wasMissing = _missingSince is not null;
                _missingSince = null;
                return wasMissing ? RowNews.Back : RowNews.None;
            }

            if (_missingSince is { } since)
            {
                return time.GetElapsedTime(since) >= patience ? RowNews.Lost : RowNews.None;
            }

            _missingSince = time.GetTimestamp();
            return RowNews.Vanished;
        }
    }
}
