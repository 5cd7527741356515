using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Grains.Hosting;
using Seal.Silo.Workers;

namespace Seal.Silo.Hosting;

/// <summary>A device slot of a host.</summary>
/// <param name="Name">Its name; each slot of a host has its own.</param>
/// <param name="NumericClass">The class of its engine.</param>
/// <param name="Index">Its place in the crew, from 0.</param>
/// <param name="CreateEngine">Makes its engine; called on the slot's own thread.</param>
public sealed record DeviceSlot(string Name, string NumericClass, int Index, Func<IEngine> CreateEngine);

/// <summary>What <see cref="SealServices.AddSeal"/> needs to know of a host.</summary>
public sealed record SealOptions
{
    public required GridOptions Grid { get; init; }

    /// <summary>The domains that runs may name.</summary>
    public required IReadOnlyList<IDomain> Domains { get; init; }

    /// <summary>The machine's clock. Everybody is given a <see cref="SteadyTime"/> over it.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The store behind the guard.</summary>
    public required Func<IServiceProvider, IArtifactStore> Store { get; init; }

    /// <summary>Folder for models fetched from the store; null (default): only folders of this machine are known.</summary>
    public string? ModelCache { get; init; }

    /// <summary>The silo's own configuration: clustering, endpoints, tuning. Call filters that it adds run before the shared ones.</summary>
    public required Action<ISiloBuilder> Silo { get; init; }

    /// <summary>Adds hosted services that start after the silo and before the workers, and stop in reverse. None by default.</summary>
    public Action<IServiceCollection> BeforeWorkers { get; init; } = _ => { };

    /// <summary>The slots; none by default.</summary>
    public IReadOnlyList<DeviceSlot> Slots { get; init; } = [];

    /// <summary>What the slots share.</summary>
    public required Func<IServiceProvider, WorkerCrew> Crew { get; init; }

    /// <summary>Under what name this host holds leases.</summary>
    public required Func<IServiceProvider, string> LeaseHolder { get; init; }
}
