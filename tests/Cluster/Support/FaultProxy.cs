using System.Net;
using System.Net.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Seal.Core.Randomness;

namespace Seal.Cluster.Tests.Support;

/// <summary>
/// Stands in front of the blob store and harms it: answers 503 instead of passing a call on, passes a call on and hangs up instead of bringing
/// the answer back, or takes no calls at all.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private static readonly string[] OfTheConnection = ["Host", "Connection", "Keep-Alive", "Transfer-Encoding", "Proxy-Connection"];

    private readonly WebApplication _application;
    private readonly SocketsHttpHandler _handler = new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2),
    };
    private readonly HttpMessageInvoker _server;
    private readonly int _to;
    private readonly CounterRandom _random;
    private readonly Lock _gate = new();
    private long _calls;
    private long _refused;
    private long _lost;
    private long _turnedAway;

    private FaultProxy(int to, ulong seed)
    {
        (_to, _random, Port) = (to, new CounterRandom(new Seed(seed).Derive("fault-proxy")), Daemon.FreePort());
        _server = new HttpMessageInvoker(_handler);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = null;
                kestrel.Listen(IPAddress.Loopback, Port);
            });
        _application = builder.Build();
        _application.Run(Pass);
    }

    public int Port { get; }

    /// <summary>Share of calls that are answered 503 and never reach the store.</summary>
    public double Refuse { get; set; }

    /// <summary>Share of calls that the store carries out and whose answer nobody hears.</summary>
    public double Lose { get; set; }

    /// <summary>Nobody gets through.</summary>
    public bool Closed { get; set; }

    /// <summary>Whatever would change something is answered with 507: the store is full.</summary>
    public bool TakesNoWrites { get; set; }

    /// <summary>Calls that came while it was open.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    public long Refused => Interlocked.Read(ref _refused);

    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Calls that came while it was closed.</summary>
    public long TurnedAway => Interlocked.Read(ref _turnedAway);

    /// <param name="to">Port of the store.</param>
    /// <param name="seed">Decides which calls come to harm, as far as their order does not.</param>
    public static async Task<FaultProxy> Start(int to, ulong seed)
    {
        var proxy = new FaultProxy(to, seed);
        await proxy._application.StartAsync();
        return proxy;
    }

    /// <summary>Waits until a closed proxy has turned so many calls away.</summary>
    public async Task UntilTurnedAway(long calls)
    {
        while (TurnedAway < calls)
        {
            await Task.Delay(20);
        }
    }

    public override string ToString() => $"{Calls} calls, {Refused} answered 503, {Lost} answers lost, {TurnedAway} turned away";

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _server.Dispose();
        _handler.Dispose();
    }

    private async Task Pass(HttpContext context)
    {
        if (Closed)
        {
            Interlocked.Increment(ref _turnedAway);
            context.Abort();
            return;
        }

        if (TakesNoWrites && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status507InsufficientStorage;
            context.Response.Headers["x-ms-error-code"] = "AccountIsFull";
            return;
        }

        Interlocked.Increment(ref _calls);
        var (refuse, lose) = Draw();
        if (refuse)
        {
            Interlocked.Increment(ref _refused);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers["x-ms-error-code"] = "ServerBusy";
            return;
        }

        try
        {
            await Forward(context, lose);
        }
        catch (HttpRequestException)
        {
            // The store behind is down.
            context.Abort();
        }
        catch (OperationCanceledException)
        {
            // Whoever asked is gone.
        }
    }

    private (bool Refuse, bool Lose) Draw()
    {
        lock (_gate)
        {
            return (_random.NextBool(Refuse), _random.NextBool(Lose));
        }
    }

    private async Task Forward(HttpContext context, bool lose)
    {
        // Not bound to the caller's connection: what has come in whole is carried out, as a store does it.
        using var request = await Request(context);
        using var answer = await _server.SendAsync(request, CancellationToken.None);
        var body = await answer.Content.ReadAsByteArrayAsync();
        if (lose)
        {
            Interlocked.Increment(ref _lost);
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (
            var (name, values) in answer
                .Headers.Concat(answer.Content.Headers)
                .Where(header => !OfTheConnection.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
        )
        {
            context.Response.Headers[name] = values.ToArray();
        }

        if (body.Length > 0)
        {
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private async Task<HttpRequestMessage> Request(HttpContext context)
    {
        // The path as it came: it is signed.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var address = new Uri($"http://127.0.0.1:{_to}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), address);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (context.Request.ContentLength is not null || body.Length > 0)
        {
            request.Content = new ByteArrayContent(body.ToArray());
        }

        foreach (
            var (name, values) in context.Request.Headers.Where(header => !OfTheConnection.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
        )
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        return request;
    }
}
