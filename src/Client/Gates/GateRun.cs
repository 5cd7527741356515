using System.Diagnostics;
using Seal.Client.Sweeps;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Files;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Sweeps;

namespace Seal.Client.Gates;

/// <summary>Tries every edit on every task, one inner loop after another per worker, and keeps each result as a line: what is there already is not
/// tried again.</summary>
internal sealed class GateRun
{
    private readonly RunSettings _settings;
    private readonly LoadedSweep _sweep;
    private readonly IDomain _domain;
    private readonly EvaluationKind _kind;
    private readonly string? _path;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string, int, string), GateTrial> _done = [];

    /// <param name="sweep">Settings of its first run, and its model.</param>
    /// <param name="path">Table of trials to go on from and add to; null to keep nothing.</param>
    /// <exception cref="CommandException">The table is of another model or other settings.</exception>
    public GateRun(LoadedSweep sweep, string? path)
    {
        (_sweep, _settings, _path) = (sweep, sweep.Runs[0].Settings, path);
        _domain = EngineChoice.Domain(_settings.Domain);
        _kind = _settings.Evaluate.Views > 0 ? EvaluationKind.Vote : EvaluationKind.Plain;
        // What a trial depends on beside its task, seed and self-edit.
        var made =
            "# "
            + SealJson.Hash(
                new
                {
                    Format = "gate-2",
                    Model = sweep.Model.Key,
                    sweep.Engine.NumericClass,
                    Trial = InnerSeeds.Identity(_domain, _settings, _kind),
                }
            );
        if (path is not null)
        {
            UserFile.Check(path);
        }

        if (path is not null && File.Exists(path) && new FileInfo(path).Length > 0)
        {
            TakeUp(path, made);
        }
        else if (path is not null)
        {
            File.WriteAllText(path, $"{made}\n{GateTrial.Head}\n");
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
        var (next, finished) = (-1, 0);
        var clock = Stopwatch.StartNew();
        Task[] threads =
        [
            .. Enumerable
                .Range(0, Math.Min(workers, open.Length))
                .Select(_ => Task.Factory.StartNew(Work, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        // Not WaitAll, which would wrap what went wrong.
        Task.WhenAll(threads).GetAwaiter().GetResult();
        return [.. wanted.Select(cell => _done[(cell.Task.Sha256, cell.Seed, cell.Edit)])];

        void Work()
        {
            using var engine = _sweep.Engine.Create();
            var model = engine.Open(_sweep.Model, new SingleModel(_sweep.ModelFolder));
            var session = _domain.Open(_settings, model.Info);
            while (Interlocked.Increment(ref next) is var i && i < open.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                var trial = Try(model, session, open[i].Task, open[i].Edit, open[i].Seed, cancellation);
                lock (_lock)
                {
                    _done[(trial.TaskSha256, trial.Seed, trial.Edit)] = trial;
                    if (_path is not null)
                    {
                        File.AppendAllText(_path, trial.ToLine() + "\n");
                    }

                    progress(++finished, open.Length, clock.Elapsed.TotalSeconds);
                }
            }
        }
    }

    /// <summary>Reads the trials of a table, and makes it fit to be added to.</summary>
    private void TakeUp(string path, string made)
    {
        UserFile.Check(path);
        if (File.ReadLines(path).First() != made)
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"{path}: was made with another model or other settings ([inner], [evaluate], [engine], proposal.schema), whose trials are not to "
                    + $"be mixed with these, or by another build or kind of processor; give another --out."
            );
        }

        using (var file = File.Open(path, FileMode.Open))
        {
            // A line that an interruption cut short is ended, so that the next trial has one of its own.
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n')
            {
                file.WriteByte((byte)'\n');
            }
        }

        foreach (var trial in File.ReadLines(path).Select(GateTrial.Parse).OfType<GateTrial>())
        {
            _done[(trial.TaskSha256, trial.Seed, trial.Edit)] = trial;
        }
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
