using System.Globalization;
using Seal.Core.Randomness;

namespace Seal.Knowledge.World;

/// <summary>Makes passages. A passage is a pure function of level and number; names and values are drawn from those that the background does not
/// have.</summary>
public sealed class PassageMaker
{
    /// <summary>People in a passage.</summary>
    public const int PeopleInPassage = 3;

    /// <summary>Facts of one format in a passage.</summary>
    public const int FactsOfFormat = 2 * PeopleInPassage;

    /// <summary>Passages from this number on are for tables alone: nothing about the world was chosen by them.</summary>
    public const long FirstJudging = 1_000_000;

    /// <summary>Passages of one task, at most: with more the world runs out of things that nobody keeps.</summary>
    public const int MostTogether = 400;

    private const int OtherFacts = 2;
    private readonly int _level;

    /// <param name="level">1: the kind of a passage says what is asked; 2: its last sentence does.</param>
    public PassageMaker(int level) => _level = level;

    /// <summary>The passage of a number.</summary>
    /// <param name="number">0 or more; see <see cref="FirstJudging"/>.</param>
    public Passage Make(long number)
    {
        var name = number.ToString(CultureInfo.InvariantCulture);
        return Make(new CounterRandom(new Seed(0).Derive("knowledge-passage", name)), $"passage-{_level}-{name}");
    }

    /// <summary>Passages of which no two share a name, a place or a thing: of those that do, one would overwrite the other's facts.</summary>
    /// <param name="number">0 or more; see <see cref="FirstJudging"/>.</param>
    /// <param name="count">How many, 1 to <see cref="MostTogether"/>.</param>
    public IReadOnlyList<Passage> MakeMany(long number, int count)
    {
        var name = number.ToString(CultureInfo.InvariantCulture);
        var random = new CounterRandom(new Seed(0).Derive("knowledge-passages", count.ToString(CultureInfo.InvariantCulture), name));
        var used = new HashSet<string>(StringComparer.Ordinal);
        var passages = new Passage[count];
        for (var i = 0; i < count; )
        {
            var people = BackgroundWorld.Strangers(random, PeopleInPassage);
            string[] values = [.. people.SelectMany(BackgroundWorld.Values)];
            if (!values.Any(used.Contains))
            {
                used.UnionWith(values);
                passages[i] = Make(random, $"passage-{_level}-{name}-{i}", people);
                i++;
            }
        }

        return passages;
    }

    /// <summary>A passage about people whom the background does not have.</summary>
    public Passage Make(CounterRandom random, string id) => Make(random, id, BackgroundWorld.Strangers(random, PeopleInPassage));

    /// <summary>A passage about these people.</summary>
    /// <param name="random">Draws kind, order and wordings.</param>
    /// <param name="id">Its id.</param>
    /// <param name="people">In the order of their appearance.</param>
    /// <param name="named">With the name in every sentence, as passages of tasks never have it: something to begin with.</param>
    public Passage Make(CounterRandom random, string id, IReadOnlyList<Person> people, bool named = false)
    {
        var kind = random.NextInt(WorldWords.Kinds.Count);
        List<string> sentences = [];
        var last = (Which: 0, Trade: false);
        for (var p = 0; p < people.Count; p++)
        {
            var person = people[p];
            sentences.Add(Opening(person));
            foreach (var which in random.NextBool() ? new[] { 0, 1 } : [1, 0])
            {
                last = (which, random.NextBool());
                var subject =
                    named ? person.Name
                    : last.Trade ? $"the {person.Trade}"
                    : "she";
                sentences.Add(Wording.Statement(people, new FactKey(Format.Pronoun, p, which), random.NextInt(Wording.InPassages), subject));
            }
        }

        var asked = _level == 1 ? (Format)kind : (Format)((last.Which * 2) + (last.Trade ? 1 : 0));
        return new Passage(
            id,
            WorldWords.Kinds[kind],
            people,
            sentences,
            asked,
            Questions(random, people, asked),
            [.. Facts(asked, people.Count).Select(fact => Wording.Question(people, fact, Wording.HeldOut))]
        );
    }

    /// <summary>The sentence that begins what a passage says of somebody.</summary>
    public static string Opening(Person person) => $"{person.Name} is a {person.Trade} of the {person.Guild} guild .";

    /// <summary>All facts of a format, in the order of the people.</summary>
    /// <param name="format">Which.</param>
    /// <param name="people">How many people.</param>
    public static IReadOnlyList<FactKey> Facts(Format format, int people = PeopleInPassage) =>
        [.. from person in Enumerable.Range(0, people) from which in Enumerable.Range(0, 2) select new FactKey(format, person, which)];

    /// <summary>Of the asked format every fact in both wordings, of the others two facts in one.</summary>
    private static WorldQuestion[] Questions(CounterRandom random, IReadOnlyList<Person> people, Format asked)
    {
        List<WorldQuestion> questions =
        [
            .. from fact in Facts(asked, people.Count) from way in Enumerable.Range(0, Wording.Questions) select Wording.Question(people, fact, way),
        ];
        foreach (var format in Enum.GetValues<Format>().Where(format => format != asked))
        {
            var facts = Facts(format, people.Count);
            questions.AddRange(
                random
                    .NextPermutation(facts.Count)
                    .Take(OtherFacts)
                    .Select(at => Wording.Question(people, facts[at], random.NextInt(Wording.Questions)))
            );
        }

        return [.. questions];
    }
}
