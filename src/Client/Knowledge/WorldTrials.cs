using System.Globalization;
using System.Text;
using Seal.Client.Sweeps;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Files;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Sweeps;

namespace Seal.Client.Knowledge;

/// <summary>One self-edit tried on one passage.</summary>
/// <param name="Task">Task id.</param>
/// <param name="Seed">Number of the inner seed, from 1.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="Tokens">Training tokens.</param>
/// <param name="Right">One character for each question, those in other words last: <c>1</c> where it was answered.</param>
/// <param name="Edit">The self-edit.</param>
internal sealed record WorldTrial(string Task, int Seed, int Steps, long Tokens, string Right, string Edit)
{
    public const string Head = "task\tseed\tsteps\ttokens\tright\tedit";

    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Task}\t{Seed}\t{Steps}\t{Tokens}\t{Right}\t{Edit}");

    /// <summary>The trial of a line; null where it is none, as the last line of an interrupted run may be.</summary>
    public static WorldTrial? Parse(string line)
    {
        var fields = line.Split('\t');
        return
            fields.Length == 6
            && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var steps)
            && long.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var tokens)
            ? new WorldTrial(fields[0], seed, steps, tokens, fields[4], fields[5])
            : null;
    }
}

/// <summary>Tries self-edits on passages, several workers side by side, and keeps each result as a line: what is there already is not tried
/// again.</summary>
internal sealed class WorldTrials
{
    private readonly LoadedSweep _sweep;
    private readonly RunSettings _settings;
    private readonly string? _path;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string, int, string), WorldTrial> _done = [];

    /// <param name="sweep">Settings of its first run, and its model.</param>
    /// <param name="path">Table to go on from and add to; null to keep nothing.</param>
    /// <exception cref="CommandException">The table is of another model or of other settings.</exception>
    public WorldTrials(LoadedSweep sweep, string? path)
    {
        (_sweep, _settings, _path) = (sweep, sweep.Runs[0].Settings, path);
        if (path is null)
        {
            return;
        }

        var identity = InnerSeeds.Identity(EngineChoice.Domain(_settings.Domain), _settings, EvaluationKind.Plain);
        var made =
            "# "
            + SealJson.Hash(
                new
                {
                    Format = "knowledge-1",
                    Model = sweep.Model.Key,
                    sweep.Engine.NumericClass,
                    Trial = identity,
                }
            );
        UserFile.Check(path);
        if (!File.Exists(path))
        {
            File.WriteAllText(path, $"{made}\n{WorldTrial.Head}\n");
        }

        string[] lines = File.ReadAllLines(path);
        if (lines.FirstOrDefault() != made)
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"{path}: was made with another model, other settings or another build; give another --out."
            );
        }

        foreach (var trial in lines.Select(WorldTrial.Parse).OfType<WorldTrial>())
        {
            _done[(trial.Task, trial.Seed, trial.Edit)] = trial;
        }

        // A line that an interruption cut short is left out.
        File.WriteAllText(
            path,
            new StringBuilder()
                .AppendLine(made)
                .AppendLine(WorldTrial.Head)
                .AppendJoin('\n', _done.Values.Select(one => one.ToLine()))
                .Append(_done.Count > 0 ? "\n" : "")
                .ToString()
        );
    }

    /// <param name="passages">Passages.</param>
    /// <param name="edits">Canonical self-edits.</param>
    /// <param name="seeds">Inner seeds of each.</param>
    /// <param name="workers">Trials at a time.</param>
    /// <param name="progress">Told after each trial: done, of how many.</param>
    /// <param name="cancellation">Ends it; what is done is kept.</param>
    public IReadOnlyList<WorldTrial> Run(
        IReadOnlyList<TaskDocument> passages,
        IReadOnlyList<string> edits,
        int seeds,
        int workers,
        Action<int, int> progress,
        CancellationToken cancellation
    )
    {
        var wanted = (
            from seed in Enumerable.Range(1, seeds)
            from passage in passages
            from edit in edits
            select (Task: passage, Seed: seed, Edit: edit)
        ).ToArray();
        var open = wanted.Where(cell => !_done.ContainsKey((cell.Task.Id, cell.Seed, cell.Edit))).ToArray();
        var (next, finished) = (-1, 0);
        Task[] threads =
        [
            .. Enumerable
                .Range(0, Math.Min(workers, open.Length))
                .Select(_ => Task.Factory.StartNew(Work, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        Task.WhenAll(threads).GetAwaiter().GetResult();
        return [.. wanted.Select(cell => _done[(cell.Task.Id, cell.Seed, cell.Edit)])];

        void Work()
        {
            using var engine = _sweep.Engine.Create();
            var model = engine.Open(_sweep.Model, new SingleModel(_sweep.ModelFolder));
            var session = EngineChoice.Domain(_settings.Domain).Open(_settings, model.Info);
            while (Interlocked.Increment(ref next) is var i && i < open.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                var trial = Try(model, session, open[i].Task, open[i].Edit, open[i].Seed, cancellation);
                lock (_lock)
                {
                    _done[(trial.Task, trial.Seed, trial.Edit)] = trial;
                    if (_path is not null)
                    {
                        File.AppendAllText(_path, trial.ToLine() + "\n");
                    }

                    progress(++finished, open.Length);
                }
            }
        }
    }

    /// <summary>Share of background questions that the model answers.</summary>
    public double Background(CancellationToken cancellation)
    {
        using var engine = _sweep.Engine.Create();
        var level = _sweep.Training[0].Id.StartsWith("passage-2", StringComparison.Ordinal) ? 2 : 1;
        return WorldGate.Background(engine.Open(_sweep.Model, new SingleModel(_sweep.ModelFolder)), level, cancellation);
    }

    private static WorldTrial Try(
        IModelHandle model,
        IDomainSession session,
        TaskDocument task,
        string edit,
        int number,
        CancellationToken cancellation
    )
    {
        using var runner = new TrialRunner(session, model, task);
        var (trial, seen) = runner.Run(edit, InnerSeeds.For(1, task.Id, edit, number), EvaluationKind.Plain, cancellation);
        if (seen?.Predictions is not { } right)
        {
            throw new CommandException(ExitCode.Failures, $"{task.Id}: '{edit}': {trial.Failure}");
        }

        return new WorldTrial(task.Id, number, trial.Losses.Length, trial.Tokens, SealJson.Parse<string>(right), edit);
    }
}
