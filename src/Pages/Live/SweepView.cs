using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Silo.Reading;

namespace Seal.Pages.Live;

/// <summary>A sweep as its documents said at one moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Raised whenever something has changed.</param>
/// <param name="State">What it saved last.</param>
/// <param name="Runs">In plan order.</param>
/// <param name="Rows">The table so far: evaluations that have ended.</param>
/// <param name="Events">Everything that has happened, oldest first.</param>
/// <param name="Left">How long it may still take at the pace seen; null while that is not known.</param>
/// <param name="IsHosted">Whether some process runs it.</param>
internal sealed record SweepView(
    string Name,
    long Version,
    SweepGrainState State,
    IReadOnlyList<RunView> Runs,
    IReadOnlyList<ResultRow> Rows,
    IReadOnlyList<SweepEvent> Events,
    TimeSpan? Left,
    bool IsHosted
)
{
    /// <summary>The console's word for where it stands.</summary>
    public string Word => !IsHosted && State.State is (SweepState.Running or SweepState.Stopping) ? Words.Interrupted : Words.Of(State.State);

    public bool IsEnded => SweepReader.IsEnded(State);

    public RunView? Run(string name) => Runs.FirstOrDefault(run => run.Name == name);

    /// <summary>How far it is, 0..1: all runs and phases taken as equally long.</summary>
    public double Share => IsEnded || Runs.Count == 0 ? 1 : Runs.Average(run => run.Share);
}

/// <summary>A run at that moment.</summary>
/// <param name="Reading">What its documents said.</param>
/// <param name="Phases">Phases that have ended.</param>
internal sealed record RunView(RunReading Reading, IReadOnlyList<PhaseSummary> Phases)
{
    public string Name => Reading.Submitted.Context.Run;

    public RunProgress Progress => Reading.Progress;

    /// <summary>What counts as solved in it.</summary>
    public string? Score => Reading.Submitted.Context.Settings.Evaluate.Score;

    /// <summary>What counts as solved in one of its phases.</summary>
    public string? ScoreIn(PhaseId phase) => Scores.In(phase, Score);

    /// <summary>How far it is, 0..1, its phases taken as equally long.</summary>
    public double Share =>
        Progress.Ended
            ? 1
            : (Progress.PhaseIndex + (Progress.CandidatesDone / (double)Math.Max(1, Progress.Candidates))) / Math.Max(1, Progress.Phases);

    public bool Learns => RunMethods.Learns(Reading.Submitted.Context.Arm);

    /// <summary>Candidates that came to nothing: those of the phase under way first, then the newest.</summary>
    public IEnumerable<Failure> Failures => UnderWayFailures().Concat(Phases.Reverse().SelectMany(phase => phase.Failures));

    /// <summary>The candidates of a task of the phase under way, in the phase's order.</summary>
    public IEnumerable<(string Task, IReadOnlyList<CandidateView> Candidates)> UnderWay =>
        Reading.Asked.Select(task =>
            (task.Task.Id, CandidateView.Of(task.Candidates, Reading.Tasks.GetValueOrDefault(task.Task.Id), ScoreIn(Reading.Log.UnderWay!.Phase)))
        );

    private IEnumerable<Failure> UnderWayFailures() =>
        Reading.Log.UnderWay is not { Phase: var phase }
            ? []
            : UnderWay.SelectMany(task => task.Candidates.SelectMany(candidate => Failure.Of(phase, task.Task, candidate)));
}
