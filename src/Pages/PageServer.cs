using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Seal.Pages.Hosting;
using Seal.Pages.Live;
using Seal.Silo.Hosting;

namespace Seal.Pages;

/// <summary>Pages about the sweeps of a store, served by this process: read from stored documents alone, so a viewer activates no grain.</summary>
public sealed class PageServer : IAsyncDisposable
{
    private const int MostRequestBytes = 1 << 14;

    private readonly WebApplication _application;

    private PageServer(WebApplication application, Uri address, string token)
    {
        _application = application;
        Address = address;
        WithToken = new Uri(address, $"?token={token}");
    }

    /// <summary>Where the start page is.</summary>
    public Uri Address { get; }

    /// <summary>The same with the token: who opens it may press buttons.</summary>
    public Uri WithToken { get; }

    /// <exception cref="IOException">No port could be opened.</exception>
    /// <exception cref="SocketException">The same.</exception>
    public static async Task<PageServer> Start(PageOptions options, CancellationToken cancellation = default)
    {
        try
        {
            return await StartOn(options, options.Port, cancellation);
        }
        catch (Exception taken) when (taken is IOException or SocketException && options.Port != 0)
        {
            // Another sweep's page has the port: this one takes a free one.
            return await StartOn(options, 0, cancellation);
        }
    }

    private static async Task<PageServer> StartOn(PageOptions options, int port, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, DeafLifetime>();
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = MostRequestBytes;
                kestrel.Listen(options.Address, port);
            });
        SealPages.Add(builder.Services, _ => options);
        var application = builder.Build();
        SealPages.Use(application, [], []);
        try
        {
            await application.StartAsync(cancellation);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new PageServer(application, new Uri(address), options.Token);
    }

    /// <summary>Waits until whoever looks on has been told of what was written last; at once where nobody does.</summary>
    public Task TellTheLast() =>
        _application.Services.GetRequiredService<PageStreams>().IsWatched ? Task.Delay(LastWord, CancellationToken.None) : Task.CompletedTask;

    /// <summary>A reading, its word to the viewers, and the page that they ask for then.</summary>
    private static readonly TimeSpan LastWord = SweepFeed.Period + TimeSpan.FromSeconds(1);

    public async ValueTask DisposeAsync()
    {
        // Viewers' feeds never end by themselves.
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }
}
