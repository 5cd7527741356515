using CsCheck;
using Seal.Knowledge.World;

namespace Seal.Knowledge.Tests.World;

public sealed class PassageMakerTests
{
    private static readonly Gen<Passage> Passages = Gen.Select(
        Gen.Int[1, 2],
        Gen.Long[0, 2_000_000],
        (level, number) => new PassageMaker(level).Make(number)
    );

    [Fact]
    public void Make_SameNumber_GivesTheSamePassage() =>
        Assert.Equal(Core.Json.SealJson.ToText(new PassageMaker(1).Make(7)), Core.Json.SealJson.ToText(new PassageMaker(1).Make(7)));

    [Fact]
    public void Make_AnyNumber_SaysEachFactOnceAndTheNameOnlyInTheFirstSentence() =>
        Passages.Sample(
            passage =>
            {
                Assert.Equal(3 * PassageMaker.PeopleInPassage, passage.Sentences.Count);
                for (var p = 0; p < passage.People.Count; p++)
                {
                    var person = passage.People[p];
                    var own = passage.Sentences.Skip(3 * p).Take(3).ToArray();
                    Assert.Equal($"{person.Name} is a {person.Trade} of the {person.Guild} guild .", own[0]);
                    Assert.Single(passage.Sentences, sentence => sentence.Contains(person.Name, StringComparison.Ordinal));
                    Assert.Single(own[1..], sentence => sentence.EndsWith($"{person.Place} .", StringComparison.Ordinal));
                    Assert.Single(own[1..], sentence => sentence.EndsWith($"{person.Thing} .", StringComparison.Ordinal));
                }
            },
            iter: 500
        );

    [Fact]
    public void Make_AnyNumber_HasNothingOfTheBackground()
    {
        var known = BackgroundWorld
            .Asked.Concat(BackgroundWorld.Read)
            .SelectMany(person => new[] { person.Name, person.Place, person.Thing })
            .ToHashSet();
        Assert.Equal(3 * (BackgroundWorld.AskedCount + BackgroundWorld.ReadCount), known.Count);
        Passages.Sample(
            passage => Assert.DoesNotContain(passage.People.SelectMany(person => new[] { person.Name, person.Place, person.Thing }), known.Contains),
            iter: 500
        );
    }

    [Fact]
    public void Questions_AnyPassage_AskMostlyTheAskedFormatAndHaveTheirAnswerInThePassage() =>
        Passages.Sample(
            passage =>
            {
                Assert.Equal(18, passage.Questions.Count);
                Assert.Equal(12, passage.Questions.Count(question => question.Fact.Format == passage.Asked));
                Assert.Equal(18, passage.Questions.DistinctBy(question => question.Text).Count());
                Assert.Equal(PassageMaker.FactsOfFormat, passage.HeldOut.Count);
                Assert.All(
                    passage.Questions.Concat(passage.HeldOut),
                    question => Assert.Contains($" {question.Answer} ", passage.Text, StringComparison.Ordinal)
                );
                Assert.All(passage.HeldOut, question => Assert.DoesNotContain(question.Text, passage.Questions.Select(one => one.Text)));
            },
            iter: 500
        );

    /// <summary>Level 1: a table by kind knows what is asked.</summary>
    [Fact]
    public void Asked_LevelOne_FollowsFromTheKind()
    {
        var byKind = Enumerable.Range(0, 200).Select(number => new PassageMaker(1).Make(number)).GroupBy(passage => passage.Kind).ToArray();
        Assert.Equal(WorldWords.Kinds.Order(), byKind.Select(group => group.Key).Order());
        Assert.All(byKind, group => Assert.Single(group.Select(passage => passage.Asked).Distinct()));
        Assert.Equal(4, byKind.Select(group => group.First().Asked).Distinct().Count());
    }

    /// <summary>Level 2: of each kind everything is asked, and the last sentence says what.</summary>
    [Fact]
    public void Asked_LevelTwo_FollowsFromTheLastSentenceAlone()
    {
        var all = Enumerable.Range(0, 400).Select(number => new PassageMaker(2).Make(number)).ToArray();
        Assert.All(all.GroupBy(passage => passage.Kind), group => Assert.Equal(4, group.Select(passage => passage.Asked).Distinct().Count()));
        var byEnd = all.GroupBy(passage =>
                (
                    passage.Sentences[^1].StartsWith("she ", StringComparison.Ordinal),
                    passage.Sentences[^1].EndsWith($"{passage.People[^1].Thing} .", StringComparison.Ordinal)
                )
            )
            .ToArray();
        Assert.Equal(4, byEnd.Length);
        Assert.All(byEnd, group => Assert.Single(group.Select(passage => passage.Asked).Distinct()));
    }

    /// <summary>Of passages that share somebody or something one would overwrite the other.</summary>
    [Fact]
    public void MakeMany_AsManyAsThereCanBe_ShareNoNamePlaceOrThing()
    {
        var passages = new PassageMaker(2).MakeMany(7, PassageMaker.MostTogether);
        string[] values = [.. passages.SelectMany(passage => passage.People).SelectMany(person => new[] { person.Name, person.Place, person.Thing })];
        Assert.Equal(9 * PassageMaker.MostTogether, values.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(passages.Select(one => one.Text), new PassageMaker(2).MakeMany(7, PassageMaker.MostTogether).Select(one => one.Text));
    }
}
