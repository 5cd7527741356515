using Seal.Core.Randomness;

namespace Seal.Knowledge.World;

/// <summary>Writes lines of self-edits by rule: what a perfect writer would write, given the operators.</summary>
public static class WorldLines
{
    /// <summary>Most lines of a self-edit. Without a budget to write everything would be best.</summary>
    public const int Budget = 6;

    /// <summary>The facts that an operator's lines are about: each of its lines serves one.</summary>
    public static Format Serves(string @operator) =>
        @operator switch
        {
            "copy" => Format.Forward,
            "say" or "ask" => Format.Pronoun,
            "turn" => Format.Reverse,
            "join" => Format.Joined,
            _ => throw new ArgumentException($"'{@operator}' is no operator; expected one of {string.Join(", ", WorldWords.Operators)}."),
        };

    /// <summary>One line for each operator; lines of the same operator are about different facts as long as there are any, in the order of the
    /// passage: a policy that learns from them needs to know the line before only, and not which facts are left.</summary>
    /// <param name="passage">The passage.</param>
    /// <param name="operators">In order.</param>
    /// <param name="random">Draws facts and wordings.</param>
    public static IReadOnlyList<WorldLine> Write(Passage passage, IReadOnlyList<string> operators, CounterRandom random)
    {
        var count = 2 * passage.People.Count;
        var order = WorldWords.Operators.ToDictionary(
            name => name,
            name => random.NextPermutation(count).Take(operators.Count(one => one == name)).Order().ToArray(),
            StringComparer.Ordinal
        );
        var next = new Dictionary<string, int>(StringComparer.Ordinal);
        return
        [
            .. operators.Select(name =>
            {
                var at = next[name] = next.GetValueOrDefault(name, -1) + 1;
                return new WorldLine(name, Sentence(passage, name, order[name][at % order[name].Length], random));
            }),
        ];
    }

    /// <summary>Questions with their answers, facts of all formats in turn, as many as the budget has lines.</summary>
    public static IReadOnlyList<WorldLine> Questions(Passage passage, CounterRandom random)
    {
        var formats = Enum.GetValues<Format>();
        var facts = formats.Select(_ => random.NextPermutation(PassageMaker.FactsOfFormat)).ToArray();
        return
        [
            .. Enumerable
                .Range(0, Budget)
                .Select(i =>
                {
                    var fact = PassageMaker.Facts(formats[i % formats.Length])[facts[i % formats.Length][i / formats.Length]];
                    var asked = Wording.Question(passage.People, fact, random.NextInt(Wording.Questions));
                    return new WorldLine("ask", $"{asked.Text} {asked.Answer}");
                }),
        ];
    }

    private static string Sentence(Passage passage, string name, int fact, CounterRandom random)
    {
        var key = PassageMaker.Facts(Serves(name), passage.People.Count)[fact];
        switch (name)
        {
            // The sentence of the passage that says it, word by word.
            case "copy":
                return passage.Sentences[3 * key.Person];
            case "ask":
                var asked = Wording.Question(passage.People, key, random.NextInt(Wording.Questions));
                return $"{asked.Text} {asked.Answer}";
            default:
                return Wording.Statement(passage.People, key, random.NextInt(Wording.Statements));
        }
    }
}

/// <summary>One line of a self-edit.</summary>
/// <param name="Operator">One of <see cref="WorldWords.Operators"/>.</param>
/// <param name="Sentence">A statement, or a question and its answer.</param>
public sealed record WorldLine(string Operator, string Sentence)
{
    /// <summary>As a policy writes it.</summary>
    public override string ToString() => $"{Operator} {WorldWords.Colon} {Sentence} {WorldWords.LineEnd}";
}
