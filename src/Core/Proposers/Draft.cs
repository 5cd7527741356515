namespace Seal.Core.Proposers;

/// <summary>A text as an arm wrote it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Drawn">Its tokens, where a model drew them; null where the text came from elsewhere.</param>
public sealed record Draft(string Text, DrawnTokens? Drawn = null)
{
    public static implicit operator Draft(string text) => new(text);

    public static Draft FromString(string text) => new(text);
}

/// <summary>
/// The tokens that a model drew for a text. The vocabulary may write the same text in other tokens, and the text that a domain makes of it may
/// differ, so neither gives these back.
/// </summary>
/// <param name="Tokens">Without the end token, [N].</param>
/// <param name="Ended">True when an end token was drawn behind them, false when the length limit cut the text.</param>
public sealed record DrawnTokens(IReadOnlyList<int> Tokens, bool Ended)
{
    /// <summary>Whether these are what the vocabulary's own encoder makes of a text that has ended.</summary>
    public bool Are(IReadOnlyList<int> encoded) => Ended && Tokens.SequenceEqual(encoded);
}

/// <summary>Where drawn tokens are kept.</summary>
/// <param name="Sha256">The blob: a JSON array of <see cref="DrawnTokens"/>, one for all proposals of a job.</param>
/// <param name="Place">Index in it.</param>
public sealed record DrawnRef(string Sha256, int Place);
