using Seal.Arc.Generators;
using Seal.Arc.Generators.Checks;
using Seal.Arc.TaskSources;
using Seal.Core.Candidates;
using Seal.Core.Proposers;
using Seal.Core.Results;
using Seal.Core.Tables;

namespace Seal.Reports;

/// <summary>What is to be known of an evaluation task before a success on it is believed to mean something.</summary>
/// <param name="Id">The task.</param>
/// <param name="List">Which of the paper's lists has it; null for none.</param>
/// <param name="Families">Families that were practised and that have a rule for the task; empty out of family.</param>
/// <param name="IsKnown">Whether the task itself was there to be looked at: without it nothing is known of families.</param>
/// <param name="IsTooLong">Question and answer are longer than the model's context: everything fails.</param>
/// <param name="InContext">Solved by the model as it is under some outer seed; null where no arm asked.</param>
/// <param name="ByConstant">The train-chosen constant solves it under at least half of the inner seeds; null without a reward table.</param>
internal sealed record TaskStanding(string Id, string? List, IReadOnlyList<InFamily> Families, bool IsKnown, bool IsTooLong, bool? InContext, bool? ByConstant)
{
    public bool IsInFamily => Families.Count > 0;

    /// <summary>The evaluation tasks of a cell, in the sweep's order.</summary>
    public static IReadOnlyList<TaskStanding> Of(ReportData data, string cell)
    {
        var runs = data.Results.Runs.Where(run => run.Cell == cell).ToArray();
        var tried = runs.SelectMany(run => run.Phases.SelectMany(phase => phase.Tasks.SelectMany(task => task.Candidates.Select(candidate => (task.Task, run.Score, Candidate: candidate))))).ToLookup(item => item.Task, StringComparer.Ordinal);
        var asked = runs.Any(run => run.Phases.Any(phase => phase.Tasks.Any(task => task.Candidates.Any(IsInContext))));
        var constants = data.Runs.Where(run => run.Cell == cell && run.Arm == LookUpArms.TrainConstant).SelectMany(run => run.Phases)
            .SelectMany(phase => phase.Tasks).SelectMany(task => task.Candidates).Select(candidate => candidate.Payload).FirstOrDefault();
        var table = data.Tables.FirstOrDefault(one => one.Cell == cell);
        return
        [
            .. data.Results.Evaluation.Select(task => new TaskStanding(
                task.Id,
                PaperTasks.ListOf(task.Id),
                data.FamiliesOf(task.Id),
                data.Task(task.Id) is not null,
                tried[task.Id].Any(item => item.Candidate.Trial?["too_long"] == 1),
                asked ? tried[task.Id].Any(item => IsInContext(item.Candidate) && item.Candidate.Solves(item.Score)) : null,
                table is null || constants is null ? null : table.Mean(task.Id, constants).Solved >= 0.5)),
        ];
    }

    /// <summary>Families that a base model is pretrained on or a policy learns on; the others are there to be judged by.</summary>
    public static bool IsPractised(InFamily family) => family.Use is "training" or "pretraining" or "policy";

    /// <summary>Whether a task was generated: its family is in its name, and no family is both practised and judged by.</summary>
    public static bool IsGenerated(string id) => TaskFamilies.All.Any(family => id.StartsWith($"gen-{family.Family}-", StringComparison.Ordinal));

    private static bool IsInContext(CandidateRecord candidate) => candidate.Payload == NoneProposer.Payload;
}
