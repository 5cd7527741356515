using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Knowledge.World;
using Seal.Models.Tokenizers;

namespace Seal.Knowledge.Tests.World;

public sealed class WorldPretrainingTests
{
    internal static readonly WordTokenizer Words = new(WorldWords.All, WorldWords.Specials);

    [Fact]
    public void Text_AnyIndex_CanBeWrittenAndIsAFunctionOfIt()
    {
        var (one, other) = (new WorldPretraining(Words, 1, new Seed(3)), new WorldPretraining(Words, 1, new Seed(3)));
        // Drills of each form and what comes behind them.
        foreach (
            var index in new[] { 0L, 40_000, 56_000, WorldPretraining.Drilled }.SelectMany(from => Enumerable.Range(0, 300).Select(i => from + i))
        )
        {
            var text = one.Text(index);
            Assert.Equal(text.Tokens, other.Text(index).Tokens);
            Assert.Equal(Words.EndOfText, text.Tokens[^1]);
            Assert.True(text.Length <= 320 && text.WeightedLength > 0);
        }
    }

    [Fact]
    public void Text_BehindTheDrills_HasTheSharesThatItsSummarySays()
    {
        var stream = new WorldPretraining(Words, 1, new Seed(1));
        var kinds = Enumerable
            .Range(0, 20_000)
            .Select(index => stream.Text(WorldPretraining.Drilled + index))
            .GroupBy(Kind)
            .ToDictionary(group => group.Key, group => group.Sum(text => (double)text.Length));
        var all = kinds.Values.Sum();
        foreach (
            var (kind, share) in new[]
            {
                ("reading", 0.20),
                ("look-ups", 0.13),
                ("writing", 0.25),
                ("known", 0.30),
                ("passage", 0.05),
                ("echo", 0.07),
            }
        )
        {
            Assert.InRange(kinds[kind] / all, share - 0.015, share + 0.015);
        }
    }

    [Theory]
    [InlineData(0, "echo")]
    [InlineData(39_999, "echo")]
    [InlineData(40_000, "look-ups")]
    [InlineData(65_999, "look-ups")]
    public void Text_AtTheBeginning_IsADrill(long index, string kind) =>
        Assert.Equal(kind, Kind(new WorldPretraining(Words, 1, new Seed(1)).Text(index)));

    /// <summary>Whatever is looked up by pairs of words belongs to one person: to their sentences, of those that are about two people.</summary>
    [Fact]
    public void LookUps_EveryPair_IsOfOnePerson()
    {
        for (var i = 0UL; i < 50; i++)
        {
            var text = Words.Decode(Drills.LookUps(new WorldTexts(Words), new PassageMaker(1), new CounterRandom(new Seed(i)), false).Tokens);
            var end = text.LastIndexOf(" . ", StringComparison.Ordinal);
            // Of each person the sentence with the guild begins what is said.
            var sentences = text[..end].Split(" . ");
            var people = sentences
                .Select((sentence, at) => (sentence, Person: sentences.Take(at + 1).Count(one => one.Contains(" guild", StringComparison.Ordinal))))
                .ToLookup(one => one.Person, one => one.sentence);
            var pairs = text[(end + 3)..].Split(" ; ")[..^1];
            Assert.True(pairs.Length >= 40 && pairs.Distinct().Count() == pairs.Length);
            Assert.All(
                pairs,
                pair => Assert.Contains(people, person => pair.Split(' ')[1..].All(word => string.Join(' ', person).Split(' ').Contains(word)))
            );
        }
    }

    /// <summary>What a gate asks: every question is another one, and all of them are about people of the background.</summary>
    [Fact]
    public void Load_RetentionTasks_AreDifferentQuestionsAboutTheBackground()
    {
        var source = new Core.Sweeps.TaskSource("generated", [], [], [], 1, 1, null, null, 0, 10) { RetentionCount = 400 };
        var tasks = new KnowledgeDomain().Load(source).Retention;
        Assert.All(tasks, task => Assert.Null(new KnowledgeDomain().Validate(task, needsTestOutputs: true)));
        WorldQuestion[] questions = [.. tasks.Select(task => WorldTask.Of(task).Passages.Single().Questions.Single())];

        Assert.Equal(400, questions.Select(question => question.Text).Distinct().Count());
        Assert.Equal(100, questions.Count(question => question.Fact.Format == Format.Joined));
        var known = BackgroundWorld
            .Asked.SelectMany(person => new[] { person.Name, person.Trade, person.Guild, person.Place, person.Thing })
            .ToHashSet();
        Assert.All(questions, question => Assert.Contains(question.Answer, known));
        Assert.Throws<Core.Sweeps.SweepException>(() =>
            new KnowledgeDomain().Load(source with { RetentionCount = WorldPretraining.MostBackground + 1 })
        );
        Assert.Equal(
            WorldPretraining.MostBackground,
            WorldPretraining.BackgroundQuestions(WorldPretraining.MostBackground).Select(question => question.Text).Distinct().Count()
        );
    }

    private static string Kind(Core.Sequences.TokenSequence text)
    {
        var words = Words.Decode(text.Tokens);
        var isPassage = words.StartsWith("<text> from a ", StringComparison.Ordinal);
        return words.Contains(WorldWords.Edit, StringComparison.Ordinal) ? "writing"
            : words.Contains(WorldWords.LineEnd, StringComparison.Ordinal) ? "look-ups"
            : text.Length < 24 && text.Weights[1] != 0 ? "known"
            : words.Contains(WorldWords.Question, StringComparison.Ordinal) ? "reading"
            : isPassage ? "passage"
            : "echo";
    }

    /// <summary>A policy has learned what to write about the tasks' kinds; replay must not teach it that anything goes.</summary>
    [Fact]
    public void Remembered_HasAllKindsOfTexts_AndNoSelfEditOfTheTasksKinds()
    {
        var texts = WorldPretraining.Remembered(new WorldTexts(Words), new CounterRandom(new Seed(3))).Take(4000).ToArray();

        Assert.Equal(["echo", "known", "look-ups", "passage", "reading", "writing"], texts.Select(Kind).Distinct().Order());
        string[] edited =
        [
            .. texts.Where(text => Kind(text) == "writing").Select(text => Words.Decode(text.Tokens).Split($"{WorldWords.Edit} ")[1].Split(' ')[0]),
        ];
        Assert.Subset(WorldWords.OtherKinds.ToHashSet(), edited.ToHashSet());
    }

    /// <summary>The wordings that judge generalization are in no text.</summary>
    [Fact]
    public void Text_Stream_NeverAsksInTheHeldOutWords()
    {
        string[] heldOut = ["which trade", "belongs to which", "in which place", "keeper of which", "the home of whom", "by whom", "keeps which"];
        var stream = new WorldPretraining(Words, 2, new Seed(1));
        for (var index = WorldPretraining.Drilled - 2000; index < WorldPretraining.Drilled + 5000; index++)
        {
            var text = Words.Decode(stream.Text(index).Tokens);
            Assert.DoesNotContain(heldOut, words => text.Contains(words, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Probe_Question_CountsTheAnswerAlone()
    {
        var probe = new WorldTexts(Words).Probe("where does alda ashvoss live ?", "stoneer hollow");
        Assert.Equal(["stoneer", "hollow", "<end>"], probe.Tokens.Where((_, t) => probe.Weights[t] != 0).Select(token => Words.Words[token]));
    }
}
