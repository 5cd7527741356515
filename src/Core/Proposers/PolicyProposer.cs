using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;

namespace Seal.Core.Proposers;

/// <summary>The policy of the round writes the self-edits: SEAL itself.</summary>
public sealed class PolicyProposer : IProposer
{
    /// <summary>What sweep files call it.</summary>
    public const string Name = "policy";

    public string Kind => Name;

    public bool CanRedraw => true;

    /// <inheritdoc/>
    public bool Learns => true;

    /// <inheritdoc/>
    public bool WritesListedOnly(ProposalSettings proposal) => proposal.Grammar;

    public IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation)
    {
        var policy = context.OpenPolicy();
        Seed[] seeds = [.. Enumerable.Range(from, count).Select(draw => context.SeedOf(Kind, draw))];
        var request = context.Session.Prompt(context.Task).Request(context.Run.Settings.Proposal, seeds);
        return
        [
            .. policy
                .Sample(request, cancellation)
                .Select(sample => new Draft(policy.Info.Tokenizer.Decode(sample.Tokens), new DrawnTokens(sample.Tokens, sample.Ended))),
        ];
    }
}
