using CsCheck;
using Seal.Core.Randomness;
using Seal.Knowledge.SelfEdits;
using Seal.Knowledge.World;

namespace Seal.Knowledge.Tests.SelfEdits;

public sealed class LineTruthTests
{
    private static readonly Gen<(Passage Passage, CounterRandom Random)> Passages = Gen.Select(
        Gen.Long[0, 100_000],
        Gen.Int[1, 2],
        (number, level) => (new PassageMaker(level).Make(number), new CounterRandom(new Seed((ulong)number)))
    );

    [Fact]
    public void IsTrue_WhatTheRulesWrite_IsTrue() =>
        Passages.Sample(
            one =>
                Assert.All(
                    WorldLines.Write(one.Passage, [.. WorldWords.Operators, .. WorldWords.Operators], one.Random),
                    line => Assert.True(LineTruth.IsTrue(one.Passage, line), $"{line}")
                ),
            iter: 200
        );

    /// <summary>The rules' lines about another passage, which shares no name, place or thing.</summary>
    [Fact]
    public void IsTrue_LinesOfAnotherPassage_AreNot() =>
        Passages.Sample(
            one =>
            {
                var passages = new PassageMaker(1).MakeMany(one.Random.NextInt(1000), 2);
                Assert.All(
                    WorldLines.Write(passages[0], WorldWords.Operators, one.Random),
                    line => Assert.False(LineTruth.IsTrue(passages[1], line), $"{line}")
                );
            },
            iter: 100
        );

    [Fact]
    public void Observed_MixedLines_GivesTheirShares()
    {
        var passage = new PassageMaker(1).Make(3);
        var person = passage.People[0];
        var asked = WorldWords.Operators.First(name => WorldLines.Serves(name) == passage.Asked);
        var other = WorldWords.Operators.First(name => WorldLines.Serves(name) != passage.Asked);
        var edit = new WorldEdit.Lines([
            new WorldLine("say", $"{person.Name} lives in {person.Place} ."),
            // True, and not in the way of its operator.
            new WorldLine("turn", $"{person.Name} lives in {person.Place} ."),
            new WorldLine("ask", $"where does {person.Name} live ? {person.Place}"),
            new WorldLine("ask", $"where does {person.Name} live ? {passage.People[1].Place}"),
        ]);

        // Two lines tell the same fact, one of six, to those who ask by name.
        Assert.Equal(
            [
                new(LineTruth.TrueLines, 0.5),
                new(LineTruth.AskedOperator, Share(edit, passage.Asked)),
                new(LineTruth.AskedFacts, passage.Asked == Format.Pronoun ? 1 / 6.0 : 0),
            ],
            LineTruth.Observed(passage, edit)
        );
        Assert.Empty(LineTruth.Observed(passage, new WorldEdit.Mix(["say"])));
        Assert.Equal(
            0.5,
            LineTruth
                .Observed(passage, new WorldEdit.Lines([new(asked, "she ."), new(other, "she .")]))
                .First(one => one.Name == LineTruth.AskedOperator)
                .Value
        );
    }

    /// <summary>A perfect writer with the right operator tells everything that is mostly asked, whichever format that is.</summary>
    [Fact]
    public void Observed_RightOperatorByRule_TellsEveryFactThatIsAsked()
    {
        for (var number = 0; number < 20; number++)
        {
            var passage = new PassageMaker(1).Make(number);
            string[] names = ["copy", "say", "turn", "join"];
            foreach (var name in names)
            {
                var lines = WorldLines.Write(passage, [.. Enumerable.Repeat(name, WorldLines.Budget)], new CounterRandom(new Seed(1)));
                var seen = LineTruth.Observed(passage, new WorldEdit.Lines(lines)).ToDictionary(one => one.Name, one => one.Value);
                Assert.Equal(1, seen[LineTruth.TrueLines]);
                Assert.Equal(WorldLines.Serves(name) == passage.Asked ? 1 : 0, seen[LineTruth.AskedFacts]);
            }
        }
    }

    private static double Share(WorldEdit.Lines edit, Format format) =>
        edit.Written.Count(line => WorldLines.Serves(line.Operator) == format) / (double)edit.Written.Count;
}
