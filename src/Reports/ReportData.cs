using Seal.Arc.Evaluation;
using Seal.Arc.Generators.Checks;
using Seal.Arc.Tasks;
using Seal.Core.Candidates;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Results;
using Seal.Core.Tables;

namespace Seal.Reports;

/// <summary>Where a report reads what results only refer to.</summary>
public interface IReportFiles
{
    /// <summary>Content-addressed bytes, or null where they are not to be had: the report then does without.</summary>
    byte[]? Blob(string sha256);
}

/// <summary>What all sections look at.</summary>
internal sealed class ReportData
{
    private readonly IReportFiles _files;
    private readonly Dictionary<string, ArcTask?> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<InFamily>> _families = new(StringComparer.Ordinal);

    public ReportData(SweepResults results, IReportFiles files)
    {
        (Results, _files) = (results, files);
        Tables = RewardTable.Of(results);
        Runs = [.. results.Runs, .. LookUpArms.Of(results)];
        Rows = ResultTable.Of(Runs);
        Cells = [.. Rows.Select(row => row.Cell).Distinct(StringComparer.Ordinal)];
        Learners =
        [
            .. results
                .Runs.Where(run => run.IsTrained)
                .GroupBy(run => (run.Cell, run.Arm))
                .Select(group => new Learner(group.Key.Cell, group.Key.Arm, [.. group])),
        ];
    }

    public SweepResults Results { get; }

    /// <summary>Runs, and look-ups in the reward table as if they were runs.</summary>
    public IReadOnlyList<RunRecord> Runs { get; }

    public IReadOnlyList<ResultRow> Rows { get; }

    public IReadOnlyList<RewardTable> Tables { get; }

    public IReadOnlyList<string> Cells { get; }

    /// <summary>Arms that are trained.</summary>
    public IReadOnlyList<Learner> Learners { get; }

    /// <summary>An arm's name with its cell, where there are several.</summary>
    public string Name(string cell, string arm) => Cells.Count > 1 ? $"{cell} · {arm}" : arm;

    public TrialDetails? Details(CandidateRecord candidate) =>
        candidate.Trial?.Details is { } sha256 && _files.Blob(sha256) is { } bytes ? SealJson.Parse<TrialDetails>(bytes) : null;

    public static Predictions? PredictionsOf(TrialDetails? details) => details?.Predictions is { } json ? SealJson.Parse<Predictions>(json) : null;

    /// <summary>The task itself; null where the store no longer has it, or it is not of the ARC domain.</summary>
    public ArcTask? Task(string id)
    {
        if (!_tasks.TryGetValue(id, out var task))
        {
            _tasks[id] = task = Read(id);
        }

        return task;
    }

    /// <summary>Practised families that have a rule for the task; for a generated task its own, if it is practised.</summary>
    public IReadOnlyList<InFamily> FamiliesOf(string id)
    {
        if (!_families.TryGetValue(id, out var families))
        {
            _families[id] = families = [
                .. (
                    TaskStanding.FamilyOf(id) is { } own ? [own]
                    : Task(id) is { } task ? FamilyCheck.Families(task)
                    : []
                ).Where(TaskStanding.IsPractised),
            ];
        }

        return families;
    }

    /// <summary>The runs of a cell, with these evaluation tasks alone.</summary>
    public IReadOnlyList<RunRecord> On(string cell, IReadOnlyCollection<string> tasks)
    {
        var kept = tasks.ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Runs.Where(run => run.Cell == cell)
                .Select(run =>
                    run with
                    {
                        Phases = [.. run.Phases.Select(phase => phase with { Tasks = [.. phase.Tasks.Where(task => kept.Contains(task.Task))] })],
                    }
                ),
        ];
    }

    private ArcTask? Read(string id)
    {
        var reference = Results.Tasks.FirstOrDefault(task => task.Id == id);
        if (reference is null || _files.Blob(reference.Sha256) is not { } bytes)
        {
            return null;
        }

        try
        {
            return ArcTaskJson.Parse(id, System.Text.Encoding.UTF8.GetString(bytes));
        }
        catch (Exception other) when (other is FormatException or Core.Sweeps.SweepException or System.Text.Json.JsonException)
        {
            return null;
        }
    }
}

/// <param name="Runs">One per outer seed.</param>
internal sealed record Learner(string Cell, string Arm, IReadOnlyList<RunRecord> Runs);
