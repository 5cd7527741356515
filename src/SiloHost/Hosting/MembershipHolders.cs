using Orleans.Runtime;
using Seal.Grains.Jobs;

namespace Seal.SiloHost.Hosting;

/// <summary>Leases of silos that the membership has declared dead are free at once.</summary>
internal sealed class MembershipHolders(IServiceProvider services) : IHolderWatch
{
    private readonly Lazy<ISiloStatusOracle> _members = new(services.GetRequiredService<ISiloStatusOracle>);

    public bool IsGone(string host)
    {
        SiloAddress holder;
        try
        {
            holder = SiloAddress.FromParsableString(host);
        }
        catch (FormatException)
        {
            // Leased on a single machine before the store moved to a cluster: that host is not a member here.
            return true;
        }

        // A silo that we have not heard of may be one that has just joined: then its lease must run out first, unless its port has a new owner.
        var status = _members.Value.GetApproximateSiloStatus(holder);
        return status == SiloStatus.Dead
            || (
                status == SiloStatus.None && _members.Value.GetApproximateSiloStatuses(onlyActive: true).Keys.Any(silo => silo.IsSuccessorOf(holder))
            );
    }
}
