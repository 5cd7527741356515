using System.Text.RegularExpressions;
using Orleans.Runtime;
using Seal.Client.Sweeps;
using Seal.Client.Tests.Commands;
using Seal.Core.Artifacts;
using Seal.Pages;
using Seal.Silo.Engines;

namespace Seal.Client.Tests.Sweeps;

/// <summary>Whoever looks at a sweep asks its documents, not its grains.</summary>
public sealed partial class ViewersAndGrainsTests(TwoFinishedSweeps store) : IClassFixture<TwoFinishedSweeps>
{
    private const int Enough = 60;

    [Fact]
    public async Task EveryPageOfAHostedStore_ActivatesNoGrain()
    {
        await using var grid = await Client.Sweeps.Grid.HostHere(store.Root, "tiny-fake", EngineChoice.Fake, 0, _ => { }, default);
        await using var server = await PageServer.Start(
            new PageOptions
            {
                Store = new DirectoryArtifactStore(store.Root),
                StoreName = "a store",
                Port = 0,
                Token = "0123456789abcdef",
            }
        );
        var management = grid.Grains.GetGrain<IManagementGrain>(0);
        // The question has an activation of its own.
        _ = await management.GetTotalActivationCount();
        var before = await management.GetTotalActivationCount();

        using var http = new HttpClient { BaseAddress = server.Address };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(["/", "/slots"]);
        while (open.TryDequeue(out var path) && seen.Count < Enough)
        {
            if (seen.Add(path))
            {
                var page = await http.GetStringAsync(new Uri(path, UriKind.Relative));
                foreach (Match link in Href().Matches(page))
                {
                    open.Enqueue(System.Net.WebUtility.HtmlDecode(link.Groups[1].Value));
                }
            }
        }

        Assert.Equal(Enough, seen.Count);
        Assert.Equal(before, await management.GetTotalActivationCount());
        // The count does count: one question to a sweep's grain is one more.
        _ = await grid.Sweep("tiny-fake").Status();
        Assert.True(await management.GetTotalActivationCount() > before);
    }

    [GeneratedRegex("<a href=\"(/[^\"]*)\"")]
    private static partial Regex Href();
}
