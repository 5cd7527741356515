using Seal.Core.Catalogs;
using Seal.Core.Jobs;
using Seal.Core.Proposers;
using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>A method as sweeps name it.</summary>
/// <param name="Name">In sweep files (<c>[[arms]] method</c>).</param>
/// <param name="Method">The method by itself; evaluations and checks are put around it.</param>
/// <param name="Learns">Whether it trains the policy.</param>
public sealed record NamedMethod(string Name, IRunMethod Method, bool Learns);

/// <summary>Which method an arm has.</summary>
public static class RunMethods
{
    /// <summary>What an arm has whose policy proposes, unless it names another.</summary>
    public const string Seal = "seal";

    /// <summary>What an arm has whose proposer reads what the run has tried.</summary>
    public const string Search = "search";

    /// <summary>What other arms have: nothing is learned.</summary>
    public const string Fixed = "fixed";

    /// <summary>What an arm may ask for.</summary>
    public static IReadOnlyList<string> Names => [.. Catalog.Current.Methods.Select(method => method.Name)];

    /// <summary>The method of an arm, with what is done around it.</summary>
    /// <exception cref="SweepException">There is none of this name.</exception>
    public static IRunMethod Of(ArmSpec arm)
    {
        if (arm.Source.IsTable)
        {
            return new RewardTableMethod();
        }

        var method = Named(arm);
        var evaluated = new Evaluated(method.Learns ? new Gated(method.Method) : method.Method, method.Learns);
        return method.Learns ? new Moved(new Shown(new KeptOnceMore(new CrossChecked(evaluated)))) : evaluated;
    }

    /// <summary>Whether an arm's method trains the policy.</summary>
    /// <exception cref="SweepException">There is none of this name.</exception>
    public static bool Learns(ArmSpec arm) => !arm.Source.IsTable && Named(arm).Learns;

    /// <summary>What an arm has that names no method.</summary>
    public static string DefaultOf(IProposer source) =>
        source.Learns ? Seal
        : source.ReadsPast ? Search
        : Fixed;

    /// <summary>What is wrong with an arm's proposer and method, for people; null if they go together.</summary>
    public static string? Problem(ArmSpec arm)
    {
        if (Catalog.Current.Proposers.FirstOrDefault(proposer => proposer.Kind == arm.Proposer) is not { } source)
        {
            return $"there is no proposer '{arm.Proposer}'";
        }

        if (arm.Method is not { } name)
        {
            return null;
        }

        return Catalog.Current.Methods.FirstOrDefault(method => method.Name == name) is not { } method ? $"there is no method '{name}'"
            : source.IsTable ? $"arm \"{arm.Name}\" makes the reward table, which no method learns from; remove it."
            : method.Learns && !source.Learns
                ? $"\"{name}\" trains the policy that proposes, but arm \"{arm.Name}\" has proposer = \"{arm.Proposer}\"; remove it, or set "
                    + $"proposer = \"{PolicyProposer.Name}\"."
            : null;
    }

    /// <summary>What is wrong with what a run asks of its method, as a sentence; null if it can be carried out. Sweep files are checked in more
    /// detail when they are read; this is for whatever comes by another way.</summary>
    public static string? Problem(RunContext run) =>
        Problem(run.Arm)
        ?? (
            Catalog.Current.Rules.All(rule => rule.Name != run.Settings.Update.Rule) ? $"there is no rule '{run.Settings.Update.Rule}'"
            : Catalog.Current.Rewards.All(reward => reward.Name != run.Settings.Reward.Source) ? $"there is no reward '{run.Settings.Reward.Source}'"
            : run.Settings.Reward.Trials is < 1 || run.Settings is { Inner.Seeds: > 0 and var seeds, Reward.Trials: { } trials } && trials > seeds
                ? "reward.trials must be at least 1, and no more than its inner seeds"
            : null
        );

    private static NamedMethod Named(ArmSpec arm) => Catalog.Current.Method(arm.Method ?? DefaultOf(arm.Source));
}
