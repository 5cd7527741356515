using System.Text.Json.Serialization;
using Seal.Core.Catalogs;
using Seal.Core.Proposers;
using Seal.Core.Runs;

namespace Seal.Core.Sweeps;

/// <summary>
/// A sweep file after reading: checked and unfolded into its runs. Tasks and model are named, not yet loaded. Settings are reachable through runs
/// alone, where the cell's and the arm's own are one: there is no half of them to look at by mistake.
/// </summary>
/// <param name="Name">Names the sweep in its store: <c>^[a-z0-9][a-z0-9-]{0,62}$</c>.</param>
/// <param name="Model">Which base model.</param>
/// <param name="Tasks">Which tasks.</param>
/// <param name="Seeds">Outer seeds; each makes a run of every cell and arm.</param>
/// <param name="Arms">Where self-edits come from; arms share tasks, seeds and cached results.</param>
/// <param name="Runs">By cell, then arm, then seed, each in the order of the file.</param>
public sealed record SweepSpec(
    string Name,
    ModelSource Model,
    TaskSource Tasks,
    IReadOnlyList<long> Seeds,
    IReadOnlyList<ArmSpec> Arms,
    IReadOnlyList<RunPlan> Runs
)
{
    /// <summary>The same sweep with some of its arms, under another name.</summary>
    public SweepSpec Only(string name, Func<ArmSpec, bool> wanted) =>
        this with
        {
            Name = name,
            Arms = [.. Arms.Where(wanted)],
            Runs = SweepPlan.Named([.. Runs.Where(run => wanted(run.Arm))]),
        };
}

/// <param name="Path">Folder of the base model, absolute; empty with the fake engine if none was named. Identity comes from the content, never from
/// this.</param>
public sealed record ModelSource(string Path);

/// <summary>Where tasks come from.</summary>
/// <param name="Kind"><c>generated</c>, or <c>files</c>.</param>
/// <param name="Path">With <c>files</c>: folders or files of tasks, absolute.</param>
/// <param name="Train">With <c>files</c>: ids of the training tasks.</param>
/// <param name="Evaluate">With <c>files</c>: ids of the evaluation tasks.</param>
/// <param name="TrainCount">With <c>generated</c>: number of training tasks; with <c>files</c> the first so many, where the domain counts them
/// (<see cref="Domains.IDomain.CountsFiles"/>).</param>
/// <param name="EvaluateCount">As <paramref name="TrainCount"/>, of evaluation tasks.</param>
/// <param name="TrainFamilies">With <c>generated</c>: generator families of the training tasks; null for the domain's choice.</param>
/// <param name="EvaluateFamilies">With <c>generated</c>: families of the evaluation tasks; null for the domain's choice.</param>
/// <param name="Seed">With <c>generated</c>: seed of the tasks (not an outer seed: all runs share the tasks).</param>
/// <param name="MaxSide">With <c>generated</c>: longest grid side, 3..30.</param>
/// <param name="FreshCount">
/// With <c>generated</c>: number of evaluation tasks of the training families, drawn apart from the training tasks: none of them is one of those,
/// or a twin of one.
/// </param>
/// <param name="EvaluateDraw">With <c>files</c>: so many further evaluation tasks, drawn by <paramref name="Seed"/> from all that are there,
/// whatever they are like.</param>
public sealed record TaskSource(
    string Kind,
    IReadOnlyList<string> Path,
    IReadOnlyList<string> Train,
    IReadOnlyList<string> Evaluate,
    int TrainCount,
    int EvaluateCount,
    IReadOnlyList<string>? TrainFamilies,
    IReadOnlyList<string>? EvaluateFamilies,
    long Seed,
    int MaxSide,
    int EvaluateDraw = 0,
    int FreshCount = 0
)
{
    /// <summary>With <c>files</c>: ids of the tasks that a gate asks every version of the policy.</summary>
    public IReadOnlyList<string> Retention { get; init; } = [];

    /// <summary>With <c>generated</c>: so many tasks for the gate, of the training families and drawn apart from all others.</summary>
    public int RetentionCount { get; init; }
}

/// <summary>A proposer under a name: one row of the table.</summary>
/// <param name="Name"><c>^[a-z0-9][a-z0-9-]{0,62}$</c>.</param>
/// <param name="Proposer">
/// <c>policy</c>, <c>constant</c>, <c>random</c>, <c>file</c>, <c>grid</c>, <c>none</c> (in-context: nothing is trained), <c>table</c> (the reward
/// table).
/// </param>
/// <param name="Edit">With <c>constant</c>: the self-edit's text.</param>
/// <param name="Edits">With <c>file</c>: the self-edits; documents and messages hold their hash alone.</param>
/// <param name="Set">
/// Settings that this arm alone has, by full key in canonical spelling, e.g. <c>reward.source</c> → <c>shuffled</c>; null for none. Part of the
/// run's identity; they are in
/// <see cref="RunPlan.Settings"/> already and are never read again.
/// </param>
/// <param name="Seeds">Outer seeds of this arm where it does not run under all of the sweep's; null for all.</param>
/// <param name="Method">
/// One of <see cref="RunMethods.Names"/>: how the arm learns; null for <c>seal</c> where the policy proposes and <c>fixed</c> else, and then left out
/// where arms are written.
/// </param>
public sealed record ArmSpec(
    string Name,
    string Proposer,
    string? Edit = null,
    ArmEdits? Edits = null,
    IReadOnlyDictionary<string, string>? Set = null,
    IReadOnlyList<long>? Seeds = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Method = null
)
{
    /// <summary>The proposer itself.</summary>
    /// <exception cref="SweepException">There is none of this name.</exception>
    [JsonIgnore]
    public IProposer Source => Catalog.Current.Proposer(Proposer);
}

/// <summary>One point of the grid: its name and what it was made from. What its runs run with is <see cref="RunPlan.Settings"/>.</summary>
/// <param name="Name">From its values, never from its place: <c>base</c> without axes, else e.g. <c>inner-rank-8-temperature-0p8</c>; unique,
/// store-safe.</param>
/// <param name="Values">The axis values by key, in one spelling however they were written.</param>
public sealed record CellSpec(string Name, IReadOnlyDictionary<string, string> Values);
