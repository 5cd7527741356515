namespace Seal.Core.Sweeps;

/// <summary>Where an arm's self-edits come from.</summary>
public static class Proposers
{
    /// <summary>The language model; the only one that learns from rewards.</summary>
    public const string Policy = "policy";

    /// <summary>One self-edit for every task.</summary>
    public const string Constant = "constant";

    /// <summary>Valid self-edits drawn uniformly.</summary>
    public const string Random = "random";

    /// <summary>Self-edits from a file, by task.</summary>
    public const string File = "file";

    /// <summary>Valid self-edits in their fixed order, as many as candidates are asked for.</summary>
    public const string Grid = "grid";

    /// <summary>In-context only: nothing is trained.</summary>
    public const string None = "none";

    public static IReadOnlyList<string> Names { get; } = [Policy, Constant, Random, File, Grid, None];

    /// <summary>True where rounds of training change what is proposed. The others have nothing to learn: they are only evaluated.</summary>
    public static bool Learns(string proposer) => proposer == Policy;
}
