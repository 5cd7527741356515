using Seal.Core.Candidates;
using Seal.Core.Catalogs;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Gates;
using Seal.Core.Rewards;
using Seal.Core.Updates;

namespace Seal.Core.Sweeps.Reading;

/// <summary>One key of <see cref="RunSettings"/> as it stands in a sweep file.</summary>
/// <param name="Section">Table, e.g. <c>inner</c>.</param>
/// <param name="Name">Key in the table, e.g. <c>rank</c>.</param>
/// <param name="Rule">What the value may be.</param>
/// <param name="Apply">Puts a value read by the rule into the settings.</param>
internal sealed record SettingKey(string Section, string Name, Rule Rule, Func<RunSettings, object, RunSettings> Apply)
{
    public string Full => $"{Section}.{Name}";
}

/// <summary>The keys that make up a cell; each may be listed to make an axis. A new setting is one more line here.</summary>
internal static class SettingKeys
{
    private static readonly string[] Projections = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    private static readonly Rule Delta = Rule.Word(("lora", DeltaKind.Lora), ("full", DeltaKind.Full));

    public static RunSettings Defaults { get; } = new("arc", new(), new(), new(), new(), new(), new());

    public static IReadOnlyList<SettingKey> All { get; } =
    [
        Engine("kind", Rule.Word("torch", "fake"), (s, v) => s with { Kind = (string)v }),
        Engine("dtype", Rule.Word("fp32", "bf16"), (s, v) => s with { Dtype = (string)v == "fp32" ? null : (string)v }),
        Proposal("schema", Rule.Name, (s, v) => s with { Schema = (string)v }),
        Proposal("candidates", Rule.Whole(1, ProposalSettings.MostCandidates), (s, v) => s with { Candidates = (int)v }),
        Proposal("evaluation_candidates", Rule.Whole(1, ProposalSettings.MostCandidates), (s, v) => s with { EvaluationCandidates = (int)v }),
        Proposal("temperature", Rule.Number(0, 10, open: true), (s, v) => s with { Temperature = (double)v }),
        Proposal("top_p", Rule.Number(0, 1, open: true), (s, v) => s with { TopP = (double)v == 1 ? null : (double)v }),
        Proposal("max_new_tokens", Rule.Whole(1, 4096), (s, v) => s with { MaxNewTokens = (int)v }),
        Proposal("grammar", Rule.Truth, (s, v) => s with { Grammar = (bool)v }),
        Proposal("distinct", Rule.Truth, (s, v) => s with { Distinct = (bool)v }),
        Proposal("max_redraws", Rule.Whole(0, 64), (s, v) => s with { MaxRedraws = (int)v }),
        Proposal(Template, Rule.Text, (s, v) => s with { Template = (string)v }),
        Proposal("table_edits", Rule.Whole(1, 65536), (s, v) => s with { TableEdits = (int)v }),
        Inner("base", Rule.Word("policy", InnerSettings.Frozen), (s, v) => s with { Base = (string)v }),
        Inner("delta", Delta, (s, v) => s with { Delta = (DeltaKind)v }),
        Inner("rank", Rule.Whole(1, 1024), (s, v) => s with { Rank = (int)v }),
        Inner("alpha", Rule.Number(0, 65536, open: true), (s, v) => s with { Alpha = (double)v }),
        Inner("targets", Rule.Words(Projections), (s, v) => s with { Targets = (string[])v }),
        Inner("batch", Rule.Whole(1, 64), (s, v) => s with { Batch = (int)v }),
        Inner("warmup_steps", Rule.Whole(0, 100_000), (s, v) => s with { WarmupSteps = (int)v }),
        Inner("gradient_clip", Rule.Number(0, 1e6), (s, v) => s with { GradientClip = (double)v }),
        Inner("max_texts", Rule.Whole(1, 100_000), (s, v) => s with { MaxTexts = (int)v }),
        Inner("max_steps", Rule.Whole(1, 1_000_000), (s, v) => s with { MaxSteps = (int)v }),
        Inner("max_tokens", Rule.Whole(1, 1_048_576), (s, v) => s with { MaxTokens = (int)v }),
        Inner("max_grid_side", Rule.Whole(1, 64), (s, v) => s with { MaxGridSide = (int)v }),
        Inner("pack_size", Rule.Whole(1, 64), (s, v) => s with { PackSize = (int)v }),
        Inner("seeds", Rule.Whole(0, 64), (s, v) => s with { Seeds = (int)v }),
        Inner("stop_below_loss", Rule.Number(0, 100), (s, v) => s with { StopBelowLoss = (double)v }),
        Inner("stop_after_steps", Rule.Whole(1, 10_000), (s, v) => s with { StopAfterSteps = (int)v }),
        Reward("source", Rule.Named(Catalog.Current.Rewards.Select(reward => reward.Name)), (s, v) => s with { Source = (string)v }),
        Reward("threshold", Rule.Number(-1e9, 1e9), (s, v) => s with { Threshold = (double)v }),
        Reward("trials", Rule.Whole(1, 16), (s, v) => s with { Trials = (int)v == 1 ? null : (int)v }),
        Update("rule", Rule.Named(Catalog.Current.Rules.Select(rule => rule.Name)), (s, v) => s with { Rule = (string)v }),
        Update("best", Rule.Whole(1, 1024), (s, v) => s with { Best = (int)v == 1 ? null : (int)v }),
        Update("rounds", Rule.Whole(0, 1000), (s, v) => s with { Rounds = (int)v }),
        Update("delta", Delta, (s, v) => s with { Delta = (DeltaKind)v }),
        Update("rank", Rule.Whole(1, 1024), (s, v) => s with { Rank = (int)v }),
        Update("alpha", Rule.Number(0, 65536, open: true), (s, v) => s with { Alpha = (double)v }),
        Update("targets", Rule.Words(Projections), (s, v) => s with { Targets = (string[])v }),
        Update("training_epochs", Rule.Whole(1, 1000), (s, v) => s with { TrainingEpochs = (int)v }),
        Update("batch", Rule.Whole(1, 1024), (s, v) => s with { Batch = (int)v }),
        Update("learning_rate", Rule.Number(0, 1, open: true), (s, v) => s with { LearningRate = (double)v }),
        Update("warmup_steps", Rule.Whole(0, 100_000), (s, v) => s with { WarmupSteps = (int)v }),
        Update("gradient_clip", Rule.Number(0, 1e6), (s, v) => s with { GradientClip = (double)v }),
        Update("deduplicate", Rule.Truth, (s, v) => s with { Deduplicate = (bool)v }),
        Update("augment", Rule.Word([.. UpdateSettings.Augmentations]), (s, v) => s with { Augment = (string)v == "none" ? null : (string)v }),
        Update(
            "tokens",
            Rule.Word(["all", UpdateSettings.Choices]),
            (s, v) => s with { Tokens = (string)v == UpdateSettings.Choices ? UpdateSettings.Choices : null }
        ),
        Evaluate(
            "when",
            Rule.Word(("ends", EvaluateWhen.Ends), ("every", EvaluateWhen.Every), ("last", EvaluateWhen.Last), ("never", EvaluateWhen.Never)),
            (s, v) => s with { When = (EvaluateWhen)v }
        ),
        Evaluate("views", Rule.Whole(0, 64), (s, v) => s with { Views = (int)v }),
        Evaluate("decode", Rule.Word("all", "unsettled"), (s, v) => s with { Decode = (string)v }),
        Evaluate("demonstrations", Rule.Truth, (s, v) => s with { Demonstrations = (bool)v }),
        Evaluate("show", Rule.Truth, (s, v) => s with { Show = (bool)v }),
        Evaluate("cross", Rule.Truth, (s, v) => s with { Cross = (bool)v }),
        Evaluate("again", Rule.Truth, (s, v) => s with { Again = (bool)v }),
        Evaluate("score", Rule.Word([.. Scores.Names]), (s, v) => s with { Score = (string)v == Scores.Exact ? null : (string)v }),
        Gate("retention_margin", Rule.Number(0, 1, open: true), (s, v) => s with { RetentionMargin = (double)v }),
        Gate(
            "retention_measure",
            Rule.Word((Scores.Exact, ObservationNames.Exact), ("token-accuracy", ObservationNames.TokenAccuracy)),
            (s, v) => s with { RetentionMeasure = (string)v }
        ),
        Gate("group_margin", Rule.Number(0, 1, open: true), (s, v) => s with { GroupMargin = (double)v }),
        Gate("largest_share", Rule.Number(0, 1, open: true), (s, v) => s with { LargestShare = (double)v }),
        Gate("validity_margin", Rule.Number(0, 1, open: true), (s, v) => s with { ValidityMargin = (double)v }),
        Gate("drift_margin", Rule.Number(0, 100, open: true), (s, v) => s with { DriftMargin = (double)v }),
        Gate("min_cases", Rule.Whole(1, 100_000), (s, v) => s with { MinCases = (int)v }),
        Gate("confidence", Rule.Number(0.5, 0.9999), (s, v) => s with { Confidence = (double)v }),
        Gate("rollback_after", Rule.Whole(0, 1000), (s, v) => s with { RollbackAfter = (int)v == 0 ? null : (int)v }),
        Gate("hazards", Rule.Words(["all", "none", .. Hazards.Names]), (s, v) => s with { Hazards = Watched((string[])v) }),
        // Last: without rules there is no gate, whatever else is set.
        new("gate", "rules", Rule.Words(["none", "strict", .. GateRules.Names]), (s, v) => s with { Gate = Gated(s.Gate ?? new([]), (string[])v) }),
    ];

    /// <summary>The key whose value is the path of a file; the settings take the file's text.</summary>
    public const string Template = "template";

    /// <summary>The keys of sweeps of a domain: all of the project's that it reads, and its own.</summary>
    /// <param name="domain">Null where it is not known: what it reads is then checked by whoever knows it.</param>
    public static IReadOnlyList<SettingKey> Of(IDomain? domain) =>
        domain is null
            ? All
            :
            [
                .. All.Where(key => !IDomain.SharedKeys.Contains(key.Full) || domain.Reads.Contains(key.Full)),
                .. domain.Settings.Select(setting => setting.Key(domain.Id)),
            ];

    /// <summary>What holds where a file says nothing.</summary>
    public static RunSettings DefaultsOf(string id, IDomain? domain) =>
        Defaults with
        {
            Domain = id,
            // No votes where nobody reads how many.
            Evaluate = domain is null || domain.Reads.Contains("evaluate.views") ? Defaults.Evaluate : Defaults.Evaluate with { Views = 0 },
        };

    /// <summary>
    /// The key's name in cell names: without its section where no other section has it. Decided over all keys, not over the axes of one
    /// file, so that one more axis leaves the other parts of the names alone.
    /// </summary>
    public static string Short(SettingKey key) =>
        (All.Count(other => other.Name == key.Name) is 1 && All.Contains(key) ? key.Name : $"{key.Section}-{key.Name}").Replace('_', '-');

    private static SettingKey Engine(string name, Rule rule, Func<EngineSettings, object, EngineSettings> apply) =>
        new("engine", name, rule, (s, v) => s with { Engine = apply(s.Engine, v) });

    private static SettingKey Proposal(string name, Rule rule, Func<ProposalSettings, object, ProposalSettings> apply) =>
        new("proposal", name, rule, (s, v) => s with { Proposal = apply(s.Proposal, v) });

    private static SettingKey Inner(string name, Rule rule, Func<InnerSettings, object, InnerSettings> apply) =>
        new("inner", name, rule, (s, v) => s with { Inner = apply(s.Inner, v) });

    private static SettingKey Reward(string name, Rule rule, Func<RewardSettings, object, RewardSettings> apply) =>
        new("reward", name, rule, (s, v) => s with { Reward = apply(s.Reward, v) });

    private static SettingKey Update(string name, Rule rule, Func<UpdateSettings, object, UpdateSettings> apply) =>
        new("update", name, rule, (s, v) => s with { Update = apply(s.Update, v) });

    private static GateSettings? Gated(GateSettings gate, string[] rules) =>
        rules is ["none"]
            ? null
            : gate with
            {
                Rules = [.. GateRules.Names.Where(name => rules.Contains(name) || (rules.Contains("strict") && GateRules.Strict.Contains(name)))],
            };

    private static string[]? Watched(string[] names) =>
        names.Contains("all") || Hazards.Names.All(names.Contains) ? null : [.. Hazards.Names.Intersect(names)];

    private static SettingKey Gate(string name, Rule rule, Func<GateSettings, object, GateSettings> apply) =>
        new("gate", name, rule, (s, v) => s with { Gate = apply(s.Gate ?? new([]), v) });

    private static SettingKey Evaluate(string name, Rule rule, Func<EvaluateSettings, object, EvaluateSettings> apply) =>
        new("evaluate", name, rule, (s, v) => s with { Evaluate = apply(s.Evaluate, v) });
}
