using Seal.Core.Randomness;
using Seal.Knowledge.World;

namespace Seal.Knowledge.SelfEdits;

/// <summary>Training sets that are made of a passage by rule: the rows that a policy has to beat.</summary>
public enum RuleSet
{
    /// <summary>The passage stands in front of every question, and nothing is trained: the ceiling.</summary>
    Context,

    /// <summary>The passage, for as many passes as the texts of a self-edit get: fewer steps and tokens than all others.</summary>
    Raw,

    /// <summary>The passage again and again, as many tokens as the others.</summary>
    Repeat,

    /// <summary>The passage, its sentences in other orders.</summary>
    Shuffle,

    /// <summary>The passage as it is, but for the name in every sentence.</summary>
    Names,

    /// <summary>Every fact of the passage in words that the passage does not use, the pronouns left as they are.</summary>
    Paraphrase,

    /// <summary>The passage and itself word by word backwards, names, places and things kept whole (Golovneva et al. 2024).</summary>
    Reverse,

    /// <summary>A question and its answer for facts of all formats in turn.</summary>
    Questions,
}

/// <summary>The rule-made training sets by name.</summary>
public static class RuleSets
{
    private const int Versions = 6;
    private const int SentencesOfPerson = 3;

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
            RuleSet.Names => [new WorldLine("copy", string.Join(' ', passage.People.SelectMany((_, person) => Named(passage, person))))],
            RuleSet.Paraphrase => [.. Version(() => passage.People.SelectMany((_, person) => Paraphrased(passage, person, random)))],
            RuleSet.Reverse => [new WorldLine("copy", Backwards(passage))],
            RuleSet.Questions => WorldLines.Questions(passage, random),
            _ => [],
        };

    private static IEnumerable<WorldLine> Version(Func<IEnumerable<string>> make) =>
        Enumerable.Range(0, Versions).Select(_ => new WorldLine("copy", string.Join(' ', make())));

    private static string[] Shuffled(IReadOnlyList<string> sentences, CounterRandom random) =>
        [.. random.NextPermutation(sentences.Count).Select(at => sentences[at])];

    /// <summary>What the passage says of a person, the name in the place of <c>she</c> and of <c>the smither</c>.</summary>
    private static IEnumerable<string> Named(Passage passage, int person)
    {
        var name = passage.People[person].Name;
        yield return passage.Sentences[SentencesOfPerson * person];
        foreach (var sentence in PronounSentences(passage, person))
        {
            yield return name + sentence[Subject(passage, person, sentence).Length..];
        }
    }

    /// <summary>Trade, guild, and what the pronouns' sentences say, each in other words.</summary>
    private static IEnumerable<string> Paraphrased(Passage passage, int person, CounterRandom random)
    {
        for (var which = 0; which < 2; which++)
        {
            yield return Wording.Statement(
                passage.People,
                new FactKey(Format.Forward, person, which),
                Wording.WayNotInPassages(Format.Forward, which, random)
            );
        }

        foreach (var sentence in PronounSentences(passage, person))
        {
            var which = sentence.Contains(passage.People[person].Place, StringComparison.Ordinal) ? 0 : 1;
            var way = Wording.WayNotInPassages(Format.Pronoun, which, random);
            yield return Wording.Statement(passage.People, new FactKey(Format.Pronoun, person, which), way, Subject(passage, person, sentence));
        }
    }

    /// <summary>The two sentences about a person that do not have her name.</summary>
    private static IEnumerable<string> PronounSentences(Passage passage, int person) =>
        passage.Sentences.Skip((SentencesOfPerson * person) + 1).Take(SentencesOfPerson - 1);

    private static string Subject(Passage passage, int person, string sentence) =>
        sentence.StartsWith("she ", StringComparison.Ordinal) ? "she" : $"the {passage.People[person].Trade}";

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
