using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Sweeps;
using Seal.Reports.Metrics;
using Seal.Silo.Reading;

namespace Seal.Client.Reporting.Metrics;

/// <summary>Reads the metrics of a sweep's phases from stored documents. Activates no grain. Keeps what it has read: phases that have ended never
/// change.</summary>
/// <param name="reader">Reads the store.</param>
/// <param name="sweep">The sweep's name.</param>
internal sealed class SweepMetrics(SweepReader reader, string sweep)
{
    private readonly Dictionary<(string Run, PhaseEntry Entry), PhaseMetrics> _known = [];
    private readonly List<SweepEvent> _events = [];

    /// <summary>
    /// The phases that have ended, in the order of the sweep's event log: the order is the same after a restart, so lines can be appended. While the
    /// sweep goes on, a phase that the log does not name yet is left for later. Once it has ended, such phases come last, in plan order, as the log's
    /// last look names them.
    /// </summary>
    /// <param name="onlyNews">Give null where the log names nothing that it did not name at the last reading.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <exception cref="InvalidDataException">A document is damaged, or another build's.</exception>
    public async Task<IReadOnlyList<PhaseMetrics>?> Read(bool onlyNews, CancellationToken cancellation)
    {
        if (await reader.State(sweep, cancellation) is not { } state || (!await ReadEvents(cancellation) && onlyNews))
        {
            return null;
        }

        var phases = new Dictionary<(string Run, string Phase), PhaseMetrics>();
        foreach (var (context, cell) in state.Submission!.Runs)
        {
            foreach (var entry in await reader.Entries(context, cancellation))
            {
                phases[(context.Run, entry.Phase.ToString())] = await Of(context, cell, entry, cancellation);
            }
        }

        // The log may name a phase twice (a run was forked, or extended): the last time counts.
        var ordered = new List<PhaseMetrics>();
        foreach (var told in _events.Where(IsEnd).Reverse().Select(one => (one.Run!, one.Text)).Distinct().Reverse())
        {
            if (phases.Remove(told, out var phase))
            {
                ordered.Add(phase);
            }
        }

        return SweepReader.IsEnded(state) ? [.. ordered, .. phases.Values] : ordered;
    }

    private static bool IsEnd(SweepEvent one) => one is { Kind: "phase-ended", Run: not null };

    /// <returns>Whether something of a phase is new.</returns>
    private async Task<bool> ReadEvents(CancellationToken cancellation)
    {
        var log = await reader.EventLog(sweep, cancellation);
        var news = await reader.Events(log, _events.Count, cancellation);
        _events.AddRange(news);
        return news.Any(IsEnd);
    }

    private async Task<PhaseMetrics> Of(RunContext run, string cell, PhaseEntry entry, CancellationToken cancellation)
    {
        var key = (GridKeys.Policy(run), entry);
        if (!_known.TryGetValue(key, out var phase))
        {
            var tasks = await reader.TasksOf(entry, cancellation);
            var cost = await reader.CostOf(run, entry.Phase, tasks.Tasks.Select(task => task.Task), cancellation);
            _known[key] = phase = PhaseMetrics.Of(run, cell, entry, tasks, cost);
        }

        return phase;
    }
}
