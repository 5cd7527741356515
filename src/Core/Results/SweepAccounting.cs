using System.Text.Json.Serialization;
using Seal.Core.Candidates;
using Seal.Core.Gates;
using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Core.Sweeps;

namespace Seal.Core.Results;

/// <summary><c>accounting.json</c>: what a sweep took. Differs from run to run of the same sweep.</summary>
/// <param name="Sweep">Name.</param>
/// <param name="Total">All runs together.</param>
/// <param name="Runs">By run.</param>
public sealed record SweepAccounting(string Sweep, Accounting Total, IReadOnlyDictionary<string, Accounting> Runs)
{
    /// <summary>By run: where its records are, and what its policy grew from.</summary>
    public IReadOnlyDictionary<string, RunLineage> Lineage { get; init; } = new SortedDictionary<string, RunLineage>(StringComparer.Ordinal);
}

/// <param name="Records">Prefixes of the run's records in the store, oldest first: one more for each time it was forked to try again what had been
/// given up.</param>
/// <param name="Policies">Versions of its policy, oldest first.</param>
public sealed record RunLineage(IReadOnlyList<string> Records, IReadOnlyList<PolicyVersion> Policies);

/// <param name="Phase">The round that it came out of; null for the base model.</param>
/// <param name="Sha256">Of the base model or of the adapter.</param>
/// <param name="Parent">The version it was trained on; null for the base model.</param>
/// <param name="Pairs">Kept pairs it was trained on.</param>
/// <param name="Gate">What the gate said of it; null, and then left out, where none has looked.</param>
public sealed record PolicyVersion(
    string? Phase,
    string Sha256,
    string? Parent,
    int Pairs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GateOutcome? Gate = null
)
{
    /// <summary>The versions of a run's policy, read off its records.</summary>
    public static IReadOnlyList<PolicyVersion> Of(RunRecord run) =>
        Of(run.Policies[0], run.Phases.Select(phase => (phase.Phase, phase.PolicySha256, phase.Kept, phase.Update, phase.Gate)));

    /// <summary>The versions of a run's policy, read off the phases that it keeps.</summary>
    /// <param name="baseSha256">Content hash of the base model.</param>
    /// <param name="phases">Oldest first.</param>
    public static IReadOnlyList<PolicyVersion> Of(string baseSha256, IEnumerable<PhaseEntry> phases) =>
        Of(baseSha256, phases.Select(phase => (phase.Phase, phase.PolicySha256, phase.Kept, phase.Update, phase.Gate)));

    private static List<PolicyVersion> Of(
        string baseSha256,
        IEnumerable<(PhaseId Phase, string PolicySha256, int Kept, UpdateResult? Update, GateVerdict? Gate)> phases
    )
    {
        var versions = new List<PolicyVersion> { new(null, baseSha256, null, 0) };
        var stands = baseSha256;
        foreach (var phase in phases)
        {
            if (phase.Update?.AdapterSha256 is { } adapter)
            {
                versions.Add(new PolicyVersion(phase.Phase.ToString(), adapter, stands, phase.Kept));
            }

            if (phase.Gate is { } look && phase.Phase.Number > 0 && versions[^1].Phase == PhaseId.Train(phase.Phase.Number).ToString())
            {
                var outcome = versions[^1].Gate is { } before && before > look.Outcome ? before : look.Outcome;
                versions[^1] = versions[^1] with { Gate = outcome };
            }

            stands = phase.PolicySha256;
        }

        return versions;
    }
}
