using Seal.Core.Grammars;
using Seal.Core.Sequences;
using Seal.Knowledge.World;

namespace Seal.Knowledge.SelfEdits;

/// <summary>
/// The word grammar of self-edits: up to <see cref="WorldLines.Budget"/> lines, each an operator, a colon, 1 to <see cref="LongestSentence"/> words
/// and a semicolon. A full stop ends the line: with two sentences in a line the budget of lines would limit nothing. Which words is free: nothing in
/// it knows the passage.
/// </summary>
public sealed class LineConstraint : ITokenConstraint
{
    /// <summary>Words of a line's sentence, at most: the rules write up to 14.</summary>
    public const int LongestSentence = 16;

    private LineConstraint(ITokenConstraintState start) => Start = start;

    public ITokenConstraintState Start { get; }

    /// <param name="tokenizer">A vocabulary with all of the world's words.</param>
    /// <exception cref="FormatException">A word is missing.</exception>
    public static LineConstraint Create(ITokenizer tokenizer)
    {
        var marks = WorldWords.Specials.Concat(WorldWords.Operators).Concat([WorldWords.Colon, WorldWords.LineEnd]).ToHashSet(StringComparer.Ordinal);
        int[] words = [.. WorldWords.All.Where(word => !marks.Contains(word)).Select(Id).Order()];
        var (colon, lineEnd, stop, end) = (Id(WorldWords.Colon), Id(WorldWords.LineEnd), Id(WorldWords.Stop), tokenizer.EndOfText);
        int[] operators = [.. WorldWords.Operators.Select(Id).Order()];
        int[] more = [.. words.Append(lineEnd).Order()];
        int[] again = [.. operators.Append(end).Order()];
        var complete = new State([end], _ => null, IsComplete: true);
        var line = new State([end], token => token == end ? complete : null);
        for (var left = WorldLines.Budget - 1; left >= 0; left--)
        {
            // Behind this line either an end or, where there are lines left, another one.
            var next = line;
            var last = new State([lineEnd], token => token == lineEnd ? next : null);
            var word = last;
            for (var length = LongestSentence - 1; length >= 1; length--)
            {
                var longer = word;
                word = new State(
                    more,
                    token =>
                        token == lineEnd ? next
                        : token == stop ? last
                        : longer
                );
            }

            var first = new State(words, token => token == stop ? last : word);
            var afterOperator = new State([colon], _ => first);
            line = left == 0 ? new State(operators, _ => afterOperator) : new State(again, token => token == end ? complete : afterOperator);
        }

        return new LineConstraint(line);

        int Id(string word) => tokenizer.Encode(word)[0];
    }

    private sealed class State(int[] allowed, Func<int, ITokenConstraintState?> next, bool IsComplete = false) : ITokenConstraintState
    {
        public IReadOnlyList<int> Allowed => allowed;

        public bool IsComplete { get; } = IsComplete;

        public ITokenConstraintState Next(int token) =>
            Array.BinarySearch(allowed, token) >= 0 && next(token) is { } state
                ? state
                : throw new ArgumentException($"Token {token} does not go on here.", nameof(token));
    }
}
