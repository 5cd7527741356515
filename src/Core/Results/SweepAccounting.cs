using Seal.Core.Candidates;

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
public sealed record PolicyVersion(string? Phase, string Sha256, string? Parent, int Pairs)
{
    /// <summary>The versions of a run's policy, read off its records.</summary>
    public static IReadOnlyList<PolicyVersion> Of(RunRecord run)
    {
        var versions = new List<PolicyVersion> { new(null, run.Policies[0], null, 0) };
        foreach (var phase in run.Phases)
        {
            if (phase.Update?.AdapterSha256 is { } adapter)
            {
                versions.Add(new PolicyVersion(phase.Phase.ToString(), adapter, versions[^1].Sha256, phase.Kept));
            }
        }

        return versions;
    }
}
