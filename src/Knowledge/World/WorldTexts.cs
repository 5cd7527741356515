using System.Globalization;
using Seal.Core.Randomness;
using Seal.Core.Sequences;

namespace Seal.Knowledge.World;

/// <summary>The world's texts as a model sees them. Each begins with a mark that says what it is.</summary>
public sealed class WorldTexts(ITokenizer tokenizer)
{
    private readonly HashSet<int> _operators = [.. WorldWords.Operators.SelectMany(name => tokenizer.Encode(name))];

    /// <summary>A statement or a passage; every token counts in the loss.</summary>
    public TokenSequence Statement(string text) => Counted([], $"{WorldWords.Text} {text} {WorldWords.End}");

    /// <summary>A question and its answer, without a passage; every token counts in the loss.</summary>
    public TokenSequence Asked(string question, string answer) =>
        Counted([], $"{WorldWords.Question} {question} {WorldWords.Answer} {answer} {WorldWords.End}");

    /// <summary>A question and its answer; the answer alone counts.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="answer">What is right.</param>
    /// <param name="passage">The passage in front of it; null for none.</param>
    public TokenSequence Probe(string question, string answer, string? passage = null) =>
        Counted(
            tokenizer.Encode($"{(passage is null ? "" : $"{WorldWords.Text} {passage} ")}{WorldWords.Question} {question} {WorldWords.Answer}"),
            $"{answer} {WorldWords.End}"
        );

    /// <summary>In a text with a passage in front few tokens count; those of its answers count so much more, or reading is learned late.</summary>
    private const float OpenBookWeight = 4;

    /// <summary>A passage and questions about it; the answers alone count, each with its end: one question is asked later.</summary>
    public TokenSequence OpenBook(string passage, IEnumerable<WorldQuestion> questions)
    {
        List<int> tokens = [.. tokenizer.Encode($"{WorldWords.Text} {passage}")];
        List<float> weights = [.. tokens.Select(_ => 0f)];
        foreach (var question in questions)
        {
            Add($"{WorldWords.Question} {question.Text} {WorldWords.Answer}", 0);
            Add($"{question.Answer} {WorldWords.End}", OpenBookWeight);
        }

        return new TokenSequence([.. tokens], [.. weights]);

        void Add(string text, float weight)
        {
            var more = tokenizer.Encode(text);
            tokens.AddRange(more);
            weights.AddRange(more.Select(_ => weight));
        }
    }

    /// <summary>The same words so many times; they count from the second time on.</summary>
    public TokenSequence Repeated(string words, int times) =>
        Counted(tokenizer.Encode($"{WorldWords.Text} {words}"), $"{string.Join(' ', Enumerable.Repeat(words, times - 1))} {WorldWords.End}");

    /// <summary>A text and what is looked up in it; the answers alone count.</summary>
    /// <param name="text">A passage.</param>
    /// <param name="looked">What is asked, the answer, and what stands behind it; as many as there is room for.</param>
    /// <param name="longest">Nothing more is asked once the text has more tokens than this.</param>
    public TokenSequence LookedUp(string text, IEnumerable<(string Asked, string Answer, string Behind)> looked, int longest)
    {
        List<int> tokens = [.. tokenizer.Encode($"{WorldWords.Text} {text}")];
        List<float> weights = [.. tokens.Select(_ => 0f)];
        foreach (var (asked, answer, behind) in looked)
        {
            if (tokens.Count > longest)
            {
                break;
            }

            Add(asked, 0);
            Add(answer, 1);
            if (behind.Length > 0)
            {
                Add(behind, 0);
            }
        }

        Add(WorldWords.End, 0);
        return new TokenSequence([.. tokens], [.. weights]);

        void Add(string words, float weight)
        {
            var more = tokenizer.Encode(words);
            tokens.AddRange(more);
            weights.AddRange(more.Select(_ => weight));
        }
    }

    /// <summary>What the policy is asked with: behind the passage its kind once more, where the first operator is to come.</summary>
    public int[] EditPrompt(Passage passage) => tokenizer.Encode($"{WorldWords.Text} {passage.Text} {WorldWords.Edit} {passage.Kind}");

    /// <summary>A passage and a self-edit about it, to its end; the self-edit alone counts.</summary>
    public TokenSequence Written(Passage passage, IEnumerable<WorldLine> lines, float operatorWeight) =>
        Written(passage, tokenizer.Encode($"{string.Join(' ', lines)} {WorldWords.End}"), operatorWeight);

    /// <summary>A passage and a self-edit about it; the self-edit alone counts.</summary>
    /// <param name="passage">What it is about.</param>
    /// <param name="edit">Its tokens, with the end where it has one.</param>
    /// <param name="operatorWeight">How much the token of an operator counts; every other one counts 1. Of a line's ten tokens one is a choice, and
    /// the others say what the passage says.</param>
    public TokenSequence Written(Passage passage, IReadOnlyList<int> edit, float operatorWeight)
    {
        var prompt = EditPrompt(passage);
        return new TokenSequence(
            [.. prompt, .. edit],
            [.. prompt.Select(_ => 0f), .. edit.Select(token => _operators.Contains(token) ? operatorWeight : 1)]
        );
    }

    private TokenSequence Counted(int[] prompt, string text)
    {
        var rest = tokenizer.Encode(text);
        return new TokenSequence([.. prompt, .. rest], [.. prompt.Select(_ => 0f), .. rest.Select(_ => 1f)]);
    }
}
