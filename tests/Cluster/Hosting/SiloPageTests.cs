using System.Globalization;
using System.Net;
using System.Text.Json;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Hosting;

/// <summary>The page about the sweeps, and the Orleans Dashboard beside it, on silos of a cluster.</summary>
[Collection(WithQuietServers.Name)]
public sealed class SiloPageTests(SharedServers servers)
{
    private const string Token = "0123456789abcdef0123";

    [SkippableFact]
    public async Task Page_OfAControlSilo_ShowsSweepsSlotsAndTheDashboardBehindOneDoor()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await using var cluster = await TestCluster.Start(
            servers,
            silos: 1,
            environment: new Dictionary<string, string> { ["SEAL__Silo__PageToken"] = Token },
            set: ["Silo.Role=all", "Silo.Dashboard=true"]
        );
        Assert.Equal(0, (await cluster.SealToExit("run", Reference.File)).Code);
        using var http = Client(cluster.Silos[0], cookies: true);

        Assert.Contains("tiny-fake", await http.GetStringAsync(Path("/")), StringComparison.Ordinal);
        var slots = await http.GetStringAsync(Path("/slots"));
        Assert.Contains("of 2 slots busy", slots, StringComparison.Ordinal);
        Assert.Contains("href=\"/dashboard/\"", slots, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", await http.GetStringAsync(Path("/sweeps/tiny-fake")), StringComparison.Ordinal);
        Assert.Equal("ok", (await http.GetStringAsync(Path("/health/live"))).Trim());

        using var dashboard = await http.GetAsync(Path("/dashboard/"));
        Assert.Equal(HttpStatusCode.OK, dashboard.StatusCode);
        Assert.Contains("script-src 'self' 'unsafe-inline'", Policy(dashboard), StringComparison.Ordinal);
        using var page = await http.GetAsync(Path("/"));
        Assert.DoesNotContain("unsafe-inline", Policy(page), StringComparison.Ordinal);
        // It has counted what the sweep's grains did.
        Assert.Contains("SweepGrain", await http.GetStringAsync(Path("/dashboard/DashboardCounters")), StringComparison.Ordinal);

        // A page of another site whose name points here sees neither.
        foreach (var path in new[] { "/", "/dashboard/", "/dashboard/DashboardCounters" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Path(path)) { Headers = { Host = "elsewhere.example" } };
            using var answer = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    /// <summary>A trainer keeps no grains, the dashboard's least of all; one without the dashboard has nothing that they need.</summary>
    [SkippableTheory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Dashboard_OfAClusterWithTrainers_LivesOnTheControlSilo(string onTrainers)
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await using var cluster = await TestCluster.Start(servers, silos: 1, set: ["Silo.Role=control", "Silo.Dashboard=true"]);
        for (var trainer = 0; trainer < 2; trainer++)
        {
            cluster.Add(["Silo.Role=trainer", $"Silo.Dashboard={onTrainers}"]);
        }

        await cluster.Ready();
        using var http = Client(cluster.Silos[0], cookies: false);
        using var counters = JsonDocument.Parse(await http.GetStringAsync(Path("/dashboard/DashboardCounters")));
        var control = cluster.Silos[0].SiloPort.ToString(CultureInfo.InvariantCulture);
        var homes = counters
            .RootElement.GetProperty("simpleGrainStats")
            .EnumerateArray()
            .Where(grain => grain.GetProperty("grainType").GetString()!.EndsWith(".DashboardGrain", StringComparison.Ordinal))
            .Select(grain => grain.GetProperty("siloAddress").GetString());
        Assert.All(homes, home => Assert.Contains($":{control}", home, StringComparison.Ordinal));
        Assert.NotEmpty(homes);
    }

    [SkippableFact]
    public async Task Page_OfATrainerOrWithoutDashboard_IsNotThere()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await using var cluster = await TestCluster.Start(servers, silos: 1, set: ["Silo.Role=control"]);
        var trainer = cluster.Add(["Silo.Role=trainer"]);
        await cluster.Ready();
        using var control = Client(cluster.Silos[0], cookies: false);
        Assert.Equal(HttpStatusCode.OK, await Status(control, "/"));
        Assert.Equal(HttpStatusCode.NotFound, await Status(control, "/dashboard/"));
        using var other = Client(trainer, cookies: false);
        Assert.Equal(HttpStatusCode.NotFound, await Status(other, "/"));
        Assert.Equal(HttpStatusCode.OK, await Status(other, "/health/live"));
    }

    private static HttpClient Client(SiloProcess silo, bool cookies) =>
        new(new SocketsHttpHandler { UseCookies = cookies }) { BaseAddress = new Uri($"http://127.0.0.1:{silo.WebPort}") };

    private static async Task<HttpStatusCode> Status(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(Path(path));
        return answer.StatusCode;
    }

    private static string Policy(HttpResponseMessage answer) => string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));

    private static Uri Path(string path) => new(path, UriKind.Relative);
}
