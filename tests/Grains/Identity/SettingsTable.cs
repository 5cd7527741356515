using Seal.Core.Domains;
using Seal.Core.Gates;
using Seal.Core.Runs;
using Seal.Core.Sweeps;

namespace Seal.Grains.Tests.Identity;

/// <summary>What a field of a run may change.</summary>
[Flags]
internal enum Changes
{
    Nothing = 0,

    /// <summary>The sweep: another one under the same name is refused.</summary>
    Sweep = 1,

    /// <summary>The cache key of a trial that is judged by the plain view.</summary>
    PlainKey = 2,

    /// <summary>The cache key of a trial that is judged by votes.</summary>
    VoteKey = 4,

    /// <summary>What the run's method asks for: phases, how many self-edits, from which weights, how trials are judged.</summary>
    Phases = 8,

    /// <summary>The training that a self-edit asks for.</summary>
    InnerLoop = 16,

    /// <summary>The prompt for a self-edit.</summary>
    Prompt = 32,

    /// <summary>The training of the policy.</summary>
    Update = 64,

    Keys = PlainKey | VoteKey,
    Trial = Sweep | Keys | InnerLoop,
}

/// <summary>
/// Every field of what makes a run, and what must change with it. A new setting is a new line: <see cref="SettingsTableTests"/> names it until it
/// is here. A line that says too little mixes results that are not the same; one that says too much computes twice.
/// </summary>
internal static class SettingsTable
{
    /// <param name="Path">The field.</param>
    /// <param name="Changes">What another value of it must change; everything else must stay.</param>
    /// <param name="Value">The other value, where not any will do.</param>
    internal sealed record Line(string Path, Changes Changes, object? Value = null);

    public static IReadOnlyList<Line> All { get; } =
    [
        // Names alone: a trial is the same whoever asks for it.
        new("run.sweep", Changes.Sweep),
        new("run.run", Changes.Sweep),
        new("cell", Changes.Sweep),
        new("run.fork", Changes.Nothing),
        // The outer seed gives the inner seeds, the draws and the update's order.
        new("run.seed", Changes.Trial | Changes.Update),
        new("run.numericClass", Changes.Sweep | Changes.Keys),
        new("model.baseSha256", Changes.Sweep | Changes.Keys),
        new("model.adapters", Changes.Sweep | Changes.Keys, new[] { "aa" }),
        new("task.id", Changes.Trial),
        new("task.sha256", Changes.Sweep | Changes.Keys),
        // Rows are made by a task's groups; no trial knows them.
        new("task.labels", Changes.Sweep, new TaskLabels("family", "kind")),
        new("task.groups", Changes.Sweep, "size=small"),
        // A self-edit is no part of a sweep: it is found by one.
        new("edit.payload", Changes.Keys | Changes.InnerLoop | Changes.Update, SettingsTableTests.OtherEdit),
        // Whoever proposes, the trial is the same.
        new("run.arm.name", Changes.Sweep),
        new("run.arm.proposer", Changes.Sweep | Changes.Phases, "random"),
        new("run.arm.edit", Changes.Sweep),
        new("run.arm.edits", Changes.Sweep, new ArmEdits("aa")),
        new("run.arm.set", Changes.Sweep, new Dictionary<string, string> { ["reward.source"] = "\"exact\"" }),
        new("run.arm.seeds", Changes.Sweep, new long[] { 1 }),
        new("run.arm.method", Changes.Sweep | Changes.Phases, "fixed"),
        // The engine enters the key by its numeric class.
        new("run.settings.engine.kind", Changes.Sweep),
        new("run.settings.engine.dtype", Changes.Sweep, "bf16"),
        new("run.settings.domain", Changes.Sweep | Changes.Keys),
        // A domain that forgets one of its own settings must not mix trials.
        new("run.settings.own", Changes.Sweep | Changes.Keys, """{"length":7}"""),
        new("run.settings.proposal.schema", Changes.Trial, "mini-core"),
        new("run.settings.proposal.candidates", Changes.Sweep | Changes.Phases),
        new("run.settings.proposal.evaluationCandidates", Changes.Sweep | Changes.Phases),
        new("run.settings.proposal.temperature", Changes.Sweep),
        new("run.settings.proposal.topP", Changes.Sweep, 0.5),
        new("run.settings.proposal.maxNewTokens", Changes.Sweep | Changes.Prompt | Changes.Update, 2000),
        new("run.settings.proposal.grammar", Changes.Sweep),
        new("run.settings.proposal.distinct", Changes.Sweep),
        new("run.settings.proposal.maxRedraws", Changes.Sweep),
        new("run.settings.proposal.template", Changes.Sweep | Changes.Prompt | Changes.Update, "<bos>{demonstrations}<eos><edit>"),
        new("run.settings.proposal.tableEdits", Changes.Sweep),
        // The base of a trial is named in its job, as a model.
        new("run.settings.inner.base", Changes.Sweep | Changes.Phases, "frozen"),
        new("run.settings.inner.delta", Changes.Trial),
        new("run.settings.inner.rank", Changes.Trial),
        new("run.settings.inner.alpha", Changes.Trial),
        new("run.settings.inner.targets", Changes.Trial, new[] { "q_proj" }),
        new("run.settings.inner.batch", Changes.Trial),
        new("run.settings.inner.warmupSteps", Changes.Trial),
        new("run.settings.inner.gradientClip", Changes.Trial),
        new("run.settings.inner.maxTexts", Changes.Trial),
        new("run.settings.inner.maxSteps", Changes.Trial, 1),
        new("run.settings.inner.maxTokens", Changes.Trial, 10),
        new("run.settings.inner.maxGridSide", Changes.Trial, 1),
        // A pack's composition is in the key; a pack of one is the same in packs of any size.
        new("run.settings.inner.packSize", Changes.Sweep),
        new("run.settings.inner.seeds", Changes.Trial),
        new("run.settings.inner.stopBelowLoss", Changes.Trial),
        new("run.settings.inner.stopAfterSteps", Changes.Trial),
        // A reward by votes has training tasks judged by votes too.
        new("run.settings.reward.source", Changes.Sweep | Changes.Phases, "vote-top-1"),
        new("run.settings.reward.threshold", Changes.Sweep),
        new("run.settings.reward.trials", Changes.Sweep | Changes.Phases, 3),
        new("run.settings.update.rule", Changes.Sweep),
        new("run.settings.update.best", Changes.Sweep, 2),
        new("run.settings.update.rounds", Changes.Sweep | Changes.Phases),
        new("run.settings.update.delta", Changes.Sweep | Changes.Update),
        new("run.settings.update.rank", Changes.Sweep | Changes.Update),
        new("run.settings.update.alpha", Changes.Sweep | Changes.Update),
        new("run.settings.update.targets", Changes.Sweep | Changes.Update, new[] { "q_proj" }),
        new("run.settings.update.trainingEpochs", Changes.Sweep | Changes.Update),
        new("run.settings.update.batch", Changes.Sweep | Changes.Update, 1),
        new("run.settings.update.learningRate", Changes.Sweep | Changes.Update, 1e-3),
        new("run.settings.update.warmupSteps", Changes.Sweep | Changes.Update),
        new("run.settings.update.gradientClip", Changes.Sweep | Changes.Update),
        new("run.settings.update.deduplicate", Changes.Sweep),
        new("run.settings.update.augment", Changes.Sweep | Changes.Update, "colours"),
        new("run.settings.update.tokens", Changes.Sweep | Changes.Update, "choices"),
        new("run.settings.evaluate.when", Changes.Sweep | Changes.Phases, EvaluateWhen.Every),
        new("run.settings.evaluate.views", Changes.Sweep | Changes.VoteKey),
        new("run.settings.evaluate.decode", Changes.Sweep | Changes.VoteKey, "unsettled"),
        new("run.settings.evaluate.demonstrations", Changes.Sweep | Changes.Keys),
        new("run.settings.evaluate.show", Changes.Sweep | Changes.Phases),
        new("run.settings.evaluate.score", Changes.Sweep | Changes.Phases, "vote-top-2"),
        new("run.settings.evaluate.cross", Changes.Sweep | Changes.Phases),
        new("run.settings.evaluate.again", Changes.Sweep | Changes.Phases),
        new("run.settings.moves", Changes.Sweep | Changes.Phases, new[] { new PolicyMove(1, 0, "ann", "why") }),
        new("run.settings.gate", Changes.Sweep | Changes.Phases, new GateSettings(GateRules.Names)),
    ];
}
