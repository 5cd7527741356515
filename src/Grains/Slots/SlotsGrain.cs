using Seal.Grains.Abstractions;
using Seal.Grains.Jobs;

namespace Seal.Grains.Slots;

/// <inheritdoc cref="ISlotsGrain"/>
[GrainType(GridNames.Slots)]
public sealed class SlotsGrain(GridServices grid) : Grain, ISlotsGrain
{
    /// <summary>A silo that has been silent for so long is no longer listed.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(15);

    private readonly SortedDictionary<string, (SiloReport Report, TimeSpan At)> _silos = new(StringComparer.Ordinal);

    public Task Announce(SiloReport report)
    {
        _silos[report.Host] = (report, Now);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<SiloReport>> All()
    {
        foreach (var silent in _silos.Where(silo => Now - silo.Value.At > Forgotten).Select(silo => silo.Key).ToArray())
        {
            _silos.Remove(silent);
        }

        return Task.FromResult<IReadOnlyList<SiloReport>>([
            .. _silos.Values.Select(silo => silo.Report).OrderBy(report => report.Silo, StringComparer.Ordinal),
        ]);
    }

    private TimeSpan Now => grid.Time.GetElapsedTime(0);
}
