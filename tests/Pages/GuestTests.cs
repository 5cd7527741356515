using System.Net;
using Microsoft.AspNetCore.Http;
using Seal.Core.Artifacts;
using Seal.Pages.Hosting;
using Seal.Pages.Tests.Support;

namespace Seal.Pages.Tests;

/// <summary>Somebody else's pages behind the same door, as the Orleans Dashboard is on a silo.</summary>
public sealed class GuestTests
{
    [Theory]
    [InlineData(null, StatusCodes.Status401Unauthorized, false)]
    [InlineData("Bearer wrong", StatusCodes.Status401Unauthorized, false)]
    [InlineData($"Bearer {ServedPage.Token}", StatusCodes.Status200OK, true)]
    public async Task Guest_WhereReadingWantsTheToken_IsReachedWithItAlone(string? authorization, int status, bool reached)
    {
        var (context, wasReached) = await Ask(isLocked: true, isGuest: true, authorization);
        Assert.Equal((status, reached), (context.Response.StatusCode, wasReached));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Policy_AllowsInlineScriptsForGuestsAlone(bool isGuest)
    {
        var (context, _) = await Ask(isLocked: false, isGuest, null);
        Assert.Equal(isGuest, context.Response.Headers.ContentSecurityPolicy.ToString().Contains("unsafe-inline", StringComparison.Ordinal));
    }

    private static async Task<(HttpContext Context, bool WasReached)> Ask(bool isLocked, bool isGuest, string? authorization)
    {
        var options = new PageOptions
        {
            Store = new DirectoryArtifactStore(Path.GetTempPath()),
            StoreName = "a store",
            Address = IPAddress.Any,
            Token = ServedPage.Token,
            IsLocked = isLocked,
        };
        var context = new DefaultHttpContext();
        context.Request.Method = HttpMethods.Get;
        context.Request.Host = new HostString("silo.example");
        context.Request.Path = "/dashboard/";
        context.Request.Headers.Authorization = authorization;
        var reached = false;
        await new PageMiddleware(options, new PageLock(options)).Invoke(
            context,
            _ =>
            {
                reached = true;
                return Task.CompletedTask;
            },
            isGuest
        );
        return (context, reached);
    }
}
