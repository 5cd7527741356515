using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Seal.Client.Tests.Fetching;

/// <summary>
/// Speaks what is used of the hub's interface, on two ports: the hub itself, and the host to which it redirects for files that git-lfs holds. Small
/// files are redirected within the hub, as it does. One model, one commit.
/// </summary>
internal sealed class FakeHub : IAsyncDisposable
{
    public const string Repository = "org/tiny";

    /// <summary>What the model was called before: the hub redirects from there.</summary>
    public const string OldRepository = "org/old";

    /// <summary>What the hub says to whoever may not have a gated model.</summary>
    public const string GatedText = "Access to model org/tiny is restricted";

    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly WebApplication _application;
    private readonly Lock _gate = new();
    private readonly List<Request> _requests = [];
    private readonly Dictionary<string, Queue<Func<HttpContext, byte[], Task>>> _faults = new(StringComparer.Ordinal);

    private FakeHub()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, 0);
                kestrel.Listen(IPAddress.Loopback, 0);
            });
        _application = builder.Build();
        _application.Run(Answer);
    }

    public string Endpoint { get; private set; } = "";

    private string Elsewhere { get; set; } = "";

    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>What branches and tags stand for.</summary>
    public Dictionary<string, string> Revisions { get; } = new(StringComparer.Ordinal) { ["main"] = Commit };

    /// <summary>The answer to whoever asks for a file without this token; null: everybody may.</summary>
    public string? OnlyFor { get; set; }

    /// <summary>Changes what the list says.</summary>
    public Func<Dictionary<string, object?>, Dictionary<string, object?>> Listed { get; set; } = entry => entry;

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

    public static async Task<FakeHub> Start()
    {
        var hub = new FakeHub();
        await hub._application.StartAsync();
        var addresses = hub._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        (hub.Endpoint, hub.Elsewhere) = (addresses[0], addresses[1]);
        hub.Add("README.md", "# Tiny");
        hub.Add("config.json", """{"model_type":"tiny"}""");
        hub.Add("tokenizer.json", "{}");
        hub.Add("model.safetensors", Noise(3_000_000));
        return hub;
    }

    /// <summary>Bytes that are no pattern.</summary>
    public static byte[] Noise(int count)
    {
        var bytes = new byte[count];
        var state = 1u;
        foreach (ref var value in bytes.AsSpan())
        {
            state = (state * 1664525) + 1013904223;
            value = (byte)(state >> 24);
        }

        return bytes;
    }

    public void Add(string name, string text) => Add(name, Encoding.UTF8.GetBytes(text));

    public void Add(string name, byte[] bytes) => Files[name] = bytes;

    /// <summary>The next request for a file, or for <c>"list"</c>, is answered so.</summary>
    public void Next(string name, Func<HttpContext, byte[], Task> answer)
    {
        if (!_faults.TryGetValue(name, out var queue))
        {
            _faults[name] = queue = new();
        }

        queue.Enqueue(answer);
    }

    public void Next(string name, int status, params (string Name, string Value)[] headers) =>
        Next(
            name,
            (context, _) =>
            {
                context.Response.StatusCode = status;
                foreach (var header in headers)
                {
                    context.Response.Headers[header.Name] = header.Value;
                }

                return Task.CompletedTask;
            }
        );

    /// <summary>The next answer breaks after some bytes of what was asked for.</summary>
    public void Break(string name, int after, Action? then = null) =>
        Next(
            name,
            async (context, bytes) =>
            {
                var from = From(context);
                context.Response.StatusCode = from > 0 ? 206 : 200;
                context.Response.Headers.ContentRange = from > 0 ? $"bytes {from}-{bytes.Length - 1}/{bytes.Length}" : default;
                context.Response.ContentLength = bytes.Length - from;
                await context.Response.Body.WriteAsync(bytes.AsMemory(from, after));
                await context.Response.Body.FlushAsync();
                then?.Invoke();
                if (then is null)
                {
                    context.Abort();
                }
                else
                {
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                }
            }
        );

    /// <summary>Paths of the requests for a file's bytes.</summary>
    public IEnumerable<Request> For(string name) =>
        Requests.Where(request => request.Path.EndsWith("/" + name, StringComparison.Ordinal) && request.IsLast);

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private static bool IsLfs(string name) =>
        name.EndsWith(".safetensors", StringComparison.Ordinal) || name.EndsWith(".bin", StringComparison.Ordinal);

    private static int From(HttpContext context) =>
        context.Request.Headers.Range.ToString() is ['b', 'y', 't', 'e', 's', '=', .. var range, '-'] ? int.Parse(range, null) : 0;

    private static string BlobId(byte[] bytes)
    {
        using var git = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        git.AppendData(Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"));
        git.AppendData(bytes);
        return Convert.ToHexStringLower(git.GetHashAndReset());
    }

    private async Task Answer(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var isElsewhere = context.Connection.LocalPort == new Uri(Elsewhere).Port;
        var isLast = isElsewhere || path.StartsWith("/api/resolve-cache/", StringComparison.Ordinal);
        lock (_gate)
        {
            _requests.Add(
                new Request(
                    isElsewhere,
                    isLast,
                    path,
                    context.Request.Headers.Authorization.ToString(),
                    context.Request.Headers.Range.ToString(),
                    context.Request.Headers.AcceptEncoding.ToString()
                )
            );
        }

        const string Api = $"/api/models/{Repository}/revision/";
        if (path.StartsWith(Api, StringComparison.Ordinal))
        {
            await (Fault("list")?.Invoke(context, []) ?? List(context, Uri.UnescapeDataString(path[Api.Length..])));
        }
        else if (path.StartsWith($"/api/models/{OldRepository}/", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = path.Replace(OldRepository, Repository, StringComparison.Ordinal) + context.Request.QueryString.Value;
        }
        else if (isLast)
        {
            var name = path[(path.LastIndexOf('/') + 1)..];
            await (Fault(name) ?? Send)(context, Files[name]);
        }
        else if (path.StartsWith($"/{Repository}/resolve/", StringComparison.Ordinal))
        {
            Resolve(context, path);
        }
        else
        {
            Refuse(context, 404, "RepoNotFound");
        }
    }

    private Func<HttpContext, byte[], Task>? Fault(string name) =>
        _faults.TryGetValue(name, out var queue) && queue.TryDequeue(out var fault) ? fault : null;

    private Task List(HttpContext context, string revision)
    {
        var commit = Revisions.GetValueOrDefault(revision, revision);
        if (!Revisions.ContainsValue(commit))
        {
            Refuse(context, 404, "RevisionNotFound");
            return Task.CompletedTask;
        }

        Assert.Equal("?blobs=true", context.Request.QueryString.Value);
        var siblings = Files.Select(file =>
            Listed(
                new Dictionary<string, object?>
                {
                    ["rfilename"] = file.Key,
                    ["size"] = file.Value.Length,
                    ["blobId"] = BlobId(file.Value),
                    ["lfs"] = IsLfs(file.Key)
                        ? new
                        {
                            sha256 = Convert.ToHexStringLower(SHA256.HashData(file.Value)),
                            size = file.Value.Length,
                            pointerSize = 134,
                        }
                        : null,
                }
            )
        );
        return context.Response.WriteAsync(
            JsonSerializer.Serialize(
                new
                {
                    id = Repository,
                    sha = commit,
                    siblings,
                }
            )
        );
    }

    private void Resolve(HttpContext context, string path)
    {
        if (OnlyFor is { } token && context.Request.Headers.Authorization != $"Bearer {token}")
        {
            context.Response.Headers["X-Error-Message"] = GatedText;
            Refuse(context, 401, "GatedRepo");
            return;
        }

        var name = path[(path.LastIndexOf('/') + 1)..];
        context.Response.StatusCode = IsLfs(name) ? 302 : 307;
        context.Response.Headers.Location = IsLfs(name)
            ? $"{Elsewhere}/store/{name}?Signature=secret"
            : $"/api/resolve-cache/models/{Repository}/{Commit}/{name}?etag=x";
    }

    private static void Refuse(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["X-Error-Code"] = code;
    }

    private static async Task Send(HttpContext context, byte[] bytes)
    {
        var from = From(context);
        if (from > 0)
        {
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
        }

        context.Response.ContentLength = bytes.Length - from;
        await context.Response.Body.WriteAsync(bytes.AsMemory(from));
    }
}

/// <param name="IsElsewhere">Whether it came to the host of large files.</param>
/// <param name="IsLast">Whether it asks for bytes, not for where they are.</param>
/// <param name="Path">Without the query.</param>
/// <param name="Authorization">The header.</param>
/// <param name="Range">The header.</param>
/// <param name="Encoding">The header that says which compressed forms are understood.</param>
internal sealed record Request(bool IsElsewhere, bool IsLast, string Path, string Authorization, string Range, string Encoding);
