using System.Diagnostics;

namespace Seal.Grains.Telemetry;

/// <summary>
/// A span of the grid: sweep → round → candidate → job. Such a span lasts for as long as its work and over many grain calls, so it is never the
/// ambient one of a call, and its place in the trace is handed on by name (W3C <c>traceparent</c>) in work and assignments, which are stored: after
/// a kill whoever goes on opens a new span in the same trace. Costs nothing while nobody listens.
/// </summary>
public sealed class GridSpan
{
    /// <summary>Of the activity source, and of the meter of <see cref="GridMeters"/>.</summary>
    public const string Source = "Seal.Orleans";

    private static readonly ActivitySource Spans = new(Source);

    private readonly Activity? _activity;

    private GridSpan(Activity? activity, string? parent)
    {
        _activity = activity;
        Trace = activity?.Id ?? parent;
    }

    /// <summary>What spans below this one name as their parent; null where nobody has ever listened.</summary>
    public string? Trace { get; }

    /// <param name="name"><c>sweep</c>, <c>round</c>, <c>candidate</c> or <c>job</c>.</param>
    /// <param name="parent">The <see cref="Trace"/> of the span above, or null for a trace of its own.</param>
    /// <param name="tags">What it is about.</param>
    public static GridSpan Begin(string name, string? parent, params ReadOnlySpan<(string Key, object? Value)> tags)
    {
        if (!Spans.HasListeners())
        {
            return new GridSpan(null, parent);
        }

        var ambient = Activity.Current;
        ActivityContext.TryParse(parent, null, isRemote: true, out var above);
        // A trace of its own, whatever call we happen to be in.
        Activity.Current = null;
        var activity = Spans.StartActivity(name, ActivityKind.Internal, above);
        Activity.Current = ambient;
        foreach (var (key, value) in tags)
        {
            activity?.SetTag(key, value);
        }

        return new GridSpan(activity, parent);
    }

    /// <summary>Ends it; again, nothing happens.</summary>
    /// <param name="problem">Why the work did not end well, or null.</param>
    /// <param name="tags">What came of it.</param>
    public void End(string? problem = null, params ReadOnlySpan<(string Key, object? Value)> tags)
    {
        if (_activity is null || _activity.IsStopped)
        {
            return;
        }

        foreach (var (key, value) in tags)
        {
            _activity.SetTag(key, value);
        }

        _activity.SetStatus(problem is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, problem);
        var ambient = Activity.Current;
        _activity.Stop();
        Activity.Current = ambient;
    }
}
