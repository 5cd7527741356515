using System.Security.Cryptography;
using System.Text.Json;
using Seal.Client.Tests.Support;
using Seal.Client.Tests.Sweeps;

namespace Seal.Client.Tests.Commands;

/// <summary>What a cluster's sweep left behind is read with its settings while no silo and no Redis is up: after an outage, or from a
/// back-up.</summary>
public sealed class ClusterStoreTests(FinishedStore store) : IClassFixture<FinishedStore>
{
    private const string Run = "base-seal-s1";

    [Theory]
    [InlineData("artifacts verify")]
    [InlineData("compare tiny-fake/seal/2 tiny-fake/seal/0")]
    public async Task ReadingVerb_OfACluster_NeedsItsStoreAlone(string verb)
    {
        using var folder = new TemporaryFolder();
        var said = await Shell.Run([.. verb.Split(' '), "--cluster", Settings(folder), "--json"]);
        Assert.True(said.Code == ExitCode.Ok, said.Error);
        Assert.Equal(JsonValueKind.Object, said.Document.ValueKind);
    }

    [Fact]
    public async Task Report_OfACluster_IsThePageOfItsStore()
    {
        using var folder = new TemporaryFolder();
        var page = Path.Combine(folder.Path, "page.html");
        var said = await Shell.Run("report", "tiny-fake", "--cluster", Settings(folder), "--out", page);
        Assert.True(said.Code == ExitCode.Ok, said.Error);
        Assert.Equal(File.ReadAllText(Path.Combine(store.Root, "sweeps/tiny-fake/report.html")), File.ReadAllText(page));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Export_OfARun_WritesAPeftFolderForEveryRoundThatLearned(bool cluster)
    {
        using var folder = new TemporaryFolder();
        var target = Path.Combine(folder.Path, "adapters");
        string[] from = cluster ? ["--cluster", Settings(folder)] : ["--store", store.Root];
        var said = await Shell.Run(["artifacts", "export", Run, target, "--sweep", "tiny-fake", .. from]);
        Assert.True(said.Code == ExitCode.Ok, said.Error);

        var rounds = store
            .Run.Document.GetProperty("runs")
            .EnumerateArray()
            .Single(run => run.GetProperty("run").GetString() == Run)
            .GetProperty("rounds")
            .EnumerateArray()
            .ToArray();
        Assert.NotEmpty(rounds);
        foreach (var round in rounds)
        {
            var path = Path.Combine(target, $"round-{round.GetProperty("round").GetInt32()}");
            Assert.Equal(
                round.GetProperty("policySha256").GetString(),
                Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(path, "adapter_model.safetensors"))))
            );
            using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(path, "adapter_config.json")));
            Assert.Equal("LORA", config.RootElement.GetProperty("peft_type").GetString());
        }

        var again = await Shell.Run(["artifacts", "export", Run, target, .. from]);
        Assert.Equal(ExitCode.Usage, again.Code);
    }

    [Theory]
    [InlineData("base-seal-s9", 4, "there is base-seal-s1")]
    [InlineData("base-random-s1", 4, "that trains its policy")]
    public async Task Export_OfWhatIsNotThere_SaysSoAndWritesNothing(string run, int code, string expected)
    {
        using var folder = new TemporaryFolder();
        var said = await Shell.Run("artifacts", "export", run, Path.Combine(folder.Path, "adapters"), "--cluster", Settings(folder));
        Assert.Equal(code, said.Code);
        Assert.Contains(expected, said.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "adapters")));
    }

    [Theory]
    [InlineData("sweep extend x --cluster {settings}", "wants --rounds, --seeds or both")]
    [InlineData("sweep extend x --seeds 1,two --cluster {settings}", "'two' is no seed")]
    [InlineData("sweep weigh x --to 0 --cluster {settings}", "--to: 0 is not in (0, 1000]")]
    [InlineData("sweep pause x --store y --cluster {settings}", "--store and --cluster: name one of them")]
    [InlineData("sweep silos", "name it with --cluster")]
    [InlineData("sweep status x --store y --cluster {settings}", "--store and --cluster: name one of them")]
    [InlineData("artifacts verify --store y --cluster {settings}", "--store and --cluster: name one of them")]
    [InlineData("report x --store y --cluster {settings}", "--store and --cluster: name one of them")]
    public async Task SteeringVerb_WordsThatCannotBe_IsRefusedBeforeAnybodyIsAsked(string line, string expected)
    {
        using var folder = new TemporaryFolder();
        var settings = Settings(folder);
        var said = await Shell.Run([.. line.Split(' ').Select(word => word == "{settings}" ? settings : word)]);
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains(expected, said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cluster_CertificateThatCannotBeRead_IsAMistakeOfTheSettingsAndNoDefect()
    {
        using var folder = new TemporaryFolder();
        var none = folder.Write("none.pem", "no certificate");
        var settings = folder.Write(
            "tls.json",
            JsonSerializer.Serialize(
                new
                {
                    Cluster = new { Redis = "127.0.0.1:1" },
                    Store = new { Folder = store.Root },
                    Security = new
                    {
                        Certificate = none,
                        Key = none,
                        Authority = none,
                    },
                }
            )
        );
        var said = await Shell.Run("sweep", "list", "--cluster", settings);
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("there is no certificate in it", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certs_WhereSomeAreLeft_TouchesNone()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(ExitCode.Ok, (await Shell.Run("certs", "init", folder.Path)).Code);
        // As the help advises: the authority's key is kept elsewhere.
        File.Delete(Path.Combine(folder.Path, "authority.pem"));
        File.Delete(Path.Combine(folder.Path, "authority.key.pem"));
        var before = File.ReadAllText(Path.Combine(folder.Path, "silo.pem"));

        var said = await Shell.Run("certs", "init", folder.Path);

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Equal(before, File.ReadAllText(Path.Combine(folder.Path, "silo.pem")));
        Assert.False(File.Exists(Path.Combine(folder.Path, "authority.pem")));
    }

    /// <summary>Settings of a cluster that is down: nobody listens at its Redis.</summary>
    private string Settings(TemporaryFolder folder) =>
        folder.Write(
            "cluster.json",
            JsonSerializer.Serialize(new { Cluster = new { Id = "down", Redis = "127.0.0.1:1" }, Store = new { Folder = store.Root } })
        );
}
