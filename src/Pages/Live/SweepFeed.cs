using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Silo.Reading;

namespace Seal.Pages.Live;

/// <summary>
/// One sweep for all who look at it: its documents are read at most once in a while, however many viewers there are, and a page is rendered once per
/// version. For many threads.
/// </summary>
internal sealed class SweepFeed(string name, SweepReader reader, TimeProvider time, Func<bool> isHosted) : IDisposable
{
    /// <summary>Documents are not read again before.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>A pace is not told before it has been seen for so long, and for so large a part.</summary>
    private static readonly TimeSpan PaceSeen = TimeSpan.FromSeconds(15);

    private const double PaceShare = 0.005;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly Dictionary<(string TasksSha256, string? Score), PhaseSummary> _summaries = [];
    private readonly ConcurrentDictionary<string, (long Version, string Html)> _rendered = new(StringComparer.Ordinal);
    private readonly List<SweepEvent> _events = [];
    private (string Key, IReadOnlyList<ResultRow> Rows) _rows = ("", []);
    private string _fingerprint = "";
    private long _version = Stopwatch.GetTimestamp();
    private SweepView? _view;
    private Task<SweepView?>? _reading;
    private long _readAt;
    private (long At, double Share)? _from;

    /// <summary>The sweep as it is, or was a moment ago; null if there is none of this name.</summary>
    /// <exception cref="InvalidDataException">A document is damaged, or another build's.</exception>
    /// <exception cref="IOException">The store does not answer.</exception>
    public Task<SweepView?> Now(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_reading is null || (_reading.IsCompleted && (!_reading.IsCompletedSuccessfully || time.GetElapsedTime(_readAt) >= Period)))
            {
                // Whoever began it may leave: the others wait for the same reading.
                _readAt = time.GetTimestamp();
                _reading = Task.Run(() => Read(_closed.Token), _closed.Token);
            }

            return _reading.WaitAsync(cancellation);
        }
    }

    /// <summary>A page of this version: rendered by the first who asks.</summary>
    public async Task<string?> Rendered(string path, long version, Func<Task<string?>> render)
    {
        if (_rendered.TryGetValue(path, out var known) && known.Version == version)
        {
            return known.Html;
        }

        if (_rendered.Count > MostPages)
        {
            _rendered.Clear();
        }

        var html = await render();
        if (html is not null)
        {
            _rendered[path] = (version, html);
        }

        return html;
    }

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    private const int MostPages = 64;

    private async Task<SweepView?> Read(CancellationToken cancellation)
    {
        if (await reader.State(name, cancellation) is not { } state)
        {
            _view = null;
            return null;
        }

        if (_view is { } ended && SweepReader.IsEnded(state) && ended.State.State == state.State && ended.State.ReportSha256 == state.ReportSha256)
        {
            // Nothing of it changes any more but its last events, which are written after its state.
            if ((await Happened(cancellation)).Count != ended.Events.Count)
            {
                _view = ended with { Events = [.. _events], Version = ++_version };
            }

            return _view;
        }

        var runs = new List<RunView>();
        foreach (var reading in await reader.Runs(state, cancellation))
        {
            runs.Add(new RunView(reading, await Phases(reading, cancellation)));
        }

        var rows = await Rows(runs, cancellation);
        var events = await Happened(cancellation);
        var hosted = isHosted();
        var fingerprint = Fingerprint(state, events.Count, hosted, runs);
        // Counted from the time of the process's start: after a restart no number means something else.
        _version += fingerprint == _fingerprint ? 0 : 1;
        _fingerprint = fingerprint;
        var view = new SweepView(name, _version, state, runs, rows, [.. events], null, hosted);
        return _view = view with { Left = Left(view) };
    }

    private async Task<List<SweepEvent>> Happened(CancellationToken cancellation)
    {
        var log = await reader.EventLog(name, cancellation);
        if (log.Count < _events.Count)
        {
            // Another sweep of this name, in a store that has been made anew.
            _events.Clear();
        }

        _events.AddRange(await reader.Events(log, _events.Count, cancellation));
        return _events;
    }

    private async Task<IReadOnlyList<PhaseSummary>> Phases(RunReading run, CancellationToken cancellation)
    {
        var phases = new List<PhaseSummary>();
        foreach (var entry in await reader.Entries(run.State, cancellation))
        {
            var score = Scores.In(entry.Phase, run.Submitted.Context.Settings.Evaluate.Score);
            var key = (entry.TasksSha256, score);
            if (!_summaries.TryGetValue(key, out var summary))
            {
                _summaries[key] = summary = PhaseSummary.Of(entry, await reader.TasksOf(entry, cancellation), score);
            }

            // Two runs may have brought the same records, and have learned different things from them.
            phases.Add(summary.Of(entry));
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
        if (view.State.State != SweepState.Running || !view.IsHosted || view.Share >= 1)
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
    private static string Fingerprint(SweepGrainState state, int events, bool hosted, List<RunView> runs)
    {
        var text = new StringBuilder().Append(state.State).Append(state.ReportSha256).Append(' ').Append(events).Append(hosted);
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
