using Seal.Core.Jobs;

namespace Seal.Grains.Hosting;

/// <summary>How the grid treats leases and re-drives work.</summary>
public sealed record GridOptions
{
    /// <summary>Name of the grain storage provider that grains keep their state in.</summary>
    public const string Storage = "artifacts";

    public LeasePolicy Lease { get; init; } = LeasePolicy.Default;

    /// <summary>Names this process among all that ever hosted the store.</summary>
    public required string HostIncarnation { get; init; }

    /// <summary>True when one host at a time has the store (a lock file sees to it): a lease of another incarnation is then free at once.</summary>
    public bool ExclusiveHost { get; init; } = true;

    /// <summary>Adapters of so many of a run's best candidates are kept, beside all of its latest phase; 0: none are kept at all.</summary>
    public int KeepAdapters { get; init; }

    /// <summary>
    /// A run has so many tasks of a phase under way at once: enough to keep every slot busy, few enough that asking after what waits stays cheap in
    /// sweeps of many runs. Does not change results. Default 8.
    /// </summary>
    public int TasksAtOnce { get; init; } = 8;

    /// <summary>On a cluster: nobody has to take work of a sweep's class for so long before the sweep says so. Default 10 s; silos are heard of
    /// every 4 s.</summary>
    public TimeSpan SlotPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often grains look whether something they started needs starting again. Default 5 s.</summary>
    public TimeSpan Redrive { get; init; } = TimeSpan.FromSeconds(5);
}
