using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Seal.Cluster.Hosting;
using Seal.Grains.Abstractions;

namespace Seal.Cluster.Tests.Support;

/// <summary>A client of the cluster in this process, for questions that the console does not ask.</summary>
internal sealed class GridClient : IAsyncDisposable
{
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
            client.UseRedisClustering(redis => RedisMembership.Configure(redis, cluster.Servers.Redis));
        });
        var host = builder.Build();
        await host.StartAsync(cancellation);
        return new GridClient(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
