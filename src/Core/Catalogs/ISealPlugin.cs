using Seal.Core.Domains;
using Seal.Core.Proposers;
using Seal.Core.Rewards;
using Seal.Core.Runs;
using Seal.Core.Updates;

namespace Seal.Core.Catalogs;

/// <summary>What an assembly of your own adds to what sweeps can name. It has one public class of this kind, with a constructor without
/// parameters.</summary>
public interface ISealPlugin
{
    /// <summary>Domains (<c>domain</c>).</summary>
    IReadOnlyList<IDomain> Domains => [];

    /// <summary>Proposers (<c>[[arms]] proposer</c>).</summary>
    IReadOnlyList<IProposer> Proposers => [];

    /// <summary>Reward functions (<c>reward.source</c>).</summary>
    IReadOnlyList<IGroupReward> Rewards => [];

    /// <summary>Update rules (<c>update.rule</c>).</summary>
    IReadOnlyList<IPolicyUpdateRule> Rules => [];

    /// <summary>Methods (<c>[[arms]] method</c>).</summary>
    IReadOnlyList<NamedMethod> Methods => [];
}

/// <summary>A loaded plug-in.</summary>
/// <param name="Name">Name of its assembly, for people.</param>
/// <param name="Sha256">Of the bytes of its assembly, and of those that it brings along.</param>
public sealed record PluginId(string Name, string Sha256);
