using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Soak.Clusters;

/// <summary>A silo stands still (SIGSTOP) for longer than its cluster waits, then wakes up: what it still believes to have must count for
/// nothing.</summary>
internal sealed class ZombieSoak(ClusterSweep sweep, TimeSpan still, TextWriter output) : Soak(sweep, output)
{
    private const int Before = 10;

    protected override async Task<bool> Run(Servers servers, CancellationToken cancellation)
    {
        await using var cluster = await Sweep.Start(servers);
        using var run = Sweep.Run(cluster);
        await cluster.UntilCommitted(Before, run);
        var watch = new StoreWatch(servers.Container(cluster.Id));
        var zombie = cluster.Silos[1];
        zombie.Process.Signal(Posix.Stop);
        await watch.Look();
        var before = watch.Committed;
        await Task.Delay(still, cancellation);
        await watch.Look();
        var meanwhile = watch.Committed - before;
        zombie.Process.Signal(Posix.Continue);
        var code = await zombie.Process.Exit();
        zombie.Restart();
        var problem = await Wrong(cluster, run, watch);
        Say(
            $"stood still for {still.TotalSeconds:0} s after {before} commits, {meanwhile} more meanwhile; woke up and ended with exit {code}; {problem ?? "equal bytes, none lost, none twice"}"
        );
        return problem is null && meanwhile > 0 && code != 0;
    }
}
