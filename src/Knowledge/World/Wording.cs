using Seal.Core.Randomness;

namespace Seal.Knowledge.World;

/// <summary>How facts are said and asked. <c>N</c> stands for the subject, <c>V</c> for the value, <c>W</c> for the other value of a join.</summary>
internal static class Wording
{
    /// <summary>Statements from the name to a value; the first <see cref="InPassages"/> are those of passages.</summary>
    private static readonly string[][] Said =
    [
        ["the trade of N is V .", "N works as a V .", "N is a V .", "the work of N is that of a V .", "as for work N is a V ."],
        ["N is of the V guild .", "the guild of N is V .", "N has joined the V guild .", "N belongs to the V guild .", "N is in the V guild ."],
        ["N lives in V .", "N has settled in V .", "the home of N is V .", "N has a house in V .", "one may find N in V ."],
        ["N keeps the V .", "N looks after the V .", "in the care of N is the V .", "N is the keeper of the V .", "N has the V in care ."],
    ];

    /// <summary>Statements from a value to the name.</summary>
    private static readonly string[][] Turned =
    [
        ["V is the home of N .", "in V lives N .", "V is where N lives .", "the house in V is that of N .", "in V one may find N ."],
        ["the V is kept by N .", "the V is in the care of N .", "the keeper of the V is N .", "the V has its keeper in N .", "by N is the V kept ."],
    ];

    /// <summary>Statements from the thing V to the place W, and from the place V to the thing W.</summary>
    private static readonly string[][] Joined =
    [
        [
            "the keeper of the V lives in W .",
            "the home of the keeper of the V is W .",
            "whoever keeps the V lives in W .",
            "the V is kept in W .",
            "where the V is kept is W .",
        ],
        [
            "the one from V keeps the W .",
            "whoever lives in V keeps the W .",
            "in the care of the one from V is the W .",
            "in V one may find the W .",
            "the keeper from V has the W .",
        ],
    ];

    /// <summary>Three questions for each fact; the last is in no pretraining text.</summary>
    private static readonly string[][] Asked =
    [
        ["what is the trade of N ?", "what work does N do ?", "N has which trade ?"],
        ["which guild has N joined ?", "what is the guild of N ?", "N belongs to which guild ?"],
        ["where does N live ?", "what is the home of N ?", "in which place does N live ?"],
        ["what does N keep ?", "what is in the care of N ?", "N is the keeper of which thing ?"],
        ["who lives in V ?", "whose home is V ?", "V is the home of whom ?"],
        ["who keeps the V ?", "in whose care is the V ?", "by whom is the V kept ?"],
        ["where does the keeper of the V live ?", "what is the home of the keeper of the V ?", "in which place does the keeper of the V live ?"],
        ["what does the one from V keep ?", "what is in the care of the one from V ?", "the one from V keeps which thing ?"],
    ];

    /// <summary>All words of these and of what passages say besides, each once.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        .. Said.Concat(Turned)
            .Concat(Joined)
            .Concat(Asked)
            .SelectMany(forms => forms)
            .Append("she is a the of guild")
            .SelectMany(form => form.Split(' '))
            .Where(word => word is not ("N" or "V" or "W"))
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Ways to say a fact.</summary>
    public const int Statements = 5;

    /// <summary>Of those, the ways that passages use.</summary>
    public const int InPassages = 2;

    /// <summary>Ways that begin with the subject, so that a pronoun may stand for it, and that no passage uses.</summary>
    private static readonly int[][] NotInPassages =
    [
        [1, 2],
        [0, 2, 3, 4],
        [3],
        [3, 4],
    ];

    /// <summary>Ways to ask that pretraining has.</summary>
    public const int Questions = 2;

    /// <summary>The way to ask that pretraining does not have.</summary>
    public const int HeldOut = 2;

    /// <param name="people">Of the passage, or of the background.</param>
    /// <param name="fact">Which fact.</param>
    /// <param name="way">Which wording, below <see cref="Statements"/>.</param>
    /// <param name="subject">What stands for the name, e.g. <c>she</c>; null for the name. Only for facts that begin with it.</param>
    public static string Statement(IReadOnlyList<Person> people, FactKey fact, int way, string? subject = null)
    {
        var person = people[fact.Person];
        var form = fact.Format switch
        {
            Format.Forward => Said[fact.Which][way],
            Format.Pronoun => Said[2 + fact.Which][way],
            Format.Reverse => Turned[fact.Which][way],
            _ => Joined[fact.Which][way],
        };
        return Fill(form, subject ?? person.Name, Given(person, fact), Other(person, fact));
    }

    /// <summary>A way to say a fact that begins with the subject and that no passage uses.</summary>
    public static int WayNotInPassages(Format format, int which, CounterRandom random)
    {
        var ways = NotInPassages[(2 * (int)format) + which];
        return ways[random.NextInt(ways.Length)];
    }

    /// <summary>A question after a fact, and its answer.</summary>
    public static WorldQuestion Question(IReadOnlyList<Person> people, FactKey fact, int way)
    {
        var person = people[fact.Person];
        var answer = fact.Format switch
        {
            Format.Reverse => person.Name,
            Format.Joined => Other(person, fact),
            _ => Given(person, fact),
        };
        return new WorldQuestion(fact, Fill(Asked[(2 * (int)fact.Format) + fact.Which][way], person.Name, Given(person, fact), ""), answer);
    }

    private static string Given(Person person, FactKey fact) =>
        (fact.Format, fact.Which) switch
        {
            (Format.Forward, 0) => person.Trade,
            (Format.Forward, _) => person.Guild,
            (Format.Joined, 0) => person.Thing,
            (Format.Joined, _) => person.Place,
            (_, 0) => person.Place,
            _ => person.Thing,
        };

    private static string Other(Person person, FactKey fact) => fact.Which == 0 ? person.Place : person.Thing;

    private static string Fill(string form, string name, string value, string other) =>
        string.Join(
            ' ',
            form.Split(' ')
                .Select(word =>
                    word switch
                    {
                        "N" => name,
                        "V" => value,
                        "W" => other,
                        _ => word,
                    }
                )
        );
}
