using System.Text.Json.Serialization;
using Seal.Core.Artifacts;

namespace Seal.Core.Jobs;

/// <summary>A model as jobs, messages and states name it: as large after a thousand rounds as after one. The engine's
/// <see cref="Engines.ModelRef"/> has the adapters themselves.</summary>
/// <param name="BaseSha256">Content hash of the base model.</param>
/// <param name="Adapters">SHA-256 of the adapters that are merged into it, oldest first: a list of the store. Equal adapters make equal
/// lists.</param>
public sealed record PolicyRef(string BaseSha256, ListRef Adapters)
{
    /// <summary>One string for both, usable in cache keys.</summary>
    [JsonIgnore]
    public string Key => Adapters.Head is null ? BaseSha256 : $"{BaseSha256}+{Adapters.Head}";

    /// <summary>The base model as it is.</summary>
    public static PolicyRef Of(string baseSha256) => new(baseSha256, ListRef.Empty);
}
