namespace Seal.Core.Slots;

/// <summary>
/// How many of a silo's slots take work: a pure value. A silo starts with one and opens another after every job that ended well (slow start: a
/// broken node spoils few jobs); a failure of the infrastructure halves them; five in a row drain the silo. What a self-edit does to itself
/// (a NaN, too many steps) is no failure of the infrastructure.
/// </summary>
/// <param name="Slots">Slots there are.</param>
/// <param name="Open">Slots that may take work.</param>
/// <param name="FailuresInARow">Infrastructure failures since the last job that ended well.</param>
/// <param name="LastFailure">The last one's reason, or null.</param>
public sealed record SlotHealth(int Slots, int Open, int FailuresInARow, string? LastFailure)
{
    public const int MostFailures = 5;

    public static SlotHealth Start(int slots) => new(slots, Math.Min(1, slots), 0, null);

    /// <summary>Takes no work until it is started again.</summary>
    public bool Drained => FailuresInARow >= MostFailures;

    /// <summary>A job ended with a commit, whatever its verdict.</summary>
    public SlotHealth Succeeded() => Drained ? this : this with { Open = Math.Min(Slots, Open + 1), FailuresInARow = 0, LastFailure = null };

    /// <summary>A job could not be done here.</summary>
    public SlotHealth Failed(string reason)
    {
        var failures = FailuresInARow + 1;
        return this with { FailuresInARow = failures, LastFailure = reason, Open = failures >= MostFailures ? 0 : Math.Max(1, Open / 2) };
    }

    /// <summary>Whether the slot with this index (from 0) may take work.</summary>
    public bool MayTake(int slot) => slot < Open;
}
