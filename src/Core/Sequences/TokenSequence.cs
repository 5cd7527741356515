namespace Seal.Core.Sequences;

/// <summary>A text as an engine sees it.</summary>
/// <param name="Tokens">Token ids, [T].</param>
/// <param name="Weights">
/// Loss weights, [T]: <c>Weights[t]</c> weighs the negative log-likelihood of <c>Tokens[t]</c> given the tokens before it; 0 keeps the
/// token out of the loss. <c>Weights[0]</c> is never used.
/// </param>
/// <param name="Positions">[T], or null for <see cref="SequentialPositions"/>.</param>
public sealed record TokenSequence(int[] Tokens, float[] Weights, TokenPosition[]? Positions = null)
{
    public int Length => Tokens.Length;

    /// <summary>Number of tokens that count in the loss.</summary>
    public int WeightedLength => Weights.Skip(1).Count(weight => weight != 0);

    /// <summary>Lays positions over tokens with the given scheme.</summary>
    public static TokenPosition[] Locate(IPositionScheme scheme, ReadOnlySpan<int> tokens)
    {
        var tracker = scheme.Start();
        var positions = new TokenPosition[tokens.Length];
        for (var t = 0; t < tokens.Length; t++)
        {
            positions[t] = tracker.Next(tokens[t]);
        }

        return positions;
    }
}
