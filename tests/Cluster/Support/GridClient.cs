using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Seal.Cluster.Hosting;
using Seal.Grains.Abstractions;

namespace Seal.Cluster.Tests.Support;

/// <summary>A client of the cluster in this process, for questions that the console does not ask.</summary>
internal sealed class GridClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    private readonly IHost _host;

    private GridClient(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<GridClient> Connect(TestCluster cluster, CancellationToken cancellation)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSerializer(SealSerialization.Configure);
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster.Id, "seal"));
            client.AddOutgoingGrainCallFilter<SendVersion>();
            // A gateway that stands still is to be left soon.
            client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(5));
            client.UseRedisClustering(redis => RedisMembership.Configure(redis, cluster.Servers.Redis));
        });
        var host = builder.Build();
        await host.StartAsync(cancellation);
        return new GridClient(host);
    }

    /// <summary>Waits until the members have agreed that a silo is dead.</summary>
    /// <param name="siloPort">Its port for other silos.</param>
    public async Task UntilDead(int siloPort)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                var hosts = await Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: false).WaitAsync(patience.Token);
                if (hosts.Any(host => host.Key.Endpoint.Port == siloPort && host.Value == SiloStatus.Dead))
                {
                    return;
                }
            }
            catch (Exception passing) when (passing is OrleansException or TimeoutException)
            {
                // The way to a member may lead over the one that stands still.
            }

            await Task.Delay(BetweenLooks, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
