using System.Diagnostics;
using Seal.Client.Sweeps;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Programs;

namespace Seal.Client.Gates;

/// <summary>Tries every edit on every task, one inner loop after another per worker, and keeps each result as a line: what is there already is not
/// tried again.</summary>
internal sealed class GateRun
{
    private readonly LoadedSweep _sweep;
    private readonly EvaluationKind _kind;
    private readonly TrialTable _table;
    private readonly Dictionary<(string, int, string), GateTrial> _done = [];

    /// <param name="sweep">Settings of its first run, and its model.</param>
    /// <param name="path">Table of trials to go on from and add to; null to keep nothing.</param>
    /// <exception cref="CommandException">The table is of another model or other settings.</exception>
    public GateRun(LoadedSweep sweep, string? path)
    {
        (_sweep, _table) = (sweep, new TrialTable(path));
        _kind = sweep.Runs[0].Settings.Evaluate.Views > 0 ? EvaluationKind.Vote : EvaluationKind.Plain;
        foreach (var trial in _table.TakeUp(sweep, "gate-2", _kind, GateTrial.Head).Select(GateTrial.Parse).OfType<GateTrial>())
        {
            _done[(trial.TaskSha256, trial.Seed, trial.Edit)] = trial;
        }
    }

    /// <param name="tasks">Tasks with their answers.</param>
    /// <param name="edits">Canonical self-edits.</param>
    /// <param name="seeds">Inner seeds per edit and task.</param>
    /// <param name="workers">Trials at a time.</param>
    /// <param name="progress">Told after each trial: done, of how many, seconds so far.</param>
    public IReadOnlyList<GateTrial> Run(
        IReadOnlyList<TaskDocument> tasks,
        IReadOnlyList<string> edits,
        int seeds,
        int workers,
        Action<int, int, double> progress,
        CancellationToken cancellation
    )
    {
        var wanted = (
            from seed in Enumerable.Range(1, seeds)
            from task in tasks
            from edit in edits
            select (Task: task, Seed: seed, Edit: edit)
        ).ToArray();
        var open = wanted.Where(cell => !_done.ContainsKey((cell.Task.Sha256, cell.Seed, cell.Edit))).ToArray();
        var finished = 0;
        var clock = Stopwatch.StartNew();
        _table.Run(
            _sweep,
            open,
            workers,
            (model, session, cell) => Try(model, session, cell.Task, cell.Edit, cell.Seed, cancellation),
            trial =>
            {
                _done[(trial.TaskSha256, trial.Seed, trial.Edit)] = trial;
                progress(++finished, open.Length, clock.Elapsed.TotalSeconds);
                return trial.ToLine();
            },
            cancellation
        );
        return [.. wanted.Select(cell => _done[(cell.Task.Sha256, cell.Seed, cell.Edit)])];
    }

    private GateTrial Try(IModelHandle model, IDomainSession session, TaskDocument task, string edit, int number, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var seed = InnerSeeds.For(1, task.Id, edit, number);
        using var runner = new TrialRunner(session, model, task);
        var (trial, seen) = runner.Run(edit, seed, _kind, cancellation);
        return new GateTrial(
            task.Id,
            number,
            (int)Value(seen, ObservationNames.Exact),
            (int)Value(seen, ObservationNames.VoteTop2),
            Value(seen, ObservationNames.TokenAccuracy),
            trial.Losses.Length,
            clock.Elapsed.TotalSeconds,
            edit
        )
        {
            TaskSha256 = task.Sha256,
        };
    }

    private static double Value(EvaluationResult? result, string name) => result?.Observations.FirstOrDefault(seen => seen.Name == name)?.Value ?? 0;
}
