using Seal.Core.Randomness;

namespace Seal.Knowledge.World;

/// <summary>
/// The people that a model is pretrained on. The asked ones are in statements, questions and answers: from them a model learns to answer from its
/// weights. The others are only in passages, and nothing is ever asked about them. No name, place or thing of theirs is in a passage of a sweep.
/// </summary>
public static class BackgroundWorld
{
    /// <summary>People that are asked about.</summary>
    public const int AskedCount = 256;

    /// <summary>People that are only read about.</summary>
    public const int ReadCount = 192;

    private static readonly Person[] All = Drawn();
    private static readonly HashSet<string> Taken = [.. All.SelectMany(Values)];

    public static IReadOnlyList<Person> Asked { get; } = All[..AskedCount];

    public static IReadOnlyList<Person> Read { get; } = All[AskedCount..];

    /// <summary>People who are not of the background; no two share a first name, a surname, a place or a thing, or a word of these.</summary>
    public static IReadOnlyList<Person> Strangers(CounterRandom random, int count)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        var people = new Person[count];
        for (var i = 0; i < count; )
        {
            var person = Draw(random);
            var words = Values(person).SelectMany(value => value.Split(' ')).Append(person.Trade).Append(person.Guild).ToArray();
            if (!Values(person).Any(Taken.Contains) && !words.Any(used.Contains))
            {
                used.UnionWith(words);
                people[i++] = person;
            }
        }

        return people;
    }

    private static Person[] Drawn()
    {
        var random = new CounterRandom(new Seed(0).Derive("knowledge-background"));
        var used = new HashSet<string>(StringComparer.Ordinal);
        var people = new List<Person>();
        while (people.Count < AskedCount + ReadCount)
        {
            var person = Draw(random);
            if (!Values(person).Any(used.Contains))
            {
                used.UnionWith(Values(person));
                people.Add(person);
            }
        }

        return [.. people];
    }

    private static Person Draw(CounterRandom random) =>
        new(
            $"{One(random, WorldWords.FirstNames)} {One(random, WorldWords.LastNames)}",
            One(random, WorldWords.Trades),
            One(random, WorldWords.Guilds),
            $"{One(random, WorldWords.PlaceKinds)} {One(random, WorldWords.PlaceNames)}",
            $"{One(random, WorldWords.Colours)} {One(random, WorldWords.Things)}"
        );

    /// <summary>What belongs to nobody else.</summary>
    internal static string[] Values(Person person) => [person.Name, person.Place, person.Thing];

    private static string One(CounterRandom random, IReadOnlyList<string> words) => words[random.NextInt(words.Count)];
}
