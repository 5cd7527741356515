using Seal.Core.Engines;
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
    public bool WritesFromTheMenu(ProposalSettings proposal) => proposal.Grammar;

    public IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation)
    {
        var settings = context.Run.Settings.Proposal;
        var policy = context.OpenPolicy();
        var prompt = context.Session.Prompt(context.Task);
        var request = new SampleRequest(
            prompt.Tokens,
            prompt.Positions,
            settings.Grammar ? prompt.Constraint : null,
            [.. Enumerable.Range(from, count).Select(draw => context.SeedOf(Kind, draw))],
            settings.Temperature,
            settings.MaxNewTokens
        );
        return
        [
            .. policy
                .Sample(request, cancellation)
                .Select(sample => new Draft(policy.Info.Tokenizer.Decode(sample.Tokens), new DrawnTokens(sample.Tokens, sample.Ended))),
        ];
    }
}
