using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Seal.Core.Artifacts;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Tests.Support;
using Seal.Silo.Hosting;
using Seal.Silo.Security;

namespace Seal.Grains.Tests.Contracts;

/// <summary>A silo takes calls of its own contract alone: builds with other messages never understand each other by halves.</summary>
public sealed class CallVersionTests
{
    [Theory]
    [InlineData(null, "names no version, so it is of a build before 0.2.0")]
    [InlineData("000000000000 0.9.0+abc", "is of build 0.9.0+abc and speaks messages 000000000000")]
    public async Task Call_OfAnotherContract_IsRefusedByName(string? version, string expected)
    {
        await using var host = await TestGrid.Start(new DirectoryArtifactStore(new MemoryFiles()));
        using var client = await Connect(host, version);

        var refusal = await Assert.ThrowsAsync<NotSupportedException>(() =>
            client.Services.GetRequiredService<IGrainFactory>().GetGrain<ISweepGrain>("any").Status()
        );

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Use the console and the silos of one build", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_OfTheSameContract_IsAnswered()
    {
        await using var host = await TestGrid.Start(new DirectoryArtifactStore(new MemoryFiles()));
        using var client = await Connect(host, CallVersion.Own);

        Assert.Null(await client.Services.GetRequiredService<IGrainFactory>().GetGrain<ISweepGrain>("any").Status());
    }

    private static async Task<IHost> Connect(SealHost host, string? version)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(new HostToken("test"));
        builder.Services.AddSerializer(SealSerialization.Configure);
        builder.UseOrleansClient(client =>
        {
            client.UseLocalhostClustering(host.GatewayPort, serviceId: "seal", clusterId: host.ClusterId);
            client.AddOutgoingGrainCallFilter<SendToken>();
            client.AddOutgoingGrainCallFilter(call =>
            {
                if (version is not null)
                {
                    RequestContext.Set(CallVersion.Key, version);
                }

                return call.Invoke();
            });
        });
        var client = builder.Build();
        await client.StartAsync();
        return client;
    }
}
