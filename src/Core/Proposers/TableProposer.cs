using Seal.Core.Domains;
using Seal.Core.Randomness;

namespace Seal.Core.Proposers;

/// <summary>
/// Every valid self-edit of the schema, for the reward table: the same ones for every task, in the schema's order. Where the schema has more than are
/// asked for, a draw that depends on their number alone.
/// </summary>
public sealed class TableProposer : IProposer
{
    public const string Name = "table";

    public string Kind => Name;

    public bool CanRedraw => false;

    /// <inheritdoc/>
    public bool IsTable => true;

    /// <inheritdoc/>
    public bool NeedsSpace => true;

    public IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation) =>
        from > 0 ? [] : [.. Edits(context.Session.Demand("the reward table").Enumerate(), count)];

    /// <summary>At most <paramref name="most"/> of them, in their order.</summary>
    public static IReadOnlyList<string> Edits(IEnumerable<string> all, int most)
    {
        string[] edits = [.. all];
        if (edits.Length <= most)
        {
            return edits;
        }

        var chosen = new CounterRandom(new Seed(0).Derive("table edits")).NextPermutation(edits.Length).Take(most).Order();
        return [.. chosen.Select(i => edits[i])];
    }
}
