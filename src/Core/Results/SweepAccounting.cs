using Seal.Core.Candidates;

namespace Seal.Core.Results;

/// <summary><c>accounting.json</c>: what a sweep took. Differs from run to run of the same sweep.</summary>
/// <param name="Sweep">Name.</param>
/// <param name="Total">All runs together.</param>
/// <param name="Runs">By run.</param>
public sealed record SweepAccounting(string Sweep, Accounting Total, IReadOnlyDictionary<string, Accounting> Runs);
