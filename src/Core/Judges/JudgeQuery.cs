using System.Text.Json.Serialization;
using Seal.Core.Artifacts;
using Seal.Core.Json;

namespace Seal.Core.Judges;

/// <summary>An answer that a judge is asked about. Says everything that its verdict depends on.</summary>
/// <param name="Judge">Name of the model that judges, as its endpoint knows it.</param>
/// <param name="Question">What was asked.</param>
/// <param name="Gold">The right answer.</param>
/// <param name="Answer">What was answered; not empty.</param>
/// <param name="Prompt">What the judge is told, word for word: another wording is another question.</param>
public sealed record JudgeQuery(string Judge, string Question, string Gold, string Answer, string Prompt)
{
    /// <summary>Under which its verdict is kept.</summary>
    [JsonIgnore]
    public string Sha256 => SealJson.Hash(this);
}

/// <summary>What a judge said, as it is kept in a store.</summary>
/// <param name="Query">What it was asked.</param>
/// <param name="Correct">Its verdict.</param>
[StoredDocument("verdict")]
public sealed record JudgeVerdict(JudgeQuery Query, bool Correct)
{
    /// <summary>Top folder of the verdicts of a store.</summary>
    public const string Folder = "verdicts";

    /// <summary>Where the verdict on a query is kept.</summary>
    public static string Key(JudgeQuery query)
    {
        var sha256 = query.Sha256;
        return $"{Folder}/{sha256[..2]}/{sha256}.json";
    }
}
