using Seal.Core.Randomness;
using Seal.Knowledge.World;

namespace Seal.Knowledge.Tests.World;

public sealed class WorldLinesTests
{
    /// <summary>Six lines of an operator are about six facts: with the right operator nothing that is mostly asked is left out.</summary>
    [Theory]
    [InlineData("say")]
    [InlineData("turn")]
    [InlineData("join")]
    [InlineData("ask")]
    public void Write_OneOperator_CoversItsFacts(string name)
    {
        var passage = new PassageMaker(1).Make(5);
        var lines = WorldLines.Write(passage, [.. Enumerable.Repeat(name, WorldLines.Budget)], new CounterRandom(new Seed(1)));
        Assert.Equal(WorldLines.Budget, lines.Select(line => line.Sentence).Distinct().Count());
        var values = passage.People.SelectMany(person => new[] { person.Place, person.Thing });
        Assert.All(values, value => Assert.Contains(lines, line => line.Sentence.Contains(value, StringComparison.Ordinal)));
    }

    /// <summary>In any mix of operators the lines of one go through the people as the passage does.</summary>
    [Theory]
    [InlineData("say")]
    [InlineData("turn")]
    [InlineData("copy")]
    public void Write_LinesOfAnOperator_AreInTheOrderOfThePassage(string name)
    {
        for (var number = 0; number < 50; number++)
        {
            var passage = new PassageMaker(1).Make(number);
            var lines = WorldLines.Write(passage, [name, "join", name, "ask", name, name], new CounterRandom(new Seed((ulong)number)));
            int[] people =
            [
                .. lines
                    .Where(line => line.Operator == name)
                    .Select(line => passage.People.ToList().FindIndex(one => line.Sentence.Contains(one.Name, StringComparison.Ordinal))),
            ];
            Assert.Equal(4, people.Length);
            Assert.Equal(people.Order(), people);
        }
    }

    [Fact]
    public void Write_Turn_StartsWithTheValueAndEndsNearTheName()
    {
        var passage = new PassageMaker(1).Make(11);
        foreach (var line in WorldLines.Write(passage, [.. Enumerable.Repeat("turn", 6)], new CounterRandom(new Seed(2))))
        {
            var person = Assert.Single(passage.People, one => line.Sentence.Contains(one.Name, StringComparison.Ordinal));
            var value = line.Sentence.Contains(person.Place, StringComparison.Ordinal) ? person.Place : person.Thing;
            // "by N is the V kept" is the one wording whose name is first.
            var (at, name) = (line.Sentence.IndexOf(value, StringComparison.Ordinal), line.Sentence.IndexOf(person.Name, StringComparison.Ordinal));
            Assert.True(at >= 0 && (at < name || line.Sentence.StartsWith("by ", StringComparison.Ordinal)), line.Sentence);
        }
    }

    [Fact]
    public void Write_Copy_SaysSentencesOfThePassage()
    {
        var passage = new PassageMaker(1).Make(3);
        var lines = WorldLines.Write(passage, ["copy", "copy", "copy"], new CounterRandom(new Seed(3)));
        Assert.All(lines, line => Assert.Contains(line.Sentence, passage.Sentences));
    }
}
