using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Telemetry;

/// <summary>The span of a run's phase under way: one after the other.</summary>
internal sealed class RoundSpan
{
    private (PhaseId Phase, GridSpan Span)? _open;

    /// <summary>The span of a phase; that of another one is ended.</summary>
    public GridSpan Of(PolicyWork work, PhaseId phase)
    {
        if (_open?.Phase != phase)
        {
            End();
            var about = ("seal.phase", (object?)phase.ToString());
            _open = (phase, GridSpan.Begin("round", work.Trace, ("seal.sweep", work.Run.Sweep), ("seal.run", work.Run.Run), about));
        }

        return _open.Value.Span;
    }

    /// <summary>Ends the span, if one is open.</summary>
    /// <param name="problem">What went wrong, or null.</param>
    /// <param name="tags">What it came to.</param>
    public void End(string? problem = null, params (string Name, object? Value)[] tags)
    {
        _open?.Span.End(problem, tags);
        _open = null;
    }
}
