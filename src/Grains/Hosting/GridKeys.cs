using System.Globalization;
using Seal.Core.Domains;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;

namespace Seal.Grains.Hosting;

/// <summary>Keys of the grid's grains; also their jobs' ids and their paths in the store. Tasks stand in them as <see cref="TaskId.ToKey"/> writes
/// them.</summary>
public static class GridKeys
{
    public static string Policy(RunRef run) => Policy(run.Sweep, run.Run, run.Fork);

    public static string Policy(RunContext run) => Policy(run.Sweep, run.Run, run.Fork);

    /// <summary>Where a run's records are, oldest first: one place more for each time it was forked.</summary>
    public static IReadOnlyList<string> Records(RunContext run) =>
        [.. Enumerable.Range(0, run.Fork + 1).Select(fork => Policy(run.Sweep, run.Run, fork))];

    public static string Task(RunRef run, PhaseId phase, string task) => $"{Policy(run)}/{phase}/{TaskId.ToKey(task)}";

    public static string Task(RunContext run, PhaseId phase, string task) => $"{Policy(run)}/{phase}/{TaskId.ToKey(task)}";

    public static string Candidate(RunRef run, PhaseId phase, string task, int index) =>
        $"{Task(run, phase, task)}/{index.ToString("000", CultureInfo.InvariantCulture)}";

    /// <summary>The sweep that a policy's, task's or candidate's key is of.</summary>
    public static string SweepOf(string key) => key[..key.IndexOf('/')];

    // No run's name has a dot in it, so no fork can be taken for another run.
    private static string Policy(string sweep, string run, int fork) =>
        fork == 0 ? $"{sweep}/{run}" : string.Create(CultureInfo.InvariantCulture, $"{sweep}/{run}.f{fork}");
}
