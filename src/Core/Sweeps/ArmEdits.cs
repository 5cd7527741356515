using System.Text.Json.Serialization;
using Seal.Core.Artifacts;
using Seal.Core.Json;
using Seal.Core.Proposers;

namespace Seal.Core.Sweeps;

/// <summary>The self-edits of an arm with <c>proposer = "file"</c>. In documents and messages only their hash stands: the texts, up to 16 MiB, are
/// one blob of the store for the whole sweep.</summary>
/// <param name="Sha256">Of the blob, <see cref="ToBytes"/>.</param>
/// <param name="ByTask">Texts by task id; the key <c>*</c> serves all others. Null where the blob has not been read.</param>
public sealed record ArmEdits(string Sha256, [property: JsonIgnore] IReadOnlyDictionary<string, IReadOnlyList<string>>? ByTask = null)
{
    /// <param name="byTask">Equal self-edits have one hash, in whatever order their tasks stand.</param>
    public static ArmEdits Of(IReadOnlyDictionary<string, IReadOnlyList<string>> byTask)
    {
        var sorted = new SortedDictionary<string, IReadOnlyList<string>>(byTask.ToDictionary(), StringComparer.Ordinal);
        return new ArmEdits(SealJson.Hash(sorted), sorted);
    }

    /// <summary>The self-edits for a task, none where neither it nor <c>*</c> is listed.</summary>
    /// <exception cref="InvalidOperationException">The blob has not been read.</exception>
    public IReadOnlyList<string> For(string task) =>
        Texts.TryGetValue(task, out var listed) || Texts.TryGetValue(FileEdits.Others, out listed) ? listed : [];

    /// <summary>All texts by task id, in ordinal order of the ids.</summary>
    /// <exception cref="InvalidOperationException">The blob has not been read.</exception>
    [JsonIgnore]
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Texts =>
        ByTask ?? throw new InvalidOperationException($"The self-edits of {ArtifactKey.Blob(Sha256)} have not been read.");

    /// <summary>The blob's bytes.</summary>
    public byte[] ToBytes() => SealJson.ToBytes(new SortedDictionary<string, IReadOnlyList<string>>(Texts.ToDictionary(), StringComparer.Ordinal));
}
