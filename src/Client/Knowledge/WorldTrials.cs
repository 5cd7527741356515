using System.Globalization;
using Seal.Client.Gates;
using Seal.Client.Sweeps;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Programs;

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

/// <summary>Tries self-edits on passages and keeps each result as a line.</summary>
internal sealed class WorldTrials
{
    private readonly LoadedSweep _sweep;
    private readonly TrialTable _table;
    private readonly Dictionary<(string, int, string), WorldTrial> _done = [];

    /// <param name="sweep">Settings of its first run, and its model.</param>
    /// <param name="path">Table to go on from and add to; null to keep nothing.</param>
    /// <exception cref="CommandException">The table is of another model or of other settings.</exception>
    public WorldTrials(LoadedSweep sweep, string? path)
    {
        (_sweep, _table) = (sweep, new TrialTable(path));
        foreach (
            var trial in _table.TakeUp(sweep, "knowledge-1", EvaluationKind.Plain, WorldTrial.Head).Select(WorldTrial.Parse).OfType<WorldTrial>()
        )
        {
            _done[(trial.Task, trial.Seed, trial.Edit)] = trial;
        }
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
        var finished = 0;
        _table.Run(
            _sweep,
            open,
            workers,
            (model, session, cell) => Try(model, session, cell.Task, cell.Edit, cell.Seed, cancellation),
            trial =>
            {
                _done[(trial.Task, trial.Seed, trial.Edit)] = trial;
                progress(++finished, open.Length);
                return trial.ToLine();
            },
            cancellation
        );
        return [.. wanted.Select(cell => _done[(cell.Task.Id, cell.Seed, cell.Edit)])];
    }

    /// <summary>Share of background questions that the model answers.</summary>
    public double Background(CancellationToken cancellation)
    {
        using var engine = _sweep.Engine.Create();
        return WorldGate.Background(engine.Open(_sweep.Model, new SingleModel(_sweep.ModelFolder)), cancellation);
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
