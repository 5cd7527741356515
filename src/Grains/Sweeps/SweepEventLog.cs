using System.Globalization;
using System.Text.Json.Serialization;
using Seal.Core.Artifacts;
using Seal.Core.Runs;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Sweeps;

/// <summary>
/// What has happened to a sweep, numbered. Events are differences between what was last written down and what is. The document names both: whoever
/// looks again after a crash finds the same difference or none, so no event gets two numbers and no number two events. The events themselves are
/// blobs, written once and before.
/// </summary>
[StoredDocument("sweep-events")]
public sealed class SweepEventLog
{
    /// <summary>What was found at each look, a list of <see cref="SweepEvent"/>s each: a list of the store.</summary>
    public ListRef Looks { get; set; } = ListRef.Empty;

    /// <summary>Events so far; the newest one's number.</summary>
    public long Count { get; set; }

    /// <summary>The state that was last told.</summary>
    public SweepState? State { get; set; }

    /// <summary>Phases of each run (by its place in the store, fork included) that were told as ended.</summary>
    public Dictionary<string, int> Phases { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Why the sweep waits, as it was last told; null if it does not. Left out of documents when unset.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Waiting { get; set; }

    /// <summary>Commands whose moves of policies were told, as far as they stand. Left out of documents when unset.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Moves { get; set; }

    /// <summary>Finds what is new, and takes note of it.</summary>
    /// <param name="sweep">The sweep as it is.</param>
    /// <param name="runs">Its runs as far as they are known, in a fixed order.</param>
    /// <param name="waiting">Why the sweep waits, or null.</param>
    /// <returns>The new events, oldest first.</returns>
    public IReadOnlyList<SweepEvent> Observe(SweepGrainState sweep, IReadOnlyList<RunProgress> runs, string? waiting = null)
    {
        var found = new List<SweepEvent>();
        // A later word may take the place of these; here they stay.
        foreach (var (_, _, (run, move)) in (sweep.Control.Moves ?? []).Where(wish => Moves?.Contains(wish.Operation) != true))
        {
            Add(found, "policy-set", run, string.Create(CultureInfo.InvariantCulture, $"after round {move.After}: {move.Words}"));
        }

        Moves = sweep.Control.Moves?.Select(wish => wish.Operation).ToArray();
        foreach (var run in runs)
        {
            if (sweep.Submission!.Runs.FirstOrDefault(submitted => submitted.Context.Run == run.Run) is { } submitted)
            {
                Observe(run, submitted, found);
            }
        }

        if (State != sweep.State)
        {
            Add(
                found,
                "state",
                null,
                $"{sweep.State.ToString().ToLowerInvariant()}{(sweep.ReportSha256 is { } sha256 ? $", results {sha256}" : "")}"
            );
            State = sweep.State;
        }

        // Once when it begins and once when it ends, however the numbers change meanwhile.
        if (sweep.State == SweepState.Running && (waiting is null) != (Waiting is null))
        {
            Add(found, "waiting", null, waiting ?? "over: the sweep goes on");
            Waiting = waiting;
        }

        return found;
    }

    private void Observe(RunProgress run, RunSubmission submitted, List<SweepEvent> found)
    {
        var context = submitted.Context;
        var key = context.Fork == 0 ? run.Run : $"{run.Run}.f{context.Fork}";
        var isNew = !Phases.TryGetValue(key, out var told);
        if (!isNew && told == run.PhaseIndex)
        {
            return;
        }

        // What a gate refuses is left out of what was planned.
        var phases = run.Walked ?? [.. RunScript.Of(context).Phases().Select(phase => phase.Phase)];
        if (isNew && context.Fork > 0)
        {
            Add(
                found,
                "run-forked",
                run.Run,
                $"fork {context.Fork}, from before {(run.Ended ? "its end" : run.PhaseIndex < phases.Count ? phases[run.PhaseIndex] : run.Phase)}"
            );
            told = run.PhaseIndex;
        }

        for (var phase = told; phase < Math.Min(run.PhaseIndex, phases.Count); phase++)
        {
            Add(found, "phase-ended", run.Run, phases[phase].ToString());
        }

        if (run.Ended && told < phases.Count)
        {
            Add(found, "run-ended", run.Run, run.Problem ?? "complete");
        }

        Phases[key] = run.PhaseIndex;
    }

    private void Add(List<SweepEvent> found, string kind, string? run, string text) => found.Add(new SweepEvent(++Count, kind, run, text));
}
