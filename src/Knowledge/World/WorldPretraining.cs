using System.Globalization;
using Seal.Core.Randomness;
using Seal.Core.Sequences;

namespace Seal.Knowledge.World;

/// <summary>
/// An endless, seekable stream of texts: the text at an index is a pure function of seed and index. Six kinds, by share of the tokens: passages with
/// questions about them (20 %), a few statements with questions about them (13 %), passages with self-edits whose operators are uniform (24 %),
/// statements and questions about the background's asked people (25 %), passages about the others, of whom nothing is ever asked (5 %), words that
/// are said three times over (13 %).
/// </summary>
public sealed class WorldPretraining
{
    private const int OpenQuestions = 10;
    private const int ListedQuestions = 6;
    private const int LeastEcho = 8;
    private const int EchoTimes = 3;

    /// <summary>What is hard is asked twice as often.</summary>
    private static readonly Format[] Asks = [Format.Forward, Format.Pronoun, Format.Reverse, Format.Reverse, Format.Joined, Format.Joined];

    private static readonly string[] EchoWords =
    [
        .. WorldWords.FirstNames,
        .. WorldWords.LastNames,
        .. WorldWords.PlaceKinds,
        .. WorldWords.PlaceNames,
        .. WorldWords.Colours,
        .. WorldWords.Things,
    ];

    private readonly WorldTexts _texts;
    private readonly PassageMaker _maker;
    private readonly Seed _seed;

    /// <summary>Share of the texts of each kind but the last. They differ in length: about 160, 90, 110, 11, 72 and 36 tokens.</summary>
    private static readonly double[] Shares = [0.0365, 0.0430, 0.0650, 0.7100, 0.0230];

    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="level">Level of the passages.</param>
    /// <param name="seed">Seed of the stream.</param>
    public WorldPretraining(ITokenizer tokenizer, int level, Seed seed)
    {
        (_texts, _maker, _seed) = (new WorldTexts(tokenizer), new PassageMaker(level), seed.Derive("knowledge-pretraining"));
        Description = string.Create(
            CultureInfo.InvariantCulture,
            $"the generated world, level {level}: passages about one to {PassageMaker.PeopleInPassage} people, half of them with the name in every "
                + $"sentence, with questions whose answers count fourfold, a few statements with such questions, the same with "
                + $"self-edits of {WorldLines.Budget} lines whose operators are uniform, statements and questions about {BackgroundWorld.AskedCount} "
                + $"people, passages about {BackgroundWorld.ReadCount} others, words that are said three times over; words {WorldWords.Id[..8]}"
        );
    }

    /// <summary>For model cards.</summary>
    public string Description { get; }

    /// <summary>The text at an index.</summary>
    public TokenSequence Text(long index) => Draw(RandomOf(index.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The same kind of texts from other seeds.</summary>
    public IReadOnlyList<TokenSequence> HeldOut(int count) =>
        [.. Enumerable.Range(0, count).Select(index => Draw(RandomOf($"held-out-{index.ToString(CultureInfo.InvariantCulture)}")))];

    /// <summary>Questions with their answers: about new passages with the passage in front, and about the background without.</summary>
    public IReadOnlyList<(string Family, TokenSequence Sequence)> Probes(int perFormat)
    {
        var probes = new List<(string, TokenSequence)>();
        foreach (var format in Enum.GetValues<Format>())
        {
            var random = RandomOf($"probe-{format}");
            for (var i = 0; i < perFormat; i++)
            {
                var passage = _maker.Make(random, "probe");
                var facts = PassageMaker.Facts(format);
                var open = Wording.Question(passage.People, facts[random.NextInt(facts.Count)], random.NextInt(Wording.Questions));
                probes.Add(($"open book, {Name(format)}", _texts.Probe(open.Text, open.Answer, passage.Text)));
                var closed = Background(random, format, random.NextInt(Wording.Questions));
                probes.Add(($"background, {Name(format)}", _texts.Probe(closed.Text, closed.Answer)));
                var other = Background(random, format, Wording.HeldOut);
                probes.Add(($"background, {Name(format)}, other words", _texts.Probe(other.Text, other.Answer)));
                probes.Add(($"unread, {Name(format)}", _texts.Probe(open.Text, open.Answer)));
            }
        }

        return probes;
    }

    /// <summary>Questions about the background as probes, all formats in turn; always the same ones.</summary>
    public static IReadOnlyList<TokenSequence> BackgroundProbes(WorldTexts texts, int count)
    {
        var random = new CounterRandom(new Seed(0).Derive("knowledge-background-probes"));
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => Background(random, (Format)(i % Enum.GetValues<Format>().Length), random.NextInt(Wording.Questions)))
                .Select(question => texts.Probe(question.Text, question.Answer)),
        ];
    }

    /// <summary>A statement, or a question with its answer, about the background's asked people.</summary>
    public static TokenSequence Known(WorldTexts texts, CounterRandom random)
    {
        var fact = new FactKey((Format)random.NextInt(4), random.NextInt(BackgroundWorld.AskedCount), random.NextInt(2));
        if (random.NextBool(0.4))
        {
            var question = Wording.Question(BackgroundWorld.Asked, fact, random.NextInt(Wording.Questions));
            return texts.Asked(question.Text, question.Answer);
        }

        return texts.Statement(Wording.Statement(BackgroundWorld.Asked, fact, random.NextInt(Wording.Statements)));
    }

    private static WorldQuestion Background(CounterRandom random, Format format, int way) =>
        Wording.Question(BackgroundWorld.Asked, new FactKey(format, random.NextInt(BackgroundWorld.AskedCount), random.NextInt(2)), way);

    private static string Name(Format format) => format.ToString().ToLowerInvariant();

    private CounterRandom RandomOf(string name) => new(_seed.Derive(name));

    private TokenSequence Draw(CounterRandom random)
    {
        var share = random.NextDouble();
        var kind = 0;
        while (kind < Shares.Length && share >= Shares[kind])
        {
            share -= Shares[kind++];
        }

        return kind switch
        {
            0 => Reading(random),
            1 => Listing(random),
            2 => Writing(random),
            3 => Known(_texts, random),
            4 => _texts.Statement(BackgroundPassage(random)),
            _ => Echo(random),
        };
    }

    /// <summary>About one, two or three people, half of them with the name in every sentence. Who is asked about one of one needs no name, and who is
    /// asked about a sentence that has the name needs no pronoun, so there is something to begin with: of passages as tasks have them alone, the ways
    /// back from a value to its name are not learned in 9,000 steps.</summary>
    private Passage Passage(CounterRandom random) =>
        _maker.Make(random, "drawn", BackgroundWorld.Strangers(random, 1 + random.NextInt(PassageMaker.PeopleInPassage)), named: random.NextBool());

    private TokenSequence Reading(CounterRandom random)
    {
        var passage = Passage(random);
        return _texts.OpenBook(
            passage.Text,
            Enumerable
                .Range(0, OpenQuestions)
                .Select(_ =>
                {
                    var facts = PassageMaker.Facts(Asks[random.NextInt(Asks.Length)], passage.People.Count);
                    return Wording.Question(passage.People, facts[random.NextInt(facts.Count)], random.NextInt(Wording.Questions));
                })
        );
    }

    /// <summary>One statement about each of a few people, in any wording, and questions about them there and back: reading in its shortest
    /// form.</summary>
    private TokenSequence Listing(CounterRandom random)
    {
        var people = BackgroundWorld.Strangers(random, PassageMaker.PeopleInPassage);
        FactKey[] told = [.. people.Select((_, person) => new FactKey((Format)random.NextInt(4), person, random.NextInt(2)))];
        return _texts.OpenBook(
            string.Join(' ', told.Select(fact => Wording.Statement(people, fact, random.NextInt(Wording.Statements)))),
            Enumerable
                .Range(0, ListedQuestions)
                .Select(_ => Wording.Question(people, EitherWay(told[random.NextInt(told.Length)], random), random.NextInt(Wording.Questions)))
        );
    }

    /// <summary>What a statement answers: a fact in its direction or in the other.</summary>
    private static FactKey EitherWay(FactKey told, CounterRandom random) =>
        told.Format switch
        {
            Format.Forward => told,
            Format.Joined => told with { Which = random.NextInt(2) },
            _ => told with { Format = random.NextBool() ? Format.Pronoun : Format.Reverse },
        };

    /// <summary>Of all counts of lines and all operators the same number: a policy that comes out of it favours none.</summary>
    private TokenSequence Writing(CounterRandom random)
    {
        var passage = Passage(random);
        string[] operators =
        [
            .. Enumerable.Range(0, WorldLines.Budget).Select(_ => WorldWords.Operators[random.NextInt(WorldWords.Operators.Count)]),
        ];
        return _texts.Written(passage.Text, string.Join(' ', WorldLines.Write(passage, operators, random)));
    }

    /// <summary>Words in any order, and the same again: what comes behind a word is found where the word stood before. Reading and writing are made
    /// of that, and passages alone teach it late.</summary>
    private TokenSequence Echo(CounterRandom random)
    {
        string[] words = [.. Enumerable.Range(0, LeastEcho + random.NextInt(LeastEcho)).Select(_ => EchoWords[random.NextInt(EchoWords.Length)])];
        return _texts.Repeated(string.Join(' ', words), EchoTimes);
    }

    private string BackgroundPassage(CounterRandom random)
    {
        var picked = random.NextPermutation(BackgroundWorld.ReadCount);
        return _maker.Make(random, "background", [.. picked.Take(PassageMaker.PeopleInPassage).Select(at => BackgroundWorld.Read[at])]).Text;
    }
}
