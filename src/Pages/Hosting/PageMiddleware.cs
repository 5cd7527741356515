using System.Net;

namespace Seal.Pages.Hosting;

/// <summary>What stands before every page: only known host names, the token where it is asked for, and what browsers are told to refuse.</summary>
internal sealed class PageMiddleware(PageOptions options, PageLock door)
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'";

    /// <summary>Pages of a library have scripts and styles within; from elsewhere they take nothing either.</summary>
    private const string GuestPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <param name="context">The request.</param>
    /// <param name="next">Who answers it.</param>
    /// <param name="isGuest">Whether that is somebody else.</param>
    public async Task Invoke(HttpContext context, RequestDelegate next, bool isGuest = false)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = isGuest ? GuestPolicy : Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";

        // A page of another site that has made its name point here would otherwise read everything.
        if (IPAddress.IsLoopback(options.Address) && !IsOfThisMachine(context.Request.Host.Host))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("This page answers to localhost and 127.0.0.1 alone.\n", context.RequestAborted);
            return;
        }

        if (door.Takes(context))
        {
            return;
        }

        if (!door.Opens(context))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await context.Response.WriteAsync("This page wants its token: open it once with ?token=… behind its address.\n", context.RequestAborted);
            return;
        }

        await next(context);
    }

    private static bool IsOfThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
