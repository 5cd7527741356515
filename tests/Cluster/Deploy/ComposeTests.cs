using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Deploy;

/// <summary>The services of the compose file as plain processes: their own commands and variables, with ports of this machine for their closed
/// network.</summary>
[Collection(WithQuietServers.Name)]
public sealed class ComposeTests(SharedServers servers)
{
    [SkippableFact]
    public async Task Services_AsPlainProcesses_RunASweepForTheClientThatTheFileNames()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        var folder = Path.Combine(Repository.Root, "deploy", "compose");
        var compose = Yaml.Documents(await File.ReadAllTextAsync(Path.Combine(folder, "compose.yaml")))[0];
        var services = compose.Map("services");
        Assert.Equal(["azurite", "control", "redis", "trainer-1", "trainer-2"], services.Keys.Order(StringComparer.Ordinal));
        using var work = new TemporaryFolder();
        // Redis and Azurite as the file starts them are what all tests use; the silos are started here.
        Assert.Equal(["redis-server", "--appendonly", "yes"], compose.Items("services.redis.command"));
        var silos = services
            .Where(service => service.Value.Text("image") == "seal-silo:latest")
            .Select(service =>
            {
                var variables = service
                    .Value.Map("environment")
                    .ToDictionary(entry => entry.Key, entry => Here(entry.Value!.ToString()!), StringComparer.Ordinal);
                variables["SEAL__SILO__ADDRESS"] = "127.0.0.1";
                return new SiloProcess(work.Path, service.Value.Items("command").Select(word => word.ToString()!), variables);
            })
            .ToArray();
        try
        {
            await Task.WhenAll(silos.Select(silo => silo.Ready()));
            var client = work.Write("client.json", Here(await File.ReadAllTextAsync(Path.Combine(folder, "client.json"))));

            using var process = SealProcess.Start(["run", Reference.File, "--json", "--cluster", client]);
            var exit = await process.Exit();
            Assert.True(exit.Code == 0, $"{exit}\n{string.Join('\n', silos.Select(silo => silo.Process.Log))}");
            Assert.Contains((await Reference.Undisturbed()).ReportSha256, exit.Out, StringComparison.Ordinal);
        }
        finally
        {
            Array.ForEach(silos, silo => silo.Dispose());
            await servers.Container("seal").DeleteIfExistsAsync();
        }
    }

    /// <summary>An address of the closed network, or one that is published, as it is on this machine.</summary>
    private string Here(string text) =>
        text.Replace("10.77.0.2:6379", servers.Redis, StringComparison.Ordinal)
            .Replace("127.0.0.1:6379", servers.Redis, StringComparison.Ordinal)
            .Replace("10.77.0.3:10000", $"127.0.0.1:{servers.BlobPort}", StringComparison.Ordinal)
            .Replace("127.0.0.1:10000", $"127.0.0.1:{servers.BlobPort}", StringComparison.Ordinal);
}
