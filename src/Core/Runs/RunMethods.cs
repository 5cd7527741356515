using Seal.Core.Jobs;
using Seal.Core.Proposers;
using Seal.Core.Rewards;
using Seal.Core.Sweeps;
using Seal.Core.Updates;

namespace Seal.Core.Runs;

/// <summary>The methods by name (<c>[[arms]] method</c>). A new one is a new file and a line here.</summary>
public static class RunMethods
{
    /// <summary>What an arm has whose policy proposes, unless it names another.</summary>
    public const string Seal = "seal";

    /// <summary>What other arms have: nothing is learned.</summary>
    public const string Fixed = "fixed";

    private static readonly NamedMethod[] All = [new(Seal, new SealMethod(), Learns: true), new(Fixed, new FixedMethod(), Learns: false)];

    /// <summary>What an arm may ask for.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(method => method.Name)];

    /// <summary>The method of an arm, with what is done around it.</summary>
    /// <exception cref="SweepException">There is none of this name.</exception>
    public static IRunMethod Of(ArmSpec arm)
    {
        if (arm.Source.IsTable)
        {
            return new RewardTableMethod();
        }

        var method = Named(arm);
        var evaluated = new Evaluated(method.Method);
        return method.Learns ? new Shown(new KeptOnceMore(new CrossChecked(evaluated))) : evaluated;
    }

    /// <summary>Whether an arm's method trains the policy.</summary>
    /// <exception cref="SweepException">There is none of this name.</exception>
    public static bool Learns(ArmSpec arm) => !arm.Source.IsTable && Named(arm).Learns;

    /// <summary>What is wrong with an arm's proposer and method, for people; null if they go together.</summary>
    public static string? Problem(ArmSpec arm)
    {
        if (ProposerRegistry.All.FirstOrDefault(proposer => proposer.Kind == arm.Proposer) is not { } source)
        {
            return $"there is no proposer '{arm.Proposer}'";
        }

        return arm.Method is not { } method ? null
            : !Names.Contains(method, StringComparer.Ordinal) ? $"there is no method '{method}'"
            : source.IsTable ? $"arm \"{arm.Name}\" makes the reward table, which no method learns from; remove it."
            : method == Seal && !source.Learns
                ? $"\"{method}\" trains the policy that proposes, but arm \"{arm.Name}\" has proposer = \"{arm.Proposer}\"; remove it, or set "
                    + $"proposer = \"{PolicyProposer.Name}\"."
            : null;
    }

    /// <summary>What is wrong with what a run asks of its method, as a sentence; null if it can be carried out. Sweep files are checked in more
    /// detail when they are read; this is for whatever comes by another way.</summary>
    public static string? Problem(RunContext run) =>
        Problem(run.Arm)
        ?? (
            !PolicyUpdateRules.Names.Contains(run.Settings.Update.Rule, StringComparer.Ordinal) ? $"there is no rule '{run.Settings.Update.Rule}'"
            : !GroupRewards.Names.Contains(run.Settings.Reward.Source, StringComparer.Ordinal) ? $"there is no reward '{run.Settings.Reward.Source}'"
            : run.Settings.Reward.Trials is < 1 || run.Settings is { Inner.Seeds: > 0 and var seeds, Reward.Trials: { } trials } && trials > seeds
                ? "reward.trials must be at least 1, and no more than its inner seeds"
            : null
        );

    private static NamedMethod Named(ArmSpec arm)
    {
        var name = arm.Method ?? (arm.Source.Learns ? Seal : Fixed);
        return Array.Find(All, method => method.Name == name)
            ?? throw new SweepException($"There is no method '{name}'; there are: {string.Join(", ", Names)}.");
    }

    /// <param name="Name">In sweep files.</param>
    /// <param name="Method">The method by itself.</param>
    /// <param name="Learns">Whether it trains the policy.</param>
    private sealed record NamedMethod(string Name, IRunMethod Method, bool Learns);
}
