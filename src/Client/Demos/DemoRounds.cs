using Seal.Client.Display;
using Seal.Client.Sweeps;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Client.Demos;

/// <summary>What the demo's learning runs have done so far, read from the store while another process runs them.</summary>
/// <param name="stored">The store.</param>
/// <param name="runs">The learning runs: the same arm under one outer seed or several.</param>
internal sealed class DemoRounds(StoredSweeps stored, IReadOnlyList<RunContext> runs)
{
    private readonly List<PhaseRecord>[] _phases = [.. runs.Select(_ => new List<PhaseRecord>())];

    /// <summary>The arm's name.</summary>
    public string Arm => runs[0].Arm.Name;

    /// <summary>Rounds of the plan.</summary>
    public int Planned => runs[0].Settings.Update.Rounds;

    /// <summary>Rounds that have been evaluated under every seed.</summary>
    public int Evaluated => New.Count > 0 ? New[^1].Round : 0;

    /// <summary>Share of the self-edits that solve a new task, by rounds of training before; the mean over seeds.</summary>
    public IReadOnlyList<(int Round, double Share)> New => Points(PhaseKind.Evaluate);

    /// <summary>Share of the self-edits that solve a training task, by the rounds before they were sampled; the mean over seeds.</summary>
    public IReadOnlyList<(int Round, double Share)> Training => [.. Points(PhaseKind.Train).Select(point => (point.Round - 1, point.Share))];

    /// <summary>For the plot.</summary>
    public IReadOnlyList<PlotCurve> Curves => [new("SEAL on new tasks", '●', "green", New), new("SEAL on its training tasks", '○', "blue", Training)];

    /// <summary>Reads the phases that have ended since.</summary>
    /// <returns>Whether there are any.</returns>
    public async Task<bool> Read()
    {
        var before = _phases.Sum(phases => phases.Count);
        foreach (var (run, phases) in runs.Zip(_phases))
        {
            phases.AddRange(await stored.Phases(run, phases.Count));
        }

        return _phases.Sum(phases => phases.Count) > before;
    }

    private (int Round, double Share)[] Points(PhaseKind kind) =>
        [
            .. _phases
                .SelectMany(phases => phases)
                .Where(ended => ended.Phase.Kind == kind && ended.Candidates > 0)
                .GroupBy(ended => ended.Round)
                .Where(round => round.Count() == runs.Count)
                .OrderBy(round => round.Key)
                .Select(round => (round.Key, round.Average(ended => (double)ended.SolvedBy(runs[0].Settings.Evaluate.Score) / ended.Candidates))),
        ];
}
