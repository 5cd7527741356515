namespace Seal.Core.Grammars;

/// <summary>Which tokens may follow, for decoding under a grammar. Immutable and shared between samples.</summary>
public interface ITokenConstraint
{
    ITokenConstraintState Start { get; }
}

/// <summary>A point in a text that follows the grammar so far.</summary>
public interface ITokenConstraintState
{
    /// <summary>
    /// Ids that may come next, ascending; includes the tokenizer's end token where the text may end. Never empty. When it holds one id, that
    /// token is forced: engines feed it without spending a sampling step.
    /// </summary>
    IReadOnlyList<int> Allowed { get; }

    /// <summary>True once the end token was taken.</summary>
    bool IsComplete { get; }

    /// <exception cref="ArgumentException">The token is not in <see cref="Allowed"/>.</exception>
    ITokenConstraintState Next(int token);
}
