using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Grains.Abstractions;
using Seal.Silo.Reading;

namespace Seal.Pages.Live;

/// <summary>
/// One sweep for all who look at it: its documents are read at most once in a while, however many viewers there are, and a page is rendered once per
/// version. For many threads.
/// </summary>
internal sealed class SweepFeed(string name, SweepReader reader, TimeProvider time) : IDisposable
{
    /// <summary>Documents are not read again before.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>A pace is not told before it has been seen for so long, and for so large a part.</summary>
    private static readonly TimeSpan PaceSeen = TimeSpan.FromSeconds(15);

    private const double PaceShare = 0.005;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<(string TasksSha256, string? Score), PhaseSummary> _summaries = [];
    private readonly ConcurrentDictionary<string, (long Version, string Html)> _rendered = new(StringComparer.Ordinal);
    private readonly List<SweepEvent> _events = [];
    private (string Key, IReadOnlyList<ResultRow> Rows) _rows = ("", []);
    private string _fingerprint = "";
    private SweepView? _view;
    private long _readAt;
    private (long At, double Share)? _from;

    /// <summary>The sweep as it is, or was a moment ago; null if there is none of this name.</summary>
    /// <exception cref="InvalidDataException">A document is damaged, or another build's.</exception>
    /// <exception cref="IOException">The store does not answer.</exception>
    public async Task<SweepView?> Now(CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            if (_view is null || time.GetElapsedTime(_readAt) >= Period)
            {
                // Whoever began it may leave: the others wait for the same reading.
                _view = await Read(cancellation);
                _readAt = time.GetTimestamp();
            }

            return _view;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A page of this version: rendered by the first who asks.</summary>
    public string Rendered(string path, long version, Func<string> render)
    {
        if (_rendered.TryGetValue(path, out var known) && known.Version == version)
        {
            return known.Html;
        }

        if (_rendered.Count > MostPages)
        {
            _rendered.Clear();
        }

        var html = render();
        _rendered[path] = (version, html);
        return html;
    }

    public void Dispose() => _gate.Dispose();

    private const int MostPages = 64;

    private async Task<SweepView?> Read(CancellationToken cancellation)
    {
        if (await reader.State(name, cancellation) is not { } state)
        {
            return null;
        }

        var runs = new List<RunView>();
        foreach (var reading in await reader.Runs(state, cancellation))
        {
            runs.Add(new RunView(reading, await Phases(reading, cancellation)));
        }

        _events.AddRange(await reader.Events(name, _events.Count, cancellation));
        var fingerprint = Fingerprint(state.State, state.ReportSha256, runs);
        var version = (_view?.Version ?? 0) + (fingerprint == _fingerprint ? 0 : 1);
        _fingerprint = fingerprint;
        var view = new SweepView(name, version, state, runs, await Rows(runs, cancellation), [.. _events], null);
        return view with { Left = Left(view) };
    }

    private async Task<IReadOnlyList<PhaseSummary>> Phases(RunReading run, CancellationToken cancellation)
    {
        var phases = new List<PhaseSummary>();
        var score = run.Submitted.Context.Settings.Evaluate.Score;
        foreach (var entry in await reader.Entries(run.State, cancellation))
        {
            var key = (entry.TasksSha256, score);
            if (!_summaries.TryGetValue(key, out var summary))
            {
                _summaries[key] = summary = PhaseSummary.Of(entry, await reader.TasksOf(entry, cancellation), score);
            }

            // Two runs may have brought the same records, and have learned different things from them.
            phases.Add(summary with { Entry = entry });
        }

        return phases;
    }

    /// <summary>The table's rows; counted anew when an evaluation has ended.</summary>
    private async Task<IReadOnlyList<ResultRow>> Rows(List<RunView> runs, CancellationToken cancellation)
    {
        var key = string.Join(
            ' ',
            runs.Select(run =>
                $"{run.Name}:{string.Join(',', run.Phases.Where(phase => phase.Phase.IsEvaluation).Select(phase => phase.Entry.TasksSha256))}"
            )
        );
        if (key == _rows.Key)
        {
            return _rows.Rows;
        }

        var records = new List<RunRecord>();
        foreach (var run in runs)
        {
            var (context, cell) = run.Reading.Submitted;
            var phases = new List<PhaseRecord>();
            foreach (var entry in run.Phases.Select(phase => phase.Entry).Where(entry => entry.Phase.IsEvaluation))
            {
                var tasks = (await reader.TasksOf(entry, cancellation)).Tasks;
                phases.Add(new PhaseRecord(entry.Phase, entry.Round, entry.PolicySha256, entry.Kept, entry.Update, tasks));
            }

            records.Add(new RunRecord(context.Run, cell, context.Arm.Name, context.Seed, [], phases, true, run.Score));
        }

        _rows = (key, ResultTable.Of(records));
        return _rows.Rows;
    }

    private TimeSpan? Left(SweepView view)
    {
        if (view.State.State != SweepState.Running || view.Share >= 1)
        {
            _from = null;
            return null;
        }

        var now = time.GetTimestamp();
        var from = _from ??= (now, view.Share);
        var (passed, done) = (time.GetElapsedTime(from.At, now), view.Share - from.Share);
        return passed >= PaceSeen && done >= PaceShare ? passed / done * (1 - view.Share) : null;
    }

    /// <summary>Everything that a page shows and that may change.</summary>
    private static string Fingerprint(SweepState state, string? report, List<RunView> runs)
    {
        var text = new StringBuilder().Append(state).Append(report);
        foreach (var run in runs)
        {
            text.Append(SealJson.Hash(run.Progress)).Append(run.Reading.State.Phases.Head);
            foreach (var task in run.Reading.Tasks.Values)
            {
                text.Append(task.State.Ledger.State == JobState.Leased ? task.State.Ledger.Holder : "").Append(task.Progress.Done);
                foreach (var pack in task.Packs.Values)
                {
                    text.Append(pack.Ledger.Epoch).Append(pack.Ledger.State);
                }
            }
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
