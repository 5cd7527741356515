using System.Net;
using System.Xml.Linq;
using Seal.Core.Steering;

namespace Seal.Pages.Tests.Support;

/// <summary>A page over a store, with a browser of a kind: it keeps cookies and follows links.</summary>
internal sealed class ServedPage : IAsyncDisposable
{
    public const string Token = "0123456789abcdef";

    private readonly PageServer _server;

    private ServedPage(PageServer server, HttpClient http, List<(string, SweepMode)> wishes) => (_server, Http, Wishes) = (server, http, wishes);

    public HttpClient Http { get; }

    /// <summary>What buttons have wished.</summary>
    public List<(string Sweep, SweepMode Mode)> Wishes { get; }

    public static async Task<ServedPage> Of(WrittenStore store, Func<PageOptions, PageOptions>? change = null)
    {
        var wishes = new List<(string, SweepMode)>();
        var options = new PageOptions
        {
            Store = store.Store,
            StoreName = "a store",
            Port = 0,
            Token = Token,
            Steer = (sweep, mode) =>
            {
                wishes.Add((sweep, mode));
                return Task.FromResult<string?>(null);
            },
        };
        var server = await PageServer.Start(change?.Invoke(options) ?? options);
        var http = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = server.Address };
        return new ServedPage(server, http, wishes);
    }

    /// <summary>A page that must be there and be well-formed.</summary>
    public async Task<XDocument> Read(string path)
    {
        using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return XDocument.Parse(text[text.IndexOf("<html", StringComparison.Ordinal)..]);
    }

    public async Task<string> Text(string path) => (await Read(path)).Root!.Value;

    public async Task<HttpStatusCode> Status(string path)
    {
        using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
    }
}
