using System.Globalization;
using Seal.Core.Jobs;

namespace Seal.Grains.Hosting;

/// <summary>Keys of the grid's grains; also their jobs' ids and their paths in the store.</summary>
public static class GridKeys
{
    public static string Policy(RunContext run) => $"{run.Sweep}/{run.Run}";

    public static string Task(RunContext run, string phase, string task) => $"{run.Sweep}/{run.Run}/{phase}/{task}";

    public static string Candidate(RunContext run, string phase, string task, int index) =>
        $"{run.Sweep}/{run.Run}/{phase}/{task}/{index.ToString("000", CultureInfo.InvariantCulture)}";
}
