using Seal.Core.Randomness;
using Seal.Knowledge.World;

namespace Seal.Knowledge.SelfEdits;

/// <summary>Training sets that are made of a passage by rule: the rows that a policy has to beat.</summary>
public enum RuleSet
{
    /// <summary>The passage stands in front of every question, and nothing is trained: the ceiling.</summary>
    Context,

    /// <summary>The passage, once a step: fewer tokens than all others.</summary>
    Raw,

    /// <summary>The passage again and again, as many tokens as the others.</summary>
    Repeat,

    /// <summary>The passage, its sentences in other orders.</summary>
    Shuffle,

    /// <summary>The passage with the name in every sentence.</summary>
    Names,

    /// <summary>The passage in other words, the pronouns left as they are.</summary>
    Paraphrase,

    /// <summary>The passage and itself word by word backwards, names, places and things kept whole (Golovneva et al. 2024).</summary>
    Reverse,

    /// <summary>A question and its answer for facts of all formats, as many of each.</summary>
    Questions,
}

/// <summary>The rule-made training sets by name.</summary>
public static class RuleSets
{
    private const int Versions = 6;

    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<RuleSet>().Select(Name)];

    public static string Name(RuleSet set) => set.ToString().ToLowerInvariant();

    public static RuleSet? Find(string name)
    {
        var at = Names.ToList().IndexOf(name);
        return at < 0 ? null : (RuleSet)at;
    }

    /// <summary>What is trained on, beside the passage itself.</summary>
    public static IReadOnlyList<WorldLine> Texts(RuleSet set, Passage passage, CounterRandom random) =>
        set switch
        {
            RuleSet.Shuffle => [.. Version(() => Shuffled(passage.Sentences, random))],
            RuleSet.Names => [.. Version(() => Said(passage, random, ownSubject: true))],
            RuleSet.Paraphrase => [.. Version(() => Said(passage, random, ownSubject: false))],
            RuleSet.Reverse => [new WorldLine("copy", Backwards(passage))],
            RuleSet.Questions => WorldLines.Questions(passage, random),
            _ => [],
        };

    private static IEnumerable<WorldLine> Version(Func<IEnumerable<string>> make) =>
        Enumerable.Range(0, Versions).Select(_ => new WorldLine("copy", string.Join(' ', make())));

    private static string[] Shuffled(IReadOnlyList<string> sentences, CounterRandom random) =>
        [.. random.NextPermutation(sentences.Count).Select(at => sentences[at])];

    /// <summary>The passage's facts in its order, in any of the wordings that begin with the subject.</summary>
    private static IEnumerable<string> Said(Passage passage, CounterRandom random, bool ownSubject)
    {
        for (var p = 0; p < passage.People.Count; p++)
        {
            yield return passage.Sentences[3 * p];
            foreach (var which in random.NextPermutation(2))
            {
                var fact = new FactKey(Format.Pronoun, p, which);
                yield return Wording.Statement(passage.People, fact, random.NextInt(Wording.Statements), ownSubject ? null : "she");
            }
        }
    }

    /// <summary>Word by word from the end; what belongs together stays so.</summary>
    private static string Backwards(Passage passage)
    {
        string[] whole = [.. passage.People.SelectMany(person => new[] { person.Name, person.Place, person.Thing })];
        var text = passage.Text;
        foreach (var one in whole)
        {
            text = text.Replace(one, one.Replace(' ', '_'), StringComparison.Ordinal);
        }

        return string.Join(' ', text.Split(' ').Reverse()).Replace('_', ' ');
    }
}
