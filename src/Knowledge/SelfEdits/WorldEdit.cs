using Seal.Knowledge.World;

namespace Seal.Knowledge.SelfEdits;

/// <summary>
/// A self-edit: lines that a policy wrote (<c>turn : the amber lamp is kept by ilda voss . ;</c> and so on), or the word <c>rule</c> and what is to
/// be written by rule: operators with numbers (<c>rule turn*4 say*2</c>) or a whole training set (<c>rule repeat</c>). No policy can write the second
/// form, as its vocabulary has no such word.
/// </summary>
public abstract record WorldEdit
{
    private const string RuleWord = "rule";
    private const int LinesAtOnce = 2;

    private WorldEdit() { }

    /// <summary>Lines as they were written.</summary>
    public sealed record Lines(IReadOnlyList<WorldLine> Written) : WorldEdit;

    /// <summary>Lines that are written by rule.</summary>
    /// <param name="Operators">One for each line, in the order of <see cref="WorldWords.Operators"/>.</param>
    public sealed record Mix(IReadOnlyList<string> Operators) : WorldEdit;

    /// <summary>A training set that is made by rule.</summary>
    public sealed record Whole(RuleSet Set) : WorldEdit;

    /// <summary>All mixes of as many lines as the budget has, each operator with an even number of them, in a fixed order: what is drawn from and
    /// tabulated. Finer ones differ by less than the luck of a trial.</summary>
    public static IReadOnlyList<string> Mixes { get; } =
    [.. Combinations(WorldLines.Budget / LinesAtOnce, 0).Select(half => MixText([.. half.SelectMany(name => Enumerable.Repeat(name, LinesAtOnce))]))];

    /// <summary>The canonical text.</summary>
    public string Text =>
        this switch
        {
            Lines lines => string.Join(' ', lines.Written),
            Mix mix => MixText(mix.Operators),
            Whole whole => $"{RuleWord} {RuleSets.Name(whole.Set)}",
            _ => throw new InvalidOperationException(),
        };

    /// <summary>Reads a self-edit. Never throws.</summary>
    /// <param name="text">What was proposed.</param>
    /// <param name="problem">What is wrong with it; null where nothing is.</param>
    public static WorldEdit? Parse(string text, out string? problem)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        problem = null;
        return words is [RuleWord, .. var rest] ? ParseRule(rest, out problem) : ParseLines(words, out problem);
    }

    private static WorldEdit? ParseRule(string[] words, out string? problem)
    {
        problem = null;
        if (words is [var one] && RuleSets.Find(one) is { } set)
        {
            return new Whole(set);
        }

        var operators = new List<string>();
        foreach (var word in words)
        {
            var parts = word.Split('*');
            if (!WorldWords.Operators.Contains(parts[0]) || parts.Length > 2)
            {
                problem = $"'{word}' is no rule; expected operators such as turn*4 say*2, or one of {string.Join(", ", RuleSets.Names)}";
                return null;
            }

            if (!int.TryParse(parts.Length == 2 ? parts[1] : "1", out var count) || count is < 1 or > WorldLines.Budget)
            {
                problem = $"'{word}': expected a number of lines in 1..{WorldLines.Budget}";
                return null;
            }

            operators.AddRange(Enumerable.Repeat(parts[0], count));
        }

        if (operators.Count is 0 or > WorldLines.Budget)
        {
            problem = $"{operators.Count} lines; expected 1..{WorldLines.Budget}";
            return null;
        }

        return new Mix([.. operators.OrderBy(Order)]);
    }

    private static Lines? ParseLines(string[] words, out string? problem)
    {
        var lines = new List<WorldLine>();
        problem = null;
        for (var at = 0; at < words.Length; )
        {
            var end = Array.IndexOf(words, WorldWords.LineEnd, at);
            if (end < 0)
            {
                problem = "the last line does not end";
                return null;
            }

            if (!WorldWords.Operators.Contains(words[at]) || end < at + 3 || words[at + 1] != WorldWords.Colon)
            {
                problem = $"line {lines.Count + 1} is not 'operator : sentence ;'";
                return null;
            }

            lines.Add(new WorldLine(words[at], string.Join(' ', words[(at + 2)..end])));
            at = end + 1;
        }

        if (lines.Count is 0 or > WorldLines.Budget)
        {
            problem = $"{lines.Count} lines; expected 1..{WorldLines.Budget}";
            return null;
        }

        return new Lines(lines);
    }

    private static string MixText(IReadOnlyList<string> operators) =>
        string.Join(
            ' ',
            operators.GroupBy(name => name).OrderBy(group => Order(group.Key)).Select(group => $"{group.Key}*{group.Count()}").Prepend(RuleWord)
        );

    private static int Order(string name) => WorldWords.Operators.ToList().IndexOf(name);

    private static IEnumerable<IReadOnlyList<string>> Combinations(int lines, int from)
    {
        if (from == WorldWords.Operators.Count - 1)
        {
            yield return [.. Enumerable.Repeat(WorldWords.Operators[from], lines)];
            yield break;
        }

        for (var own = lines; own >= 0; own--)
        {
            foreach (var rest in Combinations(lines - own, from + 1))
            {
                yield return [.. Enumerable.Repeat(WorldWords.Operators[from], own), .. rest];
            }
        }
    }
}
