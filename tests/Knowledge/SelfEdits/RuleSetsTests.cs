using System.Text.RegularExpressions;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Knowledge.InnerLoops;
using Seal.Knowledge.SelfEdits;
using Seal.Knowledge.Tests.World;
using Seal.Knowledge.World;

namespace Seal.Knowledge.Tests.SelfEdits;

public sealed partial class RuleSetsTests
{
    private static readonly Passage Three = new PassageMaker(1).Make(3);

    /// <summary>The passage with the name where a pronoun stood: the same sentences, in the same order.</summary>
    [Fact]
    public void Texts_Names_IsThePassageWithNamesForPronouns()
    {
        var named = Assert.Single(RuleSets.Texts(RuleSet.Names, Three, new CounterRandom(new Seed(1)))).Sentence;
        Assert.DoesNotContain("she ", named, StringComparison.Ordinal);
        Assert.All(Three.People, person => Assert.Equal(3, Regex.Count(named, Regex.Escape(person.Name))));
        Assert.All(Three.Sentences.Where((_, i) => i % 3 == 0), opening => Assert.Contains(opening, named, StringComparison.Ordinal));
        // Word by word the passage, but for its subjects.
        Assert.Equal(WithoutSubjects(Three, string.Join(' ', Three.Sentences)), WithoutSubjects(Three, named));
    }

    /// <summary>Every fact, none in the passage's words, and the name only where trade and guild are said.</summary>
    [Fact]
    public void Texts_Paraphrase_SaysEverythingInOtherWords()
    {
        var versions = RuleSets.Texts(RuleSet.Paraphrase, Three, new CounterRandom(new Seed(1))).Select(line => line.Sentence).ToArray();
        Assert.True(versions.Distinct().Count() > 1);
        foreach (var text in versions)
        {
            Assert.All(Three.Sentences, sentence => Assert.DoesNotContain(sentence, text, StringComparison.Ordinal));
            foreach (var person in Three.People)
            {
                Assert.Equal(2, Regex.Count(text, Regex.Escape(person.Name)));
                Assert.All([person.Trade, person.Guild, person.Place, person.Thing], value => Assert.Contains(value, text, StringComparison.Ordinal));
            }

            Assert.Equal(Pronouns().Count(Three.Text), Pronouns().Count(text));
        }
    }

    /// <summary>The rows of the shipped sweeps differ in their texts and not in how much is trained; the raw passage gets less.</summary>
    [Fact]
    public void Request_ShippedBudget_IsTheSameForEveryRow()
    {
        var training = new KnowledgeTraining(
            15,
            120,
            2e-3,
            3,
            1,
            DeltaSpec.PaperInner,
            "merged",
            "none",
            0.3,
            1,
            0,
            new WritingSettings(1, 160, true, 1)
        );
        var loop = new PassageLoop(training, new WorldTexts(WorldPretrainingTests.Words));
        string[] rows = ["repeat", "shuffle", "names", "paraphrase", "reverse", "questions", "copy*6", "say*6", "turn*6", "join*6", "ask*6"];
        var tokens = rows.ToDictionary(row => row, row => Mean(loop, row).Tokens);
        var middle = tokens.Values.Order().ElementAt(tokens.Count / 2);
        Assert.All(tokens, row => Assert.True(Math.Abs(row.Value - middle) <= 0.02 * middle, $"{row.Key}: {row.Value} of {middle}"));
        Assert.All(rows, row => Assert.Equal(15, Mean(loop, row).Steps));
        Assert.InRange(Mean(loop, "raw").Steps, 10, 13);
        Assert.InRange(Mean(loop, "raw").Tokens, 0.4 * middle, 0.6 * middle);
    }

    private static (double Steps, double Tokens) Mean(PassageLoop loop, string row)
    {
        var edit = WorldEdit.Parse($"rule {row}", out _)!;
        var requests = Enumerable
            .Range(0, 80)
            .Select(number => new PassageMaker(1).Make(number))
            .Select(passage => (Passage: passage, Seed: new Seed(1).Derive(passage.Id)))
            .Select(one => loop.Request(loop.Texts(one.Passage, edit, one.Seed), loop.Steps(edit, one.Passage), loop.StepTokens(edit), one.Seed))
            .ToArray();
        return (
            requests.Average(request => request.Batches.Count),
            requests.Average(request => request.Batches.Sum(batch => batch.Sum(text => request.Sequences[text].Length)))
        );
    }

    /// <summary>A text without names, pronouns and the trades that stand for them.</summary>
    private static string WithoutSubjects(Passage passage, string text)
    {
        var bare = passage.People.Aggregate(
            text,
            (left, person) =>
                left.Replace($"the {person.Trade} ", "", StringComparison.Ordinal).Replace($"{person.Name} ", "", StringComparison.Ordinal)
        );
        return bare.Replace("she ", "", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\bshe\b")]
    private static partial Regex Pronouns();
}
