using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Soak.Clusters;

/// <summary>The sweep that clusters are soaked with: the same on every run, with a container of its own each time, so that no result is known
/// beforehand.</summary>
/// <param name="Engine"><c>fake</c>, whose steps take a fixed time, or <c>torch</c>.</param>
/// <param name="File">The sweep file.</param>
/// <param name="Set">Keys of it that are overridden.</param>
/// <param name="Step">How long a training step takes on the fake engine.</param>
internal sealed record ClusterSweep(string Engine, string File, IReadOnlyList<string> Set, TimeSpan Step)
{
    private const int Silos = 3;

    /// <summary>About 200 trials of up to two seconds; on the real engine the soak's sweep of about a minute.</summary>
    public static ClusterSweep Of(string engine, IReadOnlyList<string> set) =>
        engine == "torch"
            ? new ClusterSweep(engine, Repository.Sweep("soak.toml"), set, TimeSpan.Zero)
            : new ClusterSweep(
                engine,
                Repository.Sweep("tiny-fake.toml"),
                ["tasks.train_count=6", "tasks.evaluate_count=3", "proposal.candidates=6", .. set],
                TimeSpan.FromMilliseconds(100)
            );

    /// <summary>The hash of its results when nobody disturbs it: one process, no cluster.</summary>
    public async Task<string> Undisturbed()
    {
        using var folder = new TemporaryFolder();
        return (await new SweepRun(File, folder.At("store")) { Set = Set }.ToEnd()).ResultsSha256;
    }

    public Task<TestCluster> Start(Servers servers, int? blobPort = null) =>
        TestCluster.Start(servers, Silos, Step, blobPort: blobPort, set: [$"Work.Engines={Engine}", $"Work.Slots={(Engine == "torch" ? 1 : 2)}"]);

    public SealProcess Run(TestCluster cluster) => cluster.Seal(["run", File, "--json", .. Set.SelectMany(pair => new[] { "--set", pair })]);
}
