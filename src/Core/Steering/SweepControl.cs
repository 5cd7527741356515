namespace Seal.Core.Steering;

/// <summary>What a sweep is to do.</summary>
public enum SweepMode
{
    /// <summary>Go on to the end.</summary>
    Run,

    /// <summary>Start nothing more; what runs may end. Meant to be resumed.</summary>
    Pause,

    /// <summary>Finish what runs, then stand.</summary>
    Stop,

    /// <summary>Stop at once.</summary>
    Cancel,
}

/// <summary>A wish of some client. It may arrive twice, late, or after a newer one.</summary>
/// <param name="Revision">One more than the newest revision that the client had seen.</param>
/// <param name="Operation">Unique; decides between two clients that wished at the same time.</param>
/// <param name="Mode">What to do, or null to leave that.</param>
/// <param name="Weight">Share of the slots against other sweeps, or null to leave that.</param>
/// <param name="Retry">Ask for the n-th retry of what was given up, from 1; 0 for none.</param>
/// <param name="Rounds">Go on to so many rounds; 0 to leave that.</param>
/// <param name="Seeds">Outer seeds to add.</param>
public sealed record SteeringCommand(
    long Revision,
    string Operation,
    SweepMode? Mode = null,
    double? Weight = null,
    int Retry = 0,
    int Rounds = 0,
    IReadOnlyList<long>? Seeds = null
);

/// <summary>
/// Everything that clients have wished of a sweep, as one value that depends on the <em>set</em> of commands alone: the mode and the weight are
/// those of the newest command that names them, retries and rounds only grow, seeds only join. So commands may be repeated, duplicated and reordered.
/// </summary>
public sealed record SweepControl(Wish<SweepMode> Mode, Wish<double> Weight, int Retry, int Rounds, IReadOnlyList<long> Seeds)
{
    public static SweepControl New { get; } = new(new(0, "", SweepMode.Run), new(0, "", 1), 0, 0, []);

    /// <summary>The newest revision that has been seen.</summary>
    public long Revision => Math.Max(Mode.Revision, Weight.Revision);

    public SweepControl Apply(SteeringCommand command) =>
        new(
            command.Mode is { } mode ? Mode.Newer(new(command.Revision, command.Operation, mode)) : Mode,
            command.Weight is { } weight ? Weight.Newer(new(command.Revision, command.Operation, weight)) : Weight,
            Math.Max(Retry, command.Retry),
            Math.Max(Rounds, command.Rounds),
            command.Seeds is { Count: > 0 } seeds ? [.. Seeds.Union(seeds).Order()] : Seeds
        );
}

/// <summary>A value with the command that wished for it.</summary>
public sealed record Wish<T>(long Revision, string Operation, T Value)
    where T : struct
{
    public Wish<T> Newer(Wish<T> other)
    {
        var order = Revision != other.Revision ? Revision.CompareTo(other.Revision) : string.CompareOrdinal(Operation, other.Operation);
        return order < 0 ? other : this;
    }
}
