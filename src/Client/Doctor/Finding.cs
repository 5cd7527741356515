using System.Text.Json.Serialization;

namespace Seal.Client.Doctor;

[JsonConverter(typeof(JsonStringEnumConverter<Health>))]
internal enum Health
{
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>Works, but not as well as it could.</summary>
    [JsonStringEnumMemberName("warn")]
    Warn,

    /// <summary>A sweep cannot run.</summary>
    [JsonStringEnumMemberName("fail")]
    Fail,
}

/// <summary>What a check found.</summary>
/// <param name="Check">Its name.</param>
/// <param name="Health">How bad it is.</param>
/// <param name="Found">What is there.</param>
/// <param name="Advice">What to do; null where nothing needs doing.</param>
internal sealed record Finding(string Check, Health Health, string Found, string? Advice = null)
{
    public static Finding Ok(string check, string found) => new(check, Health.Ok, found);

    public static Finding Warn(string check, string found, string advice) => new(check, Health.Warn, found, advice);

    public static Finding Fail(string check, string found, string advice) => new(check, Health.Fail, found, advice);
}
