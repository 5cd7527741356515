using System.Text.Json.Serialization;
using Seal.Core.Runs;

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
/// <param name="Move">A run whose policy is to be another version, or null.</param>
public sealed record SteeringCommand(
    long Revision,
    string Operation,
    SweepMode? Mode = null,
    double? Weight = null,
    int Retry = 0,
    int Rounds = 0,
    IReadOnlyList<long>? Seeds = null,
    RunMove? Move = null
);

/// <param name="Run">Name of a run.</param>
/// <param name="Move">What its policy is to be, and from where on.</param>
public sealed record RunMove(string Run, PolicyMove Move);

/// <summary>A move with the command that wished for it: a newer one takes the place of those after the same round of its run and after later ones, as
/// the versions that those were said of are made anew.</summary>
public sealed record MoveWish(long Revision, string Operation, RunMove Move)
{
    /// <summary>Adds a wish to those that there are, in the order of runs and rounds.</summary>
    internal static IReadOnlyList<MoveWish> Join(IReadOnlyList<MoveWish> wishes, MoveWish wish) =>
        [
            .. wishes
                .Append(wish)
                .DistinctBy(one => (one.Revision, one.Operation))
                .Where(one => !wishes.Append(wish).Any(other => other.Replaces(one)))
                .OrderBy(one => one.Move.Run, StringComparer.Ordinal)
                .ThenBy(one => one.Move.Move.After),
        ];

    private bool Replaces(MoveWish other) =>
        Move.Run == other.Move.Run
        && Move.Move.After <= other.Move.Move.After
        && (Revision != other.Revision ? Revision > other.Revision : string.CompareOrdinal(Operation, other.Operation) > 0);
}

/// <summary>
/// Everything that clients have wished of a sweep, as one value that depends on the <em>set</em> of commands alone: the mode and the weight are
/// those of the newest command that names them, so is each move of a policy, retries and rounds only grow, seeds only join. So commands may be
/// repeated, duplicated and reordered.
/// </summary>
public sealed record SweepControl(Wish<SweepMode> Mode, Wish<double> Weight, int Retry, int Rounds, IReadOnlyList<long> Seeds)
{
    public static SweepControl New { get; } = new(new(0, "", SweepMode.Run), new(0, "", 1), 0, 0, []);

    /// <summary>Moves of policies; null, and then left out, for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MoveWish>? Moves { get; init; }

    /// <summary>The newest revision that has been seen.</summary>
    public long Revision => Math.Max(Math.Max(Mode.Revision, Weight.Revision), Moves is { Count: > 0 } moves ? moves.Max(wish => wish.Revision) : 0);

    /// <summary>The moves of a run's policy.</summary>
    public IEnumerable<PolicyMove> MovesOf(string run) => (Moves ?? []).Where(wish => wish.Move.Run == run).Select(wish => wish.Move.Move);

    public SweepControl Apply(SteeringCommand command) =>
        new(
            command.Mode is { } mode ? Mode.Newer(new(command.Revision, command.Operation, mode)) : Mode,
            command.Weight is { } weight ? Weight.Newer(new(command.Revision, command.Operation, weight)) : Weight,
            Math.Max(Retry, command.Retry),
            Math.Max(Rounds, command.Rounds),
            command.Seeds is { Count: > 0 } seeds ? [.. Seeds.Union(seeds).Order()] : Seeds
        )
        {
            Moves = command.Move is { } move ? MoveWish.Join(Moves ?? [], new(command.Revision, command.Operation, move)) : Moves,
        };
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
