using System.Globalization;
using System.Net;

namespace Seal.Client.Fetching;

/// <summary>Something that may go by itself: a broken connection, a server that is busy. The request is made again.</summary>
/// <param name="message">What happened.</param>
/// <param name="after">How long the server asks to wait.</param>
/// <param name="inner">What was thrown.</param>
internal sealed class HubTroubleException(string message, TimeSpan? after = null, Exception? inner = null) : Exception(message, inner)
{
    public TimeSpan? After => after;

    /// <summary>Whether an answer means that the same request may succeed later.</summary>
    public static bool IsPassing(HttpStatusCode status) =>
        status
            is HttpStatusCode.RequestTimeout
                or HttpStatusCode.TooManyRequests
                or HttpStatusCode.InternalServerError
                or HttpStatusCode.BadGateway
                or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout;

    /// <param name="response">The answer.</param>
    /// <param name="now">Where the answer names a date.</param>
    public static HubTroubleException Of(HttpResponseMessage response, DateTimeOffset now) =>
        new(FormattableString.Invariant($"{response.RequestMessage!.RequestUri!.Host} answers {(int)response.StatusCode}"), Wait(response, now));

    /// <summary><c>Retry-After</c>, or the hub's own <c>RateLimit: "resolvers";r=0;t=172</c>, where t is in seconds.</summary>
    private static TimeSpan? Wait(HttpResponseMessage response, DateTimeOffset now)
    {
        if (response.Headers.RetryAfter is { } retry)
        {
            var wait = retry.Delta ?? (retry.Date - now) ?? TimeSpan.Zero;
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }

        var limit = response.Headers.TryGetValues("RateLimit", out var values) ? string.Join(';', values) : "";
        var seconds = limit.Split(';').Select(part => part.Trim()).FirstOrDefault(part => part.StartsWith("t=", StringComparison.Ordinal))?[2..];
        return
            response.StatusCode == HttpStatusCode.TooManyRequests
            && int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? TimeSpan.FromSeconds(count)
            : null;
    }
}
