using System.Globalization;
using Seal.Core.Randomness;
using Seal.Core.Sequences;

namespace Seal.Knowledge.World;

/// <summary>
/// An endless, seekable stream of texts: the text at an index is a pure function of seed and index. It begins with drills alone (see
/// <see cref="Drills"/>). Behind them come six kinds, by share of the tokens: passages with questions about them (20 %), drills of looking up (13 %)
/// and of words that are said three times over (7 %), passages with self-edits (25 %), statements and questions about the
/// background's asked people (30 %), passages about the others, of whom nothing is ever asked (5 %).
/// </summary>
public sealed class WorldPretraining
{
    /// <summary>Texts of each drill at the beginning, in this order: about 3,000 optimizer steps of 3,072 tokens together.</summary>
    private const long Echoes = 40_000;
    private const long Pairs = 16_000;
    private const long UpToQuestions = 10_000;

    /// <summary>The first text that is no drill of the beginning.</summary>
    public const long Drilled = Echoes + Pairs + UpToQuestions;

    /// <summary>Questions about the background: two facts of each format about everybody who is asked about, in two wordings.</summary>
    public const int MostBackground = 4 * 2 * Wording.Questions * BackgroundWorld.AskedCount;

    private const int OpenQuestions = 10;

    /// <summary>Of the self-edits so many are about the other kinds of passages, whose customs decide (<see cref="Customs"/>).</summary>
    private const double OfOtherKinds = 0.75;

    /// <summary>So many lines have the self-edit's main operator; any operator has the others.</summary>
    private const double Main = 0.8;

    /// <summary>With less the customs are learned late: of a line's ten tokens one is its operator.</summary>
    private const float OperatorWeight = 8;

    /// <summary>What is hard is asked twice as often.</summary>
    private static readonly Format[] Asks = [Format.Forward, Format.Pronoun, Format.Reverse, Format.Reverse, Format.Joined, Format.Joined];

    private readonly WorldTexts _texts;
    private readonly PassageMaker _maker;
    private readonly PassageMaker _byContent = new(2);
    private readonly Seed _seed;

    /// <summary>Share of the texts of each kind but the last, which has the rest. They differ in length, from 11 tokens (a statement or a question
    /// about the background) to 290 (a drill of looking up).</summary>
    private static readonly double[] Shares = [0.0355, 0.0135, 0.0600, 0.8000, 0.0205];

    private WorldPretraining(WorldTexts texts, PassageMaker maker, Seed seed)
    {
        (_texts, _maker, _seed) = (texts, maker, seed);
        Description = "";
    }

    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="level">Level of the passages.</param>
    /// <param name="seed">Seed of the stream.</param>
    public WorldPretraining(ITokenizer tokenizer, int level, Seed seed)
        : this(new WorldTexts(tokenizer), new PassageMaker(level), seed.Derive("knowledge-pretraining"))
    {
        Description = string.Create(
            CultureInfo.InvariantCulture,
            $"the generated world, level {level}: passages about one to {PassageMaker.PeopleInPassage} people, half of them with the name in every "
                + $"sentence, with questions whose answers count fourfold, passages with words looked up in them, passages with "
                + $"self-edits of {WorldLines.Budget} lines in the order of the passage, about {WorldWords.OtherKinds.Count} other kinds by "
                + $"custom and about the tasks' kinds by chance, statements and questions about {BackgroundWorld.AskedCount} people, passages "
                + $"about {BackgroundWorld.ReadCount} others, words that are said three times over; before them {Echoes} texts of such words, "
                + $"{Pairs} of looking up by pairs of words and {UpToQuestions} up to questions alone; words {WorldWords.Id[..8]}"
        );
    }

    /// <summary>For model cards.</summary>
    public string Description { get; }

    /// <summary>The text at an index.</summary>
    public TokenSequence Text(long index)
    {
        var random = RandomOf(index.ToString(CultureInfo.InvariantCulture));
        return index switch
        {
            < Echoes => Drills.Echo(_texts, random),
            < Echoes + Pairs => Drills.LookUps(_texts, _maker, random, upToQuestions: false),
            < Drilled => Drills.LookUps(_texts, _maker, random, upToQuestions: true),
            _ => Draw(random),
        };
    }

    /// <summary>The same kind of texts from other seeds.</summary>
    public IReadOnlyList<TokenSequence> HeldOut(int count) =>
        [.. Enumerable.Range(0, count).Select(index => Draw(RandomOf($"held-out-{index.ToString(CultureInfo.InvariantCulture)}")))];

    /// <summary>Texts as behind the drills of the beginning, for a model that is to stay what it is: without self-edits about the tasks' kinds, of
    /// which the stream says no more than that anything may be written.</summary>
    /// <param name="texts">Writes them.</param>
    /// <param name="random">Draws them.</param>
    public static IEnumerable<TokenSequence> Remembered(WorldTexts texts, CounterRandom random)
    {
        var stream = new WorldPretraining(texts, new PassageMaker(1), new Seed(0));
        while (true)
        {
            yield return stream.Draw(random, ofOtherKinds: 1);
        }
    }

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

    /// <summary>Different questions about the background, all formats in turn; always the same ones.</summary>
    /// <param name="count">At most <see cref="MostBackground"/>.</param>
    public static IEnumerable<WorldQuestion> BackgroundQuestions(int count)
    {
        var random = new CounterRandom(new Seed(0).Derive("knowledge-background-questions"));
        var formats = Enum.GetValues<Format>();
        var orders = formats.Select(_ => random.NextPermutation(MostBackground / formats.Length)).ToArray();
        return Enumerable
            .Range(0, count)
            .Select(i =>
            {
                var (format, at) = (i % formats.Length, orders[i % formats.Length][i / formats.Length]);
                var fact = new FactKey(formats[format], at / 2 / Wording.Questions, at / Wording.Questions % 2);
                return Wording.Question(BackgroundWorld.Asked, fact, at % Wording.Questions);
            });
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

        // Passages say trade and guild in one sentence. Of these people, whom questions are about, that sentence is said too: else a model never
        // learns to answer from it.
        return texts.Statement(
            fact.Format == Format.Forward && random.NextBool()
                ? PassageMaker.Opening(BackgroundWorld.Asked[fact.Person])
                : Wording.Statement(BackgroundWorld.Asked, fact, random.NextInt(Wording.Statements))
        );
    }

    private static WorldQuestion Background(CounterRandom random, Format format, int way) =>
        Wording.Question(BackgroundWorld.Asked, new FactKey(format, random.NextInt(BackgroundWorld.AskedCount), random.NextInt(2)), way);

    private static string Name(Format format) => format.ToString().ToLowerInvariant();

    private CounterRandom RandomOf(string name) => new(_seed.Derive(name));

    /// <param name="random">Draws.</param>
    /// <param name="ofOtherKinds">Share of the self-edits that are about other kinds than the tasks'.</param>
    private TokenSequence Draw(CounterRandom random, double ofOtherKinds = OfOtherKinds)
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
            1 => Drills.LookUps(_texts, _maker, random, upToQuestions: true),
            2 => Writing(random, ofOtherKinds),
            3 => Known(_texts, random),
            4 => _texts.Statement(BackgroundPassage(random)),
            _ => Drills.Echo(_texts, random),
        };
    }

    /// <summary>About one, two or three people, half of them with the name in every sentence. Who is asked about one of one needs no name, and who is
    /// asked about a sentence that has the name needs no pronoun, so there is something to begin with.</summary>
    private Passage Passage(CounterRandom random) => Passage(_maker, random, named: random.NextBool());

    private static Passage Passage(PassageMaker maker, CounterRandom random, bool named) =>
        maker.Make(random, "drawn", BackgroundWorld.Strangers(random, 1 + random.NextInt(PassageMaker.PeopleInPassage)), named);

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

    /// <summary>Of the tasks' kinds the main operator is any, the same number of each: a policy that comes out of it favours none.</summary>
    private TokenSequence Writing(CounterRandom random, double ofOtherKinds)
    {
        var other = random.NextBool(ofOtherKinds) ? random.NextInt(WorldWords.OtherKinds.Count) : -1;

        // The end of a passage that has the name in every sentence decides nothing.
        var isByContent = other >= 0 && Customs.IsByContent(other);
        var passage = Passage(_byContent, random, named: !isByContent && random.NextBool());
        passage = other < 0 ? passage : passage with { Kind = WorldWords.OtherKinds[other] };
        var main = other < 0 ? Any() : Customs.Operator(other, passage.Asked);
        var operators = Enumerable.Range(0, WorldLines.Budget).Select(_ => random.NextBool(Main) ? main : Any()).ToArray();
        return _texts.Written(passage, WorldLines.Write(passage, operators, random), OperatorWeight);

        string Any() => WorldWords.Operators[random.NextInt(WorldWords.Operators.Count)];
    }

    private string BackgroundPassage(CounterRandom random)
    {
        var picked = random.NextPermutation(BackgroundWorld.ReadCount);
        return _maker.Make(random, "background", [.. picked.Take(PassageMaker.PeopleInPassage).Select(at => BackgroundWorld.Read[at])]).Text;
    }
}
