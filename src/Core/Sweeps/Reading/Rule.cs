using System.Globalization;
using Seal.Core.Domains;

namespace Seal.Core.Sweeps.Reading;

/// <summary>What one value may be.</summary>
/// <param name="Expected">Completes "expected …".</param>
/// <param name="TakesList">True where the value itself is a list; a grid axis is then a list of lists.</param>
/// <param name="Read">Reads a node: a value, or what is wrong with it ("0 is not in 1..1024").</param>
internal sealed record Rule(string Expected, Func<TomlNode, RuleResult> Read, bool TakesList = false)
{
    public static Rule Whole(long least, long most)
    {
        var expected = $"a whole number in {Show(least)}..{Show(most)}";
        return new Rule(
            expected,
            node =>
                node is not TomlScalar { Value: long value } ? Mistyped(node)
                : value < least || value > most ? RuleResult.Wrong($"{Show(value)} is not in {Show(least)}..{Show(most)}")
                : RuleResult.Good(most <= int.MaxValue ? (object)(int)value : value, Show(value))
        );
    }

    /// <param name="least">Smallest number.</param>
    /// <param name="most">Largest number.</param>
    /// <param name="open">True where <paramref name="least"/> itself is excluded.</param>
    public static Rule Number(double least, double most, bool open = false)
    {
        var range = $"{(open ? "(" : "[")}{Show(least)}, {Show(most)}]";
        return new Rule(
            $"a number in {range}",
            node =>
            {
                double? number = node switch
                {
                    TomlScalar { Value: long whole } => whole,
                    TomlScalar { Value: double value } => value,
                    _ => null,
                };
                return number is not { } given ? Mistyped(node)
                    : !(given >= least && given <= most) || (open && given == least) ? RuleResult.Wrong($"{Show(given)} is not in {range}")
                    : RuleResult.Good(given, Show(given));
            }
        );
    }

    public static Rule Truth { get; } =
        new("true or false", node => node is TomlScalar { Value: bool truth } ? RuleResult.Good(truth, truth ? "true" : "false") : Mistyped(node));

    public static Rule Text { get; } =
        new("a text in quotes", node => node is TomlScalar { Text: { } text } ? RuleResult.Good(text, text) : Mistyped(node));

    /// <summary>What a name must look like to be a folder, a key and a word on the command line.</summary>
    public static Rule Name { get; } =
        new(
            "a name of 1 to 63 characters a-z, 0-9 and -, that starts with a letter or digit",
            node =>
                node is not TomlScalar { Text: { } text } ? Mistyped(node)
                : StoreName.IsGood(text) ? RuleResult.Good(text, text)
                : RuleResult.Wrong($"{TomlNode.Quote(text)} is not a name")
        );

    /// <summary>A model's name as a server knows it. Short and without blanks: it is a part of hashes, and of a request.</summary>
    public static Rule Model { get; } =
        new(
            $"a model's name of 1 to {LongestModel} characters A-Z, a-z, 0-9 and . _ : / @ + -",
            node =>
                node is not TomlScalar { Text: { } text } ? Mistyped(node)
                : text.Length is > 0 and <= LongestModel && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "._:/@+-".Contains(letter))
                    ? RuleResult.Good(text, text)
                : RuleResult.Wrong($"{TomlNode.Quote(text)} is not a model's name")
        );

    private const int LongestModel = 128;

    /// <summary>What a task's id must look like: files of tasks also have capitals and underscores in theirs.</summary>
    public static Rule TaskName { get; } =
        new(
            $"a task id of {TaskId.Expected}",
            node =>
                node is not TomlScalar { Text: { } text } ? Mistyped(node)
                : TaskId.IsGood(text) ? RuleResult.Good(text, text)
                : RuleResult.Wrong($"{TomlNode.Quote(text)} is not a task id")
        );

    /// <summary>One of a few words, turned into <typeparamref name="T"/>.</summary>
    public static Rule Word<T>(params (string Word, T Value)[] words)
        where T : notnull
    {
        var list = string.Join(", ", words.Select(word => $"\"{word.Word}\""));
        return new Rule(
            words.Length == 1 ? list : $"one of {list}",
            node =>
            {
                if (node is not TomlScalar { Text: { } text })
                {
                    return Mistyped(node);
                }

                foreach (var (word, value) in words)
                {
                    if (word == text)
                    {
                        return RuleResult.Good(value, word);
                    }
                }

                var hint = Spelling.Closest(text, words.Select(word => word.Word));
                return RuleResult.Wrong($"{TomlNode.Quote(text)} is not known{(hint is null ? "" : $" (did you mean \"{hint}\"?)")}");
            }
        );
    }

    public static Rule Word(params string[] words) => Word([.. words.Select(word => (word, word))]);

    /// <summary>A name of the catalog: the project's own or a plug-in's.</summary>
    public static Rule Named(IEnumerable<string> names)
    {
        var known = Word([.. names]);
        return known with { Expected = $"{known.Expected}, or a plug-in's: add --plugin <dll>" };
    }

    /// <summary>Of a list the word that stands alone.</summary>
    private const string Nothing = "none";

    /// <summary>A list of different words, at least one; <c>none</c> goes with no other.</summary>
    public static Rule Words(params string[] words)
    {
        var one = Word(words);
        return new Rule(
            $"a list of different words out of {string.Join(", ", words.Select(word => $"\"{word}\""))}",
            node =>
            {
                if (node is not TomlArray array)
                {
                    return Mistyped(node);
                }

                if (array.Items.Count == 0)
                {
                    return RuleResult.Wrong("the list is empty");
                }

                var chosen = new List<string>();
                foreach (var item in array.Items)
                {
                    var read = one.Read(item);
                    if (read.Problem is { } problem)
                    {
                        return RuleResult.Wrong(problem);
                    }

                    if (chosen.Contains(read.Text))
                    {
                        return RuleResult.Wrong($"\"{read.Text}\" is listed twice");
                    }

                    chosen.Add(read.Text);
                }

                if (chosen is [_, _, ..] && chosen.Contains(Nothing))
                {
                    return RuleResult.Wrong($"\"{Nothing}\" stands beside other words");
                }

                // Order does not matter for what is trained, so it must not matter for names and hashes.
                string[] ordered = [.. words.Where(chosen.Contains)];
                return RuleResult.Good(ordered, string.Join('-', ordered));
            },
            TakesList: true
        );
    }

    public static string Show(double number) =>
        number.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant().Replace("e-0", "e-", StringComparison.Ordinal);

    private static string Show(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static RuleResult Mistyped(TomlNode node) => RuleResult.Wrong($"is {node.Kind}", mistyped: true);
}

/// <summary>A read value with its canonical spelling, or a problem.</summary>
internal sealed record RuleResult(object? Value, string Text, string? Problem, bool Mistyped)
{
    public static RuleResult Good(object value, string text) => new(value, text, null, false);

    public static RuleResult Wrong(string problem, bool mistyped = false) => new(null, "", problem, mistyped);
}
