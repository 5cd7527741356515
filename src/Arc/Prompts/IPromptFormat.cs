using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Core.Proposers;
using Seal.Core.Sequences;

namespace Seal.Arc.Prompts;

/// <summary>
/// How tasks read as tokens for one vocabulary. The grid format is one; chat templates over a text vocabulary are another implementation,
/// chosen in <see cref="PromptFormats"/>.
/// </summary>
public interface IPromptFormat
{
    /// <summary>Numbers every sequence of this format.</summary>
    IPositionScheme Positions { get; }

    /// <summary>The last token of an answer.</summary>
    int AnswerEnd { get; }

    /// <summary>The tokens at which decoding of an answer stops; <see cref="AnswerEnd"/> among them.</summary>
    EndTokens AnswerEnds { get; }

    /// <summary>Demonstrations and a test input, up to where the answer begins.</summary>
    int[] Question(IReadOnlyList<ArcPair> demonstrations, Grid input);

    /// <summary>The tokens of an answer, <see cref="AnswerEnd"/> included.</summary>
    int[] Answer(Grid output);

    /// <summary>The grid that generated tokens say, or null. Never throws.</summary>
    Grid? ReadAnswer(ReadOnlySpan<int> tokens);

    /// <summary>Most tokens of an answer with this longest side, <see cref="AnswerEnd"/> included.</summary>
    int AnswerLength(int maxSide);

    /// <summary>Demonstrations and the first test pair, answered: a training text.</summary>
    /// <param name="task">A task whose first test pair has an output.</param>
    /// <param name="strategy">Which tokens count in the loss.</param>
    TokenSequence TrainingText(ArcTask task, TrainingStrategy strategy);

    /// <summary>The answered pairs that a text shows, in its order; what is no pair is passed over. Never throws.</summary>
    IReadOnlyList<ArcPair> Pairs(ReadOnlySpan<int> tokens);

    /// <summary>The prompt under which the policy writes a self-edit. Test pairs are not in it.</summary>
    int[] Proposal(IReadOnlyList<ArcPair> demonstrations);

    /// <summary>The prompt, then the self-edit and the end of text, with loss on these two alone.</summary>
    TokenSequence ProposalText(IReadOnlyList<ArcPair> demonstrations, string payload);

    /// <summary>The prompt, then the tokens that were drawn and, where they have ended, the end of text, with loss on these two alone.</summary>
    TokenSequence ProposalText(IReadOnlyList<ArcPair> demonstrations, DrawnTokens drawn);
}
