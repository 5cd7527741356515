using Orleans.Configuration;

namespace Seal.Cluster.Hosting;

/// <summary>
/// How fast silos agree that one of them is gone. A dead silo's leases are free as soon as it is declared dead, so this decides how long its
/// work stands still; a silo that is declared dead while it lives ends itself, so this also decides how long a pause (a collection, a busy
/// machine, a suspended VM) a silo survives.
/// </summary>
public static class MembershipTuning
{
    /// <summary>A silo asks its neighbours this often.</summary>
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(1.5);

    public static void Apply(ClusterMembershipOptions options)
    {
        // Three missed probes of 1.5 s: declared dead about five seconds after a kill, and no sooner than after 4.5 s of silence.
        options.ProbeTimeout = Probe;
        options.NumMissedProbesLimit = 3;

        // Two accusers, so that one silo with a broken link cannot put down the others. With two silos left one is enough (Orleans sees to it).
        options.NumVotesForDeathDeclaration = 2;
        options.DeathVoteExpirationTimeout = TimeSpan.FromSeconds(60);

        // A silo that starts asks all members first, but not those that stopped writing "I am alive". After a power cut the table is full of
        // such; with the defaults (30 s, three times) newcomers would wait for a minute and a half.
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(4);
        options.NumMissedTableIAmAliveLimit = 3;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        // Judged by the times that others wrote: with clocks that are minutes apart, newcomers would be put out while they join.
        options.EvictWhenMaxJoinAttemptTimeExceeded = false;
        options.DefunctSiloExpiration = TimeSpan.FromHours(6);
        options.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(30);
    }
}
