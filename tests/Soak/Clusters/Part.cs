using System.Diagnostics;
using System.Globalization;

namespace Seal.Soak.Clusters;

/// <summary>Processes that are counted together.</summary>
internal sealed class Part(string name, params int[] processes)
{
    public string Name => name;

    public TimeSpan Processor => TimeSpan.FromTicks(Sum(process => process.TotalProcessorTime.Ticks));

    public bool HasEnded => Array.Exists(processes, id => !Directory.Exists($"/proc/{id.ToString(CultureInfo.InvariantCulture)}"));

    public long Resident => Sum(process => process.WorkingSet64);

    private long Sum(Func<Process, long> of) =>
        processes.Sum(id =>
        {
            using var process = Process.GetProcessById(id);
            return of(process);
        });
}
