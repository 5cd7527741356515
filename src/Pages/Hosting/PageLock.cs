using System.Security.Cryptography;
using System.Text;

namespace Seal.Pages.Hosting;

/// <summary>Who may do more than read: whoever came once with the token has it as a cookie from then on. A script may send it as a bearer.</summary>
internal sealed class PageLock(PageOptions options)
{
    private const string Bearer = "Bearer ";
    private const int NameLength = 8;

    private readonly byte[] _token = Encoding.UTF8.GetBytes(options.Token);

    /// <summary>What a cookie of this page is called. Cookies know no ports: two pages of one machine have names of their own.</summary>
    public static string CookieName(string kind, PageOptions options) =>
        $"seal-{kind}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.Token)))[..NameLength]}";

    private string Cookie { get; } = CookieName("page", options);

    /// <summary>Whether the viewer has shown the token.</summary>
    public bool Knows(HttpContext context) =>
        (context.Request.Cookies[Cookie] is { } cookie && Fits(cookie))
        || (
            context.Request.Headers.Authorization.ToString() is { } header
            && header.StartsWith(Bearer, StringComparison.Ordinal)
            && Fits(header[Bearer.Length..])
        );

    /// <summary>Takes a token out of the address and keeps it as a cookie, so that it stands in no link, no history and no referrer.</summary>
    /// <returns>Whether the request is answered with that.</returns>
    public bool Takes(HttpContext context)
    {
        if (context.Request.Query["token"].ToString() is not { Length: > 0 } token || !HttpMethods.IsGet(context.Request.Method) || !Fits(token))
        {
            return false;
        }

        context.Response.Cookies.Append(
            Cookie,
            token,
            new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = context.Request.IsHttps,
                Path = "/",
            }
        );
        context.Response.Redirect(context.Request.Path.HasValue ? context.Request.Path.ToUriComponent() : "/");
        return true;
    }

    /// <summary>Whether the viewer may read.</summary>
    public bool Opens(HttpContext context) => !options.IsLocked || Knows(context);

    // In constant time: how much of a guess was right must not be told. No token is no key.
    private bool Fits(string token) => _token.Length > 0 && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), _token);
}
