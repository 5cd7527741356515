using Seal.Grains.Abstractions;
using Seal.Silo.Hosting;

namespace Seal.Client.Sweeps;

/// <summary>What <c>seal sweep list --json</c> prints.</summary>
/// <param name="Store">The folder.</param>
/// <param name="Host">The process that has the store, or null.</param>
/// <param name="Sweeps">By name.</param>
internal sealed record SweepListDocument(string Store, HostEntry? Host, IReadOnlyList<SweepListEntry> Sweeps)
{
    public SweepListDocument(string store, HostDescriptor? host, IReadOnlyList<SweepListEntry> sweeps)
        : this(store, host is null ? null : new HostEntry(host.Process, host.Sweep, host.Since), sweeps) { }
}

/// <summary>A host without its secret.</summary>
internal sealed record HostEntry(int Process, string Sweep, DateTimeOffset Since);

/// <param name="Sweep">Name.</param>
/// <param name="State">As in <see cref="SweepDocument"/>; <c>interrupted</c> where it should run but no process runs it.</param>
/// <param name="Runs">Runs.</param>
/// <param name="RunsEnded">Those that have ended.</param>
/// <param name="ReportSha256">SHA-256 of <c>results.json</c>; null before the end.</param>
internal sealed record SweepListEntry(string Sweep, string State, int Runs, int RunsEnded, string? ReportSha256)
{
    public static SweepListEntry Of(SweepStatus status, string state) =>
        new(status.Sweep, state, status.Runs.Count, status.Runs.Count(run => run.Ended), status.ReportSha256);
}
