namespace Seal.Grains.Abstractions;

/// <summary>Who computes, in memory only: every silo tells again every few seconds. One per cluster, key 0.</summary>
[GrainInterfaceType(GridNames.Slots)]
public interface ISlotsGrain : IGrainWithIntegerKey
{
    /// <summary>A silo tells how it is.</summary>
    Task Announce(SiloReport report);

    /// <summary>Silos that have been heard of lately, by name.</summary>
    Task<IReadOnlyList<SiloReport>> All();
}

/// <param name="Silo">Its name, for people.</param>
/// <param name="Host">Its incarnation.</param>
/// <param name="Role"><c>control</c>, <c>trainer</c> or <c>all</c>.</param>
/// <param name="NumericClasses">Classes of its slots; a pack runs only where its class is.</param>
/// <param name="Slots">Device slots.</param>
/// <param name="OpenSlots">Slots that take work now: few after a start or failures, none while draining.</param>
/// <param name="Busy">Slots at work.</param>
/// <param name="State"><c>working</c>, <c>draining</c> (it stops) or <c>drained</c> (too many failures).</param>
/// <param name="Problem">The last infrastructure failure, or null.</param>
/// <param name="Build">Its build.</param>
/// <param name="Contract">Its <see cref="GridContract.Id"/>.</param>
public sealed record SiloReport(
    string Silo,
    string Host,
    string Role,
    IReadOnlyList<string> NumericClasses,
    int Slots,
    int OpenSlots,
    int Busy,
    string State,
    string? Problem,
    string Build,
    string Contract
);
