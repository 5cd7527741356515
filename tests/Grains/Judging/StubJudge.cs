using System.Net;
using System.Text;
using System.Text.Json;

namespace Seal.Grains.Tests.Judging;

/// <summary>A server on loopback that speaks what is used of OpenAI's interface: answers with what it is given, and notes what it is asked.</summary>
internal sealed class StubJudge : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Lock _gate = new();
    private readonly List<Request> _requests = [];
    private readonly Func<Request, Reply> _answer;

    /// <param name="answer">Called with each request, the number of those before it included.</param>
    public StubJudge(Func<Request, Reply> answer)
    {
        _answer = answer;
        // HttpListener takes no port 0.
        for (var tries = 0; ; tries++)
        {
            var port = FreePort();
            Url = $"http://127.0.0.1:{port}/v1";
            _listener.Prefixes.Clear();
            _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (tries < 10) { }
        }

        _ = Task.Run(Serve);
    }

    /// <summary>What <c>SEAL_JUDGE_URL</c> is to be.</summary>
    public string Url { get; }

    public IReadOnlyList<Request> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Says yes where the answer is the right one, as the prompt shows both.</summary>
    public static Reply Compare(Request request)
    {
        var lines = request.Prompt.Split('\n');
        string After(string head) => lines.First(line => line.StartsWith(head, StringComparison.Ordinal))[head.Length..];
        return Reply.Says(After("Right answer: ") == After("Given answer: ") ? "yes" : "no");
    }

    public void Dispose() => _listener.Close();

    private async Task Serve()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream);
            using var body = JsonDocument.Parse(await reader.ReadToEndAsync());
            Request request;
            lock (_gate)
            {
                request = new Request(
                    _requests.Count,
                    context.Request.Url!.AbsolutePath,
                    context.Request.Headers["Authorization"],
                    body.RootElement.GetProperty("model").GetString()!,
                    body.RootElement.GetProperty("messages")[0].GetProperty("content").GetString()!,
                    body.RootElement.GetProperty("temperature").GetDouble()
                );
                _requests.Add(request);
            }

            var reply = _answer(request);
            context.Response.StatusCode = reply.Status;
            if (reply.RetryAfter is { } after)
            {
                context.Response.AddHeader("Retry-After", after);
            }

            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(reply.Body));
            context.Response.Close();
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal sealed record Request(int Number, string Path, string? Authorization, string Model, string Prompt, double Temperature);

    internal sealed record Reply(int Status, string Body, string? RetryAfter = null)
    {
        public static Reply Says(string content) =>
            new(200, JsonSerializer.Serialize(new { choices = new[] { new { message = new { role = "assistant", content } } } }));
    }
}
