using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;

namespace Seal.Client.Fetching;

/// <summary>Requests to the hub. Redirects are followed here, not by the handler: the token goes to the hub's own host and nowhere else.</summary>
internal sealed class HubConnection : IDisposable
{
    /// <summary>The hub where <c>HF_ENDPOINT</c> names no other.</summary>
    public const string DefaultEndpoint = "https://huggingface.co";

    /// <summary>The content coding that is none.</summary>
    public const string Identity = "identity";

    private const int MostRedirects = 10;

    private readonly Uri _endpoint;
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    private HubConnection(Uri endpoint, string? token, TimeProvider time)
    {
        (_endpoint, _time) = (endpoint, time);
        _authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = TimeSpan.FromSeconds(30),

                // A hub on this machine is not reached through a proxy.
                UseProxy = !endpoint.IsLoopback,
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("seal-orleans", null));

        // Lengths, ranges and hashes are those of the file itself.
        _http.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue(Identity));
    }

    public bool HasToken => _authorization is not null;

    /// <param name="endpoint">As <c>HF_ENDPOINT</c> has it; null or empty for the hub itself.</param>
    /// <param name="token">As <c>HF_TOKEN</c> has it; null or empty for none.</param>
    /// <param name="time">Every wait is on it.</param>
    /// <exception cref="CommandException">One of them cannot be used.</exception>
    public static HubConnection Open(string? endpoint, string? token, TimeProvider time)
    {
        var text = string.IsNullOrWhiteSpace(endpoint) ? DefaultEndpoint : endpoint.Trim();
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
            || address.UserInfo.Length > 0
            || address.Query.Length > 0
            || address.Fragment.Length > 0
        )
        {
            throw new CommandException(ExitCode.Usage, $"HF_ENDPOINT must be an address such as {DefaultEndpoint}, or unset.");
        }

        var secret = string.IsNullOrWhiteSpace(token) ? null : token.Trim();
        if (secret is not null && !secret.All(c => c is > ' ' and <= '~'))
        {
            throw new CommandException(ExitCode.Usage, "HF_TOKEN has characters that no token has. Copy it again, or unset it.");
        }

        if (secret is not null && address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
        {
            throw new CommandException(
                ExitCode.Usage,
                "HF_ENDPOINT begins with http://: the token in HF_TOKEN could be read on the way. Use https://, or unset HF_TOKEN."
            );
        }

        return new HubConnection(address, secret, time);
    }

    /// <summary>An address of the hub.</summary>
    /// <param name="path">Behind the endpoint, escaped.</param>
    public Uri At(string path) => new($"{_endpoint.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <summary>Whether an address is the hub's own: same scheme, host and port.</summary>
    public bool IsHub(Uri address) => address.Scheme == _endpoint.Scheme && address.Host == _endpoint.Host && address.Port == _endpoint.Port;

    /// <summary>The answer's head, after redirects.</summary>
    /// <param name="address">Where it begins.</param>
    /// <param name="from">The first byte that is wanted.</param>
    /// <param name="guard">Is armed here; whoever reads the body arms it again for each piece.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <exception cref="HubTroubleException">The connection broke, or nothing came.</exception>
    /// <exception cref="CommandException">A redirect cannot be followed, or the server is not who it says it is.</exception>
    public async Task<HttpResponseMessage> Get(Uri address, long from, SilenceGuard guard, CancellationToken cancellation)
    {
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            var response = await Send(address, from, guard, cancellation);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
            {
                return response;
            }

            using (response)
            {
                address = Next(address, response.Headers.Location);
            }
        }

        throw new CommandException(ExitCode.Unreachable, $"{_endpoint.Host}: more than {MostRedirects} redirects. Check HF_ENDPOINT.");
    }

    /// <summary>What ends a request when nothing comes any more.</summary>
    public SilenceGuard Guard(CancellationToken cancellation) => new(_time, cancellation);

    /// <summary>Turns what the network throws into trouble that may go by itself.</summary>
    /// <exception cref="CommandException">It will not go by itself.</exception>
    public static HubTroubleException Trouble(Uri address, Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException)
            {
                throw new CommandException(
                    ExitCode.Unreachable,
                    $"{address.Host}: no encrypted connection: {cause.Message} Is a proxy in between whose certificate this machine does not know?",
                    failure
                );
            }
        }

        var message = failure.Message.TrimEnd('.');
        return new HubTroubleException(
            failure is OperationCanceledException ? $"{address.Host} sends nothing"
                : message.Contains(address.Host, StringComparison.Ordinal) ? message
                : $"{address.Host}: {message}",
            null,
            failure
        );
    }

    /// <summary>Where a redirect leads.</summary>
    /// <exception cref="CommandException">Nowhere, or from an encrypted connection to one that is not.</exception>
    internal static Uri Next(Uri address, Uri? location)
    {
        var next = location is null ? null : new Uri(address, location);
        return next is not null && (next.Scheme == Uri.UriSchemeHttps || (next.Scheme == Uri.UriSchemeHttp && address.Scheme == Uri.UriSchemeHttp))
            ? next
            : throw new CommandException(
                ExitCode.Unreachable,
                $"{address.Host} redirects {(next is null ? "to no address" : $"to {next.Scheme}://{next.Host}")}; only https is followed. Check HF_ENDPOINT."
            );
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> Send(Uri address, long from, SilenceGuard guard, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = IsHub(address) ? _authorization : null;
        request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
        guard.Arm();
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, guard.Token);
        }
        catch (Exception failure) when (IsOfTheNetwork(failure, cancellation))
        {
            throw Trouble(address, failure);
        }
    }

    /// <summary>True unless the user asked to stop.</summary>
    internal static bool IsOfTheNetwork(Exception failure, CancellationToken cancellation) =>
        !cancellation.IsCancellationRequested && failure is HttpRequestException or IOException or OperationCanceledException;
}
