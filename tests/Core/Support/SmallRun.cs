using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Support;

/// <summary>Runs over the scripted domain.</summary>
internal static class SmallRun
{
    /// <summary>What names the base model.</summary>
    public static PolicyRef Policy { get; } = PolicyRef.Of("base");

    public static ModelRef Base { get; } = new("base", []);

    public static RunSettings Settings { get; } = new("scripted", new(), new(), new(), new(), new(), new());

    public static RunContext Of(ArmSpec arm, ProposalSettings? proposal = null, UpdateSettings? update = null, long seed = 1) =>
        new("sweep", "run", Settings with { Proposal = proposal ?? new(), Update = update ?? new() }, arm, seed, "scripted-1");
}
