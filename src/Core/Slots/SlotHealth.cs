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
/// <param name="LastJob">The job that failed last, or null.</param>
public sealed record SlotHealth(int Slots, int Open, int FailuresInARow, string? LastFailure, string? LastJob)
{
    public const int MostFailures = 5;

    public static SlotHealth Start(int slots) => new(slots, Math.Min(1, slots), 0, null, null);

    /// <summary>Takes no work until it is started again.</summary>
    public bool Drained => FailuresInARow >= MostFailures;

    /// <summary>A job ended with a commit, whatever its verdict.</summary>
    public SlotHealth Succeeded() =>
        Drained ? this : this with { Open = Math.Min(Slots, Open + 1), FailuresInARow = 0, LastFailure = null, LastJob = null };

    /// <summary>A job could not be done here. The same job again says nothing new of the node: it may be the job.</summary>
    public SlotHealth Failed(string job, string reason)
    {
        var failures = FailuresInARow + (job == LastJob ? 0 : 1);
        return this with
        {
            FailuresInARow = failures,
            LastFailure = reason,
            LastJob = job,
            Open = failures >= MostFailures ? 0 : Math.Max(1, Open / 2),
        };
    }

    /// <summary>Whether the slot with this index (from 0) may take work.</summary>
    public bool MayTake(int slot) => slot < Open;
}
