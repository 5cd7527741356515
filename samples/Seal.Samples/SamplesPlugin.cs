using Seal.Samples.Digits;

namespace Seal.Samples;

/// <summary>What this assembly adds to what sweep files can name.</summary>
public sealed class SamplesPlugin : ISealPlugin
{
    public IReadOnlyList<IDomain> Domains => [new DigitsDomain()];

    public IReadOnlyList<IProposer> Proposers => [new ArchiveProposer()];

    public IReadOnlyList<IGroupReward> Rewards => [new RankReward()];

    public IReadOnlyList<IPolicyUpdateRule> Rules => [new AboveMean()];
}
