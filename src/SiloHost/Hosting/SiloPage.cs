using System.Globalization;
using System.Net;
using Seal.Cluster.Settings;
using Seal.Cluster.Storage;
using Seal.Grains.Abstractions;
using Seal.Pages;

namespace Seal.SiloHost.Hosting;

/// <summary>The page about the sweeps on a silo that keeps grains, behind the door of the health pages: loopback, mutual TLS, or a token.</summary>
internal static class SiloPage
{
    /// <summary>Where the Orleans Dashboard is, behind the same door.</summary>
    public const string Dashboard = "/dashboard";

    /// <returns>False where this silo serves none.</returns>
    public static bool Add(IServiceCollection services, SealSettings settings)
    {
        var silo = settings.Silo;
        var isOpen = !IPAddress.IsLoopback(IPAddress.Parse(silo.WebAddress)) && !settings.Security.HasTls;
        if (!silo.Page || silo.WebPort == 0 || silo.Role == "trainer" || (isOpen && silo.PageToken is null))
        {
            return false;
        }

        SealPages.Add(services, provider => Options(provider, settings, isOpen));
        return true;
    }

    private static PageOptions Options(IServiceProvider services, SealSettings settings, bool isOpen)
    {
        var grains = services.GetRequiredService<IGrainFactory>();
        return new PageOptions
        {
            Store = services.GetRequiredService<NotedStore>(),
            StoreName = $"cluster {settings.Cluster.Id}",
            Address = IPAddress.Parse(settings.Silo.WebAddress),
            Token = settings.Silo.PageToken ?? "",
            IsLocked = isOpen,
            Steer = settings.Silo.PageToken is null ? null : (sweep, mode) => PageWish.Carry(grains.GetGrain<ISweepGrain>(sweep), mode),
            Slots = async _ => [.. (await grains.GetGrain<ISlotsGrain>(0).All()).Select(Line)],
            Dashboard = settings.Silo.Dashboard ? Dashboard : null,
            Time = services.GetRequiredService<TimeProvider>(),
        };
    }

    private static SlotLine Line(SiloReport silo) =>
        new(
            silo.Silo,
            silo.Problem is { } problem ? $"{silo.State}: {problem}" : silo.State,
            string.Join(", ", silo.NumericClasses),
            string.Create(CultureInfo.InvariantCulture, $"{silo.Busy} of {silo.Slots} slots busy, {silo.OpenSlots} open")
        );
}
