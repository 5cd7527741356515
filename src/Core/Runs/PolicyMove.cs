using System.Globalization;
using System.Text.Json.Serialization;

namespace Seal.Core.Runs;

/// <summary>Another version of the policy is used in place of the one that stands: by the word of a person, or of a gate. A part of what a run was
/// asked for, and of its records; the versions themselves stay as they are.</summary>
/// <param name="After">After so many rounds: the next round and the evaluation after this one begin with it.</param>
/// <param name="Version">The version: the policy after so many rounds; 0 for the base model. Not above <paramref name="After"/>.</param>
/// <param name="By">Who said so.</param>
/// <param name="Why">For people.</param>
public sealed record PolicyMove(int After, int Version, string By, string Why)
{
    /// <summary>What stands under <see cref="By"/> where the gate did it (<c>gate.rollback_after</c>).</summary>
    public const string Gate = "gate";

    /// <summary>Whether the gate did it, and no person.</summary>
    [JsonIgnore]
    public bool IsByGate => By == Gate;

    /// <summary>Who did it, for people.</summary>
    [JsonIgnore]
    public string Who => IsByGate ? "the gate" : By;

    /// <summary>For people.</summary>
    [JsonIgnore]
    public string Words => string.Create(CultureInfo.InvariantCulture, $"version {Version} is used from here on, by {Who}: {Why}");
}
