using Seal.Core.Randomness;
using Seal.Core.Sweeps;

namespace Seal.Core.Domains;

/// <summary>Self-edits that can be drawn and listed: those of a schema with few fields. A domain whose self-edits are free text has none.</summary>
public interface IEditSpace
{
    /// <summary>Whether a policy under the grammar writes nothing else. Where it may write other self-edits too (text of its own), what is tabulated
    /// is not what it tries.</summary>
    bool IsWhole => true;

    /// <summary>A valid self-edit, every one with the same probability, in canonical form.</summary>
    string Random(CounterRandom random);

    /// <summary>Every valid self-edit in canonical form, in a fixed order, at least one.</summary>
    IEnumerable<string> Enumerate();
}

/// <summary>Asks a session for its list of self-edits.</summary>
public static class EditSpaces
{
    /// <summary>The list of self-edits.</summary>
    /// <param name="session">The domain.</param>
    /// <param name="who">Who needs it, e.g. <c>proposer "random"</c>.</param>
    /// <exception cref="SweepException">The domain's self-edits are free text.</exception>
    public static IEditSpace Demand(this IDomainSession session, string who) =>
        session.Space
        ?? throw new SweepException($"{who} draws from a list of self-edits, but those of this domain are free text; there is no list.");
}
