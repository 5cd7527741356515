using System.Net.Http.Headers;
using Seal.Core.Judges;
using Seal.Core.Sweeps;

namespace Seal.Silo.Judging;

/// <summary>Where a judge is served, as the environment says. A class and no record: what holds a key must not be printed.</summary>
public sealed class JudgeEndpoint
{
    /// <summary>Base address of an OpenAI-compatible interface, e.g. <c>https://api.openai.com/v1</c>.</summary>
    public const string UrlVariable = "SEAL_JUDGE_URL";

    /// <summary>The model that is served there. Unset: whatever a sweep names.</summary>
    public const string ModelVariable = "SEAL_JUDGE_MODEL";

    /// <summary>Sent as a bearer token; unset for none.</summary>
    public const string KeyVariable = "SEAL_JUDGE_KEY";

    private const string Path = "chat/completions";

    private readonly string? _key;

    private JudgeEndpoint(Uri completions, string? model, string? key) => (Completions, Model, _key) = (completions, model, key);

    /// <summary>Where questions are posted.</summary>
    public Uri Completions { get; }

    /// <summary>See <see cref="ModelVariable"/>.</summary>
    public string? Model { get; }

    internal AuthenticationHeaderValue? Authorization => _key is null ? null : new AuthenticationHeaderValue("Bearer", _key);

    /// <summary>As this process' environment says; null where it names no judge.</summary>
    /// <exception cref="SweepException">A variable cannot be used; names it, and never its value where that is the key.</exception>
    public static JudgeEndpoint? OfEnvironment() => Of(Environment.GetEnvironmentVariable);

    /// <param name="variable">Gives the value of a variable, or null.</param>
    /// <exception cref="SweepException">A variable cannot be used.</exception>
    public static JudgeEndpoint? Of(Func<string, string?> variable)
    {
        if (Value(UrlVariable) is not { } url)
        {
            return null;
        }

        if (
            !Uri.TryCreate(url.TrimEnd('/'), UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
            || address.UserInfo.Length > 0
            || address.Query.Length > 0
            || address.Fragment.Length > 0
        )
        {
            throw new SweepException($"{UrlVariable} must be an address such as https://api.openai.com/v1, without user, query or fragment.");
        }

        var key = Value(KeyVariable);
        if (key is not null && !key.All(letter => letter is > ' ' and <= '~'))
        {
            throw new SweepException($"{KeyVariable} has characters that no key has. Copy it again, or unset it.");
        }

        if (key is not null && address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
        {
            throw new SweepException(
                $"{UrlVariable} begins with http://: the key in {KeyVariable} could be read on the way. Use https://, or unset {KeyVariable}."
            );
        }

        var whole = address.AbsolutePath.EndsWith($"/{Path}", StringComparison.Ordinal);
        return new JudgeEndpoint(whole ? address : new Uri($"{address.AbsoluteUri.TrimEnd('/')}/{Path}"), Value(ModelVariable), key);

        string? Value(string name) => variable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
    }

    /// <exception cref="JudgeException">Another model is served here than the one that is to judge.</exception>
    public void Demand(string judge)
    {
        if (Model is { } served && served != judge)
        {
            throw new JudgeException(
                $"Answers are to be judged by {judge} (passages.judge), and {ModelVariable} says {served}. "
                    + $"Unset {ModelVariable}, or name the same model in both."
            );
        }
    }

    /// <summary>A text of the server's without the key, in case that it sends it back.</summary>
    internal string Redacted(string text) => _key is null ? text : text.Replace(_key, "***", StringComparison.Ordinal);
}
