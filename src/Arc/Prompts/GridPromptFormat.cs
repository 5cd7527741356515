using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Core.Proposers;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Arc.Prompts;

/// <summary>
/// One token per cell. A task reads <c>&lt;bos&gt;</c>, per demonstration <c>&lt;in&gt; cells &lt;end&gt; &lt;out&gt; cells &lt;end&gt;</c>, then
/// the test pair likewise.
/// </summary>
/// <remarks>
/// Where this differs from the paper: its texts put the demonstrations into the system message, so its "output tokens" are those of the
/// last output alone (measured on the authors' code: the mask opens after the first assistant header). Here
/// <see cref="TrainingStrategy.OutputTokens"/> means every output grid of the sequence with its <c>&lt;end&gt;</c>: it is what a small model is
/// pretrained on, and it learns several times as much per sequence.
/// </remarks>
public sealed class GridPromptFormat : IPromptFormat
{
    private readonly GridVocabulary _vocabulary;
    private readonly PromptTemplate _answer;
    private readonly PromptTemplate _proposal;

    /// <param name="tokenizer">A vocabulary with grid tokens.</param>
    /// <param name="usesGridPositions">False for models that read the sequence index alone.</param>
    /// <param name="proposalTemplate">The wording of the proposal prompt, or null for the domain's own.</param>
    /// <exception cref="SweepException">The vocabulary has no grid tokens, or the template is wrong.</exception>
    public GridPromptFormat(ITokenizer tokenizer, bool usesGridPositions = true, string? proposalTemplate = null)
    {
        _vocabulary = new GridVocabulary(tokenizer);
        _answer = PromptTemplate.Parse("grid-answer.txt", EmbeddedTemplate.Read("grid-answer.txt"), ["demonstrations", "question"], tokenizer);
        _proposal = proposalTemplate is null
            ? PromptTemplate.Parse("grid-proposal.txt", EmbeddedTemplate.Read("grid-proposal.txt"), ["demonstrations"], tokenizer)
            : PromptTemplate.Parse("proposal.template", proposalTemplate, ["demonstrations"], tokenizer);
        Positions = usesGridPositions ? new GridPositions(_vocabulary) : SequentialPositions.Instance;
    }

    public IPositionScheme Positions { get; }

    public int AnswerEnd => _vocabulary.End;

    public EndTokens AnswerEnds => AnswerEnd;

    public int[] Question(IReadOnlyList<ArcPair> demonstrations, Grid input) =>
        _answer.Fill(
            (placeholder, tokens) =>
            {
                if (placeholder == "demonstrations")
                {
                    WriteDemonstrations(demonstrations, tokens);
                }
                else
                {
                    tokens.Add(_vocabulary.Input);
                    _vocabulary.Write(input, tokens);
                    tokens.Add(_vocabulary.Output);
                }
            }
        );

    public int[] Answer(Grid output)
    {
        var tokens = new List<int>(AnswerLength(Math.Max(output.Height, output.Width)));
        _vocabulary.Write(output, tokens);
        return [.. tokens];
    }

    public Grid? ReadAnswer(ReadOnlySpan<int> tokens) => _vocabulary.Read(tokens);

    public int AnswerLength(int maxSide) => maxSide * (maxSide + 1);

    public TokenSequence TrainingText(ArcTask task, TrainingStrategy strategy)
    {
        var test = task.Test[0];
        int[] tokens =
        [
            .. Question(task.Train, test.Input),
            .. Answer(test.Output ?? throw new ArgumentException($"{task.Id}: the test output is unknown.", nameof(task))),
        ];
        var weights = new float[tokens.Length];
        var counts = strategy == TrainingStrategy.AllTokens;
        for (var t = 1; t < tokens.Length; t++)
        {
            weights[t] = counts ? 1 : 0;
            if (strategy == TrainingStrategy.OutputTokens)
            {
                // The loss covers what follows <out>, up to and with <end>.
                counts = tokens[t] == _vocabulary.Output || (counts && tokens[t] != _vocabulary.End);
            }
        }

        return Located(tokens, weights);
    }

    public IReadOnlyList<ArcPair> Pairs(ReadOnlySpan<int> tokens)
    {
        var pairs = new List<ArcPair>();
        Grid? input = null;
        var rest = tokens;
        while (rest.IndexOfAny(_vocabulary.Input, _vocabulary.Output) is var start and >= 0)
        {
            var isInput = rest[start] == _vocabulary.Input;
            rest = rest[(start + 1)..];
            // A question's input goes without an end: its answer's mark follows.
            var length = rest.IndexOfAny(_vocabulary.Input, _vocabulary.Output, _vocabulary.End);
            var grid = _vocabulary.Read(length < 0 ? rest : rest[..length]);
            if (!isInput && input is { } from && grid is { } to)
            {
                pairs.Add(new ArcPair(from, to));
            }

            input = isInput ? grid : null;
            rest = length < 0 ? [] : rest[length..];
        }

        return pairs;
    }

    public int[] Proposal(IReadOnlyList<ArcPair> demonstrations) => _proposal.Fill((_, tokens) => WriteDemonstrations(demonstrations, tokens));

    public TokenSequence ProposalText(IReadOnlyList<ArcPair> demonstrations, string payload) =>
        ProposalText(demonstrations, new DrawnTokens(_vocabulary.Tokenizer.Encode(payload), Ended: true));

    public TokenSequence ProposalText(IReadOnlyList<ArcPair> demonstrations, DrawnTokens drawn)
    {
        var prompt = Proposal(demonstrations);
        int[] tokens = [.. prompt, .. drawn.Tokens, .. Enumerable.Repeat(_vocabulary.Tokenizer.EndOfText, drawn.Ended ? 1 : 0)];
        var weights = new float[tokens.Length];
        weights.AsSpan(prompt.Length).Fill(1);
        return Located(tokens, weights);
    }

    private void WriteDemonstrations(IReadOnlyList<ArcPair> demonstrations, List<int> tokens)
    {
        foreach (var (input, output) in demonstrations)
        {
            tokens.Add(_vocabulary.Input);
            _vocabulary.Write(input, tokens);
            tokens.Add(_vocabulary.Output);
            _vocabulary.Write(output ?? throw new ArgumentException("A demonstration has no output.", nameof(demonstrations)), tokens);
        }
    }

    private TokenSequence Located(int[] tokens, float[] weights) => new(tokens, weights, TokenSequence.Locate(Positions, tokens));
}
