using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Polly;
using Polly.Retry;
using Seal.Core.Json;
using Seal.Core.Judges;

namespace Seal.Silo.Judging;

/// <summary>
/// A model behind an OpenAI-compatible address, asked for verdicts: chat completions at temperature 0, a few tokens, read strictly as yes or no.
/// </summary>
/// <param name="endpoint">Where it is.</param>
/// <param name="time">The clock of the waits between requests.</param>
public sealed class EndpointJudge(JudgeEndpoint endpoint, TimeProvider time) : IModelJudge
{
    /// <summary>Requests that are under way at once for one trial.</summary>
    internal const int AtOnce = 4;

    /// <summary>How often a question is asked again whose answer is neither yes nor no.</summary>
    private const int Repeats = 2;

    /// <summary>How often a request is made again after a trouble: for about three minutes.</summary>
    private const int MostRetries = 8;

    private const int AnswerTokens = 8;
    private const int MostBytes = 1 << 20;
    private const int ShownCharacters = 60;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(1);

    /// <summary>Whoever asks for more does not mean this.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            // The key goes to this address and to no other.
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !endpoint.Completions.IsLoopback,
        }
    )
    {
        Timeout = RequestTimeout,
        MaxResponseContentBufferSize = MostBytes,
    };

    /// <summary>Why nothing is asked any more: the environment that is wrong stays as it is while this process lives.</summary>
    private volatile string? _closed;

    /// <summary>Requests that were answered, verdicts or not.</summary>
    public int Requests => _requests;

    private int _requests;

    private string Host => endpoint.Completions.Authority;

    public void Demand(string judge)
    {
        endpoint.Demand(judge);
        if (_closed is { } why)
        {
            throw new JudgeException(why);
        }
    }

    public IReadOnlyList<bool> Verdicts(IReadOnlyList<JudgeQuery> queries, CancellationToken cancellation) =>
        Each(queries, async (query, gone) => await Ask(query, _ => { }, gone), cancellation).GetAwaiter().GetResult();

    /// <summary>Asks a few at once.</summary>
    internal static async Task<IReadOnlyList<bool>> Each(
        IReadOnlyList<JudgeQuery> queries,
        Func<JudgeQuery, CancellationToken, Task<bool>> ask,
        CancellationToken cancellation
    )
    {
        var verdicts = new bool[queries.Count];
        // Equal questions of one trial are one request.
        var different = Enumerable.Range(0, queries.Count).GroupBy(i => queries[i]).ToArray();
        await Parallel.ForEachAsync(
            different,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (same, gone) =>
            {
                var correct = await ask(same.Key, gone);
                foreach (var i in same)
                {
                    verdicts[i] = correct;
                }
            }
        );
        return verdicts;
    }

    public async Task<bool> Ask(JudgeQuery query, Action<string> onWait, CancellationToken cancellation)
    {
        Demand(query.Judge);
        try
        {
            return await Retrying(onWait).ExecuteAsync(async token => await Once(query, token), cancellation);
        }
        catch (NoVerdictException unclear)
        {
            throw new JudgeException(
                $"The judge {query.Judge} at {Host} was asked {Repeats + 1} times whether an answer is right, and said {unclear.Said} where yes or no "
                    + $"is expected. Question: {Shown(query.Question)} Is it a chat model that follows instructions?",
                unclear
            );
        }
    }

    public void Dispose() => _http.Dispose();

    private ResiliencePipeline Retrying(Action<string> onWait) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions
                {
                    ShouldHandle = new PredicateBuilder().Handle<NoVerdictException>(),
                    MaxRetryAttempts = Repeats,
                    Delay = TimeSpan.Zero,
                }
            )
            .AddRetry(
                new RetryStrategyOptions
                {
                    ShouldHandle = failed =>
                        ValueTask.FromResult(
                            failed.Outcome.Exception is JudgeAwayException && !failed.Context.CancellationToken.IsCancellationRequested
                        ),
                    MaxRetryAttempts = MostRetries,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = FirstWait,
                    MaxDelay = LongestBackoff,
                    DelayGenerator = failed => ValueTask.FromResult((failed.Outcome.Exception as JudgeAwayException)?.After),
                    OnRetry = failed =>
                    {
                        onWait(failed.Outcome.Exception!.Message);
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .Build();

    private async Task<bool> Once(JudgeQuery query, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Completions) { Content = Body(query) };
        request.Headers.Authorization = endpoint.Authorization;
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, cancellation);
        }
        catch (HttpRequestException failure)
        {
            throw new JudgeAwayException($"the judge at {Host} cannot be reached ({failure.HttpRequestError})", null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new JudgeAwayException($"the judge at {Host} did not answer within {RequestTimeout.TotalSeconds:0} s", null);
        }

        using (response)
        {
            Interlocked.Increment(ref _requests);
            DemandSuccess(response, query.Judge);
            return await Read(response, cancellation);
        }
    }

    private static ByteArrayContent Body(JudgeQuery query)
    {
        var content = new ByteArrayContent(
            JsonSerializer.SerializeToUtf8Bytes(
                new Dictionary<string, object>
                {
                    ["model"] = query.Judge,
                    ["messages"] = new[]
                    {
                        new Dictionary<string, string> { ["role"] = "user", ["content"] = query.Prompt },
                    },
                    ["temperature"] = 0,
                    ["max_tokens"] = AnswerTokens,
                }
            )
        );
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    /// <summary>The server's own words are not repeated: some send a part of the key back.</summary>
    private void DemandSuccess(HttpResponseMessage response, string judge)
    {
        var status = (int)response.StatusCode;
        switch (response.StatusCode)
        {
            case HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError:
                throw new JudgeAwayException(Told(status, "is busy or in trouble"), Wait(response.Headers.RetryAfter));
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                _closed = Told(status, $"does not accept the key. Set {JudgeEndpoint.KeyVariable} to one that may use {judge}, and start again.");
                throw new JudgeException(_closed);
            case HttpStatusCode.NotFound:
                _closed = Told(status, $"knows no such address or model. Check {JudgeEndpoint.UrlVariable} and the name {judge}, and start again.");
                throw new JudgeException(_closed);
            case >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices:
                return;
            default:
                throw new JudgeException(Told(status, $"refuses the question. Check {JudgeEndpoint.UrlVariable} and the name {judge}."));
        }
    }

    private string Told(int status, string what) => string.Create(CultureInfo.InvariantCulture, $"the judge at {Host} {what} (HTTP {status})");

    private async Task<bool> Read(HttpResponseMessage response, CancellationToken cancellation)
    {
        string? said;
        try
        {
            using var document = UserJson.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
            said = document.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new NoVerdictException("no chat completion");
        }

        return Verdict(said ?? "") ?? throw new NoVerdictException(Shown(said ?? ""));
    }

    /// <summary>Yes or no, alone but for blanks and a full stop.</summary>
    internal static bool? Verdict(string said) =>
        said.Trim().TrimEnd('.').ToUpperInvariant() switch
        {
            "YES" => true,
            "NO" => false,
            _ => null,
        };

    private TimeSpan? Wait(RetryConditionHeaderValue? after)
    {
        var asked = after?.Delta ?? after?.Date - time.GetUtcNow();
        return asked is not { } wait ? null
            : wait < TimeSpan.Zero ? TimeSpan.Zero
            : wait > LongestWait ? LongestWait
            : wait;
    }

    private string Shown(string text)
    {
        var plain = new string([.. endpoint.Redacted(text).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? ' ' : letter)]);
        return $"\"{(plain.Length <= ShownCharacters ? plain : plain[..ShownCharacters] + "…")}\"";
    }

    /// <summary>It answered with something else than yes or no.</summary>
    private sealed class NoVerdictException(string said) : Exception(said)
    {
        public string Said => Message;
    }
}

/// <summary>The judge is away, or has too much to do. It will pass.</summary>
/// <param name="message">Why.</param>
/// <param name="after">When to ask again, where the server says so.</param>
public sealed class JudgeAwayException(string message, TimeSpan? after) : IOException(message)
{
    public TimeSpan? After => after;
}
