using System.Text;
using System.Text.RegularExpressions;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Core.Proposers;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Arc.Prompts;

/// <summary>
/// The paper's way to show a task to a chat model: demonstrations as Python prints arrays, <c>[[0 1]\n [2 3]] -> [[4]]#</c>, in the system message,
/// the test input as the user's, the answer as the assistant's. The project's own wording; another may be given.
/// </summary>
/// <remarks>
/// A prompt is encoded by itself, up to and with the head of the assistant's turn, and what the assistant says is encoded by itself behind it. So a
/// training text has the very tokens that decoding would meet, and the loss begins where the template begins the answer, at no magic id.
/// (Encoding the whole at once gives the same tokens in the vocabularies of Llama 3, Qwen2.5 and Qwen3, whose patterns never join a line break with
/// what follows it.) Differences from the authors' code: their texts begin with two begin-of-text tokens and end with the head of another turn of the
/// assistant, which also counts in their loss.
/// </remarks>
public sealed partial class ChatPromptFormat : IPromptFormat
{
    private const string InputToOutput = " -> ";
    private const string Footer = "#";

    private readonly IChatTokenizer _tokenizer;
    private readonly ChatWording _task;
    private readonly ChatWording _proposal;
    private string? _assistantTail;

    /// <param name="tokenizer">A vocabulary with a chat template and an end token.</param>
    /// <param name="proposalWording">The wording of the proposal prompt ({demonstrations}), or null for the project's own.</param>
    /// <param name="taskWording">The wording of a task ({demonstrations}, {question}), or null for the project's own.</param>
    /// <exception cref="SweepException">A wording is wrong, or the vocabulary names no end token.</exception>
    public ChatPromptFormat(IChatTokenizer tokenizer, string? proposalWording = null, string? taskWording = null)
    {
        if (tokenizer.EndOfText < 0)
        {
            throw new SweepException("The model names no token that ends a turn; write eos_token into its tokenizer_config.json.");
        }

        _tokenizer = tokenizer;
        _task = ChatWording.Parse("task wording", taskWording ?? EmbeddedTemplate.Read("chat-task.txt"), ["demonstrations", "question"]);
        _proposal = ChatWording.Parse(
            proposalWording is null ? "chat-proposal.txt" : "proposal.template",
            proposalWording ?? EmbeddedTemplate.Read("chat-proposal.txt"),
            ["demonstrations"]
        );
    }

    public IPositionScheme Positions => SequentialPositions.Instance;

    public int AnswerEnd => _tokenizer.EndOfText;

    public EndTokens AnswerEnds => _tokenizer.EndTokens;

    public int[] Question(IReadOnlyList<ArcPair> demonstrations, Grid input) => Prompt(QuestionMessages(demonstrations, input));

    public int[] Answer(Grid output) => Said(AnswerText(output));

    public Grid? ReadAnswer(ReadOnlySpan<int> tokens) =>
        PythonGridText.Parse(_tokenizer.Decode(tokens.Length > 0 && tokens[^1] == AnswerEnd ? tokens[..^1] : tokens));

    public IReadOnlyList<ArcPair> Pairs(ReadOnlySpan<int> tokens)
    {
        var text = _tokenizer.Decode(tokens);
        var pairs = new List<ArcPair>();
        // Between a question and its answer stands what the template says at the turn of an assistant; templates trim the ends of what is said.
        for (var from = GridText().Match(text); from.Success; from = from.NextMatch())
        {
            var to = from.NextMatch();
            if (
                to.Success
                && text.AsSpan(from.Index + from.Length).StartsWith(InputToOutput.AsSpan().TrimEnd())
                && (PythonGridText.Parse(from.Value), PythonGridText.Parse(to.Value)) is ({ } input, { } output)
            )
            {
                pairs.Add(new ArcPair(input, output));
            }
        }

        return pairs;
    }

    /// <summary>No answer of that side has more bytes, and no token stands for less than a byte.</summary>
    public int AnswerLength(int maxSide) => AnswerText(Blank(maxSide)).Length + 1;

    public TokenSequence TrainingText(ArcTask task, TrainingStrategy strategy)
    {
        var test = task.Test[0];
        var text = Located(
            Question(task.Train, test.Input),
            Answer(test.Output ?? throw new ArgumentException($"{task.Id}: the test output is unknown.", nameof(task)))
        );
        if (strategy == TrainingStrategy.AllTokens)
        {
            text.Weights.AsSpan(1).Fill(1);
        }

        return text;
    }

    public int[] Proposal(IReadOnlyList<ArcPair> demonstrations) => Prompt(ProposalMessages(demonstrations));

    public TokenSequence ProposalText(IReadOnlyList<ArcPair> demonstrations, string payload) => Located(Proposal(demonstrations), Said(payload));

    public TokenSequence ProposalText(IReadOnlyList<ArcPair> demonstrations, DrawnTokens drawn)
    {
        CheckTail();
        return Located(Proposal(demonstrations), [.. drawn.Tokens, .. Enumerable.Repeat(_tokenizer.EndOfText, drawn.Ended ? 1 : 0)]);
    }

    /// <summary>The messages that ask a task's question.</summary>
    internal IReadOnlyList<ChatMessage> QuestionMessages(IReadOnlyList<ArcPair> demonstrations, Grid input)
    {
        var shown = new StringBuilder();
        foreach (var (from, to) in demonstrations)
        {
            shown
                .Append(PythonGridText.Write(from))
                .Append(InputToOutput)
                .Append(AnswerText(to ?? throw new ArgumentException("A demonstration has no output.", nameof(demonstrations))))
                .Append('\n');
        }

        return _task.Fill(
            new Dictionary<string, string> { ["demonstrations"] = shown.ToString(), ["question"] = PythonGridText.Write(input) + InputToOutput }
        );
    }

    /// <summary>The messages that ask for a self-edit: each demonstration as "Input:" and "Output:" over rows of digits.</summary>
    internal IReadOnlyList<ChatMessage> ProposalMessages(IReadOnlyList<ArcPair> demonstrations)
    {
        var shown = new StringBuilder();
        foreach (var (from, to) in demonstrations)
        {
            shown
                .Append("Input:\n")
                .Append(Digits(from))
                .Append("\n\nOutput:\n")
                .Append(Digits(to ?? throw new ArgumentException("A demonstration has no output.", nameof(demonstrations))))
                .Append("\n\n");
        }

        return _proposal.Fill(new Dictionary<string, string> { ["demonstrations"] = shown.ToString() });
    }

    [GeneratedRegex(@"\[(?:\[[0-9](?: [0-9])*\]\s*)+\]", RegexOptions.CultureInvariant)]
    private static partial Regex GridText();

    private static string AnswerText(Grid output) => PythonGridText.Write(output) + Footer;

    private static Grid Blank(int side) => new(side, side, new byte[side * side]);

    private static string Digits(Grid grid) =>
        string.Join(
            '\n',
            Enumerable
                .Range(0, grid.Height)
                .Select(row => string.Join(' ', Enumerable.Range(0, grid.Width).Select(column => (char)('0' + grid[row, column]))))
        );

    private int[] Prompt(IReadOnlyList<ChatMessage> messages) => _tokenizer.Encode(_tokenizer.Render(messages, addGenerationPrompt: true));

    /// <summary>What the assistant says, and the end of its turn.</summary>
    private int[] Said(string text)
    {
        CheckTail();
        return [.. _tokenizer.Encode(text), _tokenizer.EndOfText];
    }

    /// <summary>
    /// The template must continue a prompt with what the assistant says and then the end token; else the model was taught to read answers in another
    /// way than it is asked for them here.
    /// </summary>
    private void CheckTail()
    {
        if (_assistantTail is not null)
        {
            return;
        }

        const string Probe = "[[0]]#";
        ChatMessage[] question = [new("system", "s"), new("user", "u")];
        var prompt = _tokenizer.Render(question, addGenerationPrompt: true);
        var whole = _tokenizer.Render([.. question, new ChatMessage("assistant", Probe)], addGenerationPrompt: false);
        if (
            !whole.StartsWith(prompt + Probe, StringComparison.Ordinal)
            || _tokenizer.Encode(whole[(prompt.Length + Probe.Length)..]) is not [var end, ..]
            || end != _tokenizer.EndOfText
        )
        {
            throw new SweepException(
                $"The model's chat template does not continue its own generation prompt with the assistant's words and the end token "
                    + $"{_tokenizer.Decode([_tokenizer.EndOfText])}; no training text can be made of it. "
                    + $"It renders …{whole[Math.Max(0, whole.Length - 80)..].ReplaceLineEndings("\\n")}"
            );
        }

        _assistantTail = whole[(prompt.Length + Probe.Length)..];
    }

    private static TokenSequence Located(int[] question, int[] answer)
    {
        int[] tokens = [.. question, .. answer];
        var weights = new float[tokens.Length];
        weights.AsSpan(question.Length).Fill(1);
        return new TokenSequence(tokens, weights);
    }
}
