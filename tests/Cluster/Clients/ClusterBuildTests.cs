using System.Diagnostics;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Clients;

/// <summary>The console as it is published for machines that only steer clusters: small, without libtorch, and every verb of the grid works in it
/// as in the full build.</summary>
public sealed class ClusterBuildTests(SharedServers servers) : IClassFixture<SharedServers>
{
    private const long MostBytes = 40_000_000;

    [SkippableFact]
    public async Task Publish_ForClusters_IsSmallAndDoesAllThatTheFullBuildDoesThere()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        using var folder = new TemporaryFolder();
        var starting = TestCluster.Start(servers, silos: 1);
        await Task.WhenAll(Publish(folder.At("seal")), starting);
        await using var cluster = await starting;
        FileInfo[] files = [.. new DirectoryInfo(folder.At("seal")).EnumerateFiles("*", SearchOption.AllDirectories)];
        Assert.True(files.Sum(file => file.Length) < MostBytes, $"{files.Sum(file => file.Length)} bytes");
        // TorchSharp's managed half stays: types name it, nothing loads what is behind it.
        Assert.DoesNotContain(
            files,
            file => file.Extension is not ".json" && file.Name.Contains("torch", StringComparison.OrdinalIgnoreCase) && file.Name != "TorchSharp.dll"
        );

        // A sweep for each build; they do not see each other. Other tests verify with the full console.
        await Task.WhenAll(
            EveryVerb(Path.Combine(folder.At("seal"), "seal.dll"), "slim", cluster, folder),
            EveryVerb(Repository.Console, "full", cluster, folder)
        );
        var verified = await Seal(Path.Combine(folder.At("seal"), "seal.dll"), "artifacts", "verify", "--cluster", cluster.Config);
        Assert.True(verified.Code == 0, $"{verified}");

        // Sweeps of the real engine are read and checked without it; what is missing here is a trainer.
        var refusing = Seal(
            Path.Combine(folder.At("seal"), "seal.dll"),
            "run",
            Repository.Sweep("quickstart-paper.toml"),
            "--store",
            folder.At("store")
        );
        var lonely = await Seal(
            Path.Combine(folder.At("seal"), "seal.dll"),
            "run",
            Repository.Sweep("quickstart-paper.toml"),
            "--cluster",
            cluster.Config
        );
        Assert.True(lonely.Code == 4 && lonely.Err.Contains("has no slot for the engine torch in fp32", StringComparison.Ordinal), $"{lonely}");
        var refused = await refusing;
        Assert.True(refused.Code == 2 && refused.Err.Contains("carries no libtorch", StringComparison.Ordinal), $"{refused}");
    }

    private static async Task EveryVerb(string console, string sweep, TestCluster cluster, TemporaryFolder folder)
    {
        string[][] verbs =
        [
            ["run", Reference.File, "--set", $"name={sweep}", "--set", "seeds=[1]", "--json"],
            ["sweep", "list", "--json"],
            ["sweep", "status", sweep],
            ["sweep", "watch", sweep, "--json"],
            ["sweep", "extend", sweep, "--rounds", "2"],
            ["sweep", "weigh", sweep, "--to", "2"],
            ["sweep", "retry", sweep],
            ["sweep", "pause", sweep],
            ["sweep", "stop", sweep],
            ["sweep", "resume", sweep],
            ["sweep", "silos", "--json"],
            ["sweep", "watch", sweep, "--from", "1"],
            ["artifacts", "export", "base-seal-s1", folder.At($"adapters-{sweep}"), "--sweep", sweep],
            ["report", sweep, "--out", folder.At($"{sweep}.html")],
            ["compare", $"{sweep}/seal/2", $"{sweep}/seal/0", "--json"],
        ];
        foreach (var verb in verbs)
        {
            var exit = await Seal(console, [.. verb, "--cluster", cluster.Config]);
            Assert.True(exit.Code == 0, $"{console} {string.Join(' ', verb)}: {exit}");
        }

        Assert.NotEmpty(Directory.EnumerateFiles(folder.At($"adapters-{sweep}"), "adapter_model.safetensors", SearchOption.AllDirectories));
        var cancel = await Seal(console, "sweep", "cancel", sweep, "--cluster", cluster.Config);
        Assert.True(cancel.Code == 0 && cancel.Out.StartsWith("nothing to do: ", StringComparison.Ordinal), $"{cancel}");
        // What was not done is not remembered either: extended, the sweep goes on.
        Assert.Equal(0, (await Seal(console, "sweep", "extend", sweep, "--seeds", "2", "--cluster", cluster.Config)).Code);
        Assert.Equal(0, (await Seal(console, "sweep", "watch", sweep, "--cluster", cluster.Config)).Code);
        var events = await Seal(console, "sweep", "events", sweep, "--cluster", cluster.Config);
        Assert.True(events.Code == 0 && events.Out.Contains("run-ended", StringComparison.Ordinal), $"{events}");
    }

    private static async Task<SealExit> Seal(string console, params string[] words)
    {
        // A libtorch that 'seal setup' restored for this user would be found.
        var nobody = new Dictionary<string, string> { ["XDG_DATA_HOME"] = Path.Combine(Path.GetTempPath(), "seal-nobody") };
        using var process = SealProcess.Start(words, console: console, environment: nobody);
        return await process.Exit();
    }

    private static async Task Publish(string folder)
    {
        var configuration = Repository.Console.Contains(
            $"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal
        )
            ? "Release"
            : "Debug";
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        };
        // What it refers to is built: the full console, which these tests start too, refers to the same.
        foreach (
            var argument in new[]
            {
                "publish",
                "src/Client",
                "-c",
                configuration,
                "-p:SealClient=cluster",
                "-p:BuildProjectReferences=false",
                "-nodeReuse:false",
                "-o",
                folder,
            }
        )
        {
            start.ArgumentList.Add(argument);
        }

        // The test host runs inside a build of its own, whose settings are not this one's.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, said);
    }
}
