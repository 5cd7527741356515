using Seal.Core.Randomness;
using Seal.Core.Sequences;

namespace Seal.Knowledge.World;

/// <summary>
/// Texts that teach reading alone, in the order in which a small model learns it: what stood behind a word before (<see cref="Echo"/>), which word
/// of a passage belongs to the same person as another one, and by steps the same in the form of a question (<see cref="LookUps"/>). Each is learned
/// in a few hundred optimizer steps behind the one before it; of questions about passages alone a model has not learned to read in 10,000.
/// </summary>
public static class Drills
{
    private const int LeastEcho = 8;
    private const int EchoTimes = 3;

    /// <summary>Nothing more is looked up in a text of so many tokens.</summary>
    private const int Longest = 290;

    /// <summary>What is looked up of somebody, each by a word that questions have too.</summary>
    private static readonly string[] Asks = ["who", "home", "keeps", "trade", "guild"];

    private static readonly string[] EchoWords =
    [
        .. WorldWords.FirstNames,
        .. WorldWords.LastNames,
        .. WorldWords.PlaceKinds,
        .. WorldWords.PlaceNames,
        .. WorldWords.Colours,
        .. WorldWords.Things,
        .. WorldWords.Trades,
        .. WorldWords.Guilds,
    ];

    /// <summary>How something is looked up, from a pair of words to a question.</summary>
    private static readonly Func<Looked, (string Asked, string Answer, string Behind)>[] Ways =
    [
        looked => ($"{looked.Asks} {First(looked.Of)}", First(looked.Answer), WorldWords.LineEnd),
        looked => ($"{looked.Asks} {looked.Of}", looked.Answer, WorldWords.LineEnd),
        looked => ($"{looked.Asks} {looked.Of} {WorldWords.Asks}", looked.Answer, WorldWords.LineEnd),
        looked => ($"{WorldWords.Question} {looked.Asks} {looked.Of} {WorldWords.Asks} {WorldWords.Answer}", $"{looked.Answer} {WorldWords.End}", ""),
        looked => ($"{WorldWords.Question} {looked.Question.Text} {WorldWords.Answer}", $"{looked.Question.Answer} {WorldWords.End}", ""),
    ];

    /// <summary>Words in any order, and the same again twice: what comes behind a word is found where the word stood before.</summary>
    public static TokenSequence Echo(WorldTexts texts, CounterRandom random)
    {
        string[] words = [.. Enumerable.Range(0, LeastEcho + random.NextInt(LeastEcho)).Select(_ => EchoWords[random.NextInt(EchoWords.Length)])];
        return texts.Repeated(string.Join(' ', words), EchoTimes);
    }

    /// <summary>A passage about two or three people, half of them with the name in every sentence, and what belongs to one of them, asked from one
    /// to another: <c>who amber alda ; home alda stoneer ; …</c></summary>
    /// <param name="texts">Vocabulary.</param>
    /// <param name="maker">Makes the passage.</param>
    /// <param name="random">Draws it, and what is asked.</param>
    /// <param name="upToQuestions">Some of it by longer ways, up to whole questions; else by pairs of words alone.</param>
    public static TokenSequence LookUps(WorldTexts texts, PassageMaker maker, CounterRandom random, bool upToQuestions)
    {
        var people = BackgroundWorld.Strangers(random, PassageMaker.PeopleInPassage - random.NextInt(2));
        var passage = maker.Make(random, "drill", people, named: random.NextBool());
        var ofPerson = Asks.Length * (Asks.Length - 1);
        return texts.LookedUp(
            passage.Text,
            random
                .NextPermutation(people.Count * ofPerson)
                .Select(at =>
                {
                    string[] all = Values(people[at / ofPerson]);
                    var (given, other) = Math.DivRem(at % ofPerson, all.Length - 1);
                    var wanted = (given + 1 + other) % all.Length;
                    var format = (Format)random.NextInt(Enum.GetValues<Format>().Length);
                    var facts = PassageMaker.Facts(format, people.Count);
                    var question = Wording.Question(people, facts[random.NextInt(facts.Count)], random.NextInt(Wording.Questions));
                    return Ways[upToQuestions ? random.NextInt(Ways.Length) : 0](new Looked(Asks[wanted], all[given], all[wanted], question));
                }),
            Longest
        );
    }

    private static string[] Values(Person person) => [person.Name, person.Place, person.Thing, person.Trade, person.Guild];

    private static string First(string value) => value.Split(' ')[0];

    /// <param name="Asks">What is looked up.</param>
    /// <param name="Of">What is known.</param>
    /// <param name="Answer">What is right.</param>
    /// <param name="Question">For the way of whole questions: another thing to ask.</param>
    private sealed record Looked(string Asks, string Of, string Answer, WorldQuestion Question);
}
