using Seal.Arc.Tasks;
using Seal.Core.Sequences;

namespace Seal.Arc.Prompts;

/// <summary>What every format can do with its members.</summary>
internal static class PromptFormatExtensions
{
    /// <summary>A test pair asked and answered, loss on the answer alone: an exact answer has every weighted token as its argmax.</summary>
    public static TokenSequence AnswerText(this IPromptFormat format, IReadOnlyList<ArcPair> demonstrations, ArcPair test) =>
        format.Located(
            format.Question(demonstrations, test.Input),
            format.Answer(test.Output ?? throw new ArgumentException("The test output is unknown.", nameof(test)))
        );

    /// <summary>A question followed by its answer, loss on the answer alone.</summary>
    internal static TokenSequence Located(this IPromptFormat format, int[] question, int[] answer)
    {
        int[] tokens = [.. question, .. answer];
        var weights = new float[tokens.Length];
        weights.AsSpan(question.Length).Fill(1);
        return new TokenSequence(tokens, weights, TokenSequence.Locate(format.Positions, tokens));
    }
}
