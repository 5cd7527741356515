using Seal.Arc.Generators;
using Seal.Arc.Generators.Checks;
using Seal.Arc.Generators.Programs;
using Seal.Arc.Tasks;
using Seal.Arc.TaskSources;
using Seal.Core.Randomness;

namespace Seal.Arc.Tests.Generators.Checks;

public sealed class FamilyCheckTests
{
    public static TheoryData<string> Drawn { get; } =
    [.. TaskFamilies.All.Where(family => family is not IProgramSource).Select(family => family.Family)];

    [Theory]
    [MemberData(nameof(Drawn))]
    public void Explain_TaskOfTheFamily_FindsARule(string name)
    {
        var family = TaskFamilies.Get(name);
        for (ulong seed = 0; seed < 40; seed++)
        {
            var task = family.Generate(new CounterRandom(new Seed(seed)), new GeneratorLimits(7));
            Assert.True(
                FamilyRules.Explain(family, task) is not null,
                $"{name} {seed}: {string.Join("  ", task.Train.Select(pair => $"{pair.Input} > {pair.Output}"))}"
            );
        }
    }

    [Theory]
    [InlineData("turned-fall", "place-rows")]
    [InlineData("colour-line", "turned-fall")]
    [InlineData("place-moves", "colour-column")]
    [InlineData("quilt", "turn")]
    public void Explain_TaskOfAnotherFamily_FindsNone(string made, string asked)
    {
        var task = TaskFamilies.Get(made).Generate(new CounterRandom(new Seed(3)), new GeneratorLimits(7));
        Assert.Null(FamilyRules.Explain(TaskFamilies.Get(asked), task));
    }

    [Fact]
    public void Families_OneWrongCell_IsOutOfFamily()
    {
        var task = TaskFamilies.Get("turn").Generate(new CounterRandom(new Seed(3)), new GeneratorLimits(7));
        Assert.Contains(FamilyCheck.Families(task), found => found.Family == "turn" && found.Use == "training");
        var output = task.Test[0].Output!;
        var broken = Grid.Create(output.Height, output.Width, (row, column) => row + column == 0 ? (output[0, 0] + 1) % 10 : output[row, column]);
        Assert.DoesNotContain(FamilyCheck.Families(task with { Test = [new ArcPair(task.Test[0].Input, broken)] }), found => found.Family == "turn");
    }

    [Fact]
    public void Compare_TurnedAndRecolouredTask_IsFound()
    {
        var generated = FamilyCheck.PolicyTasks(new Seed(1), 6);
        Grid Disguise(Grid grid) => Sketch.Orient(Sketch.Map(grid, cell => (cell + 3) % 10), 6);
        var known = generated(17);
        var real = new ArcTask(
            "real",
            [.. known.Train.Select(pair => new ArcPair(Disguise(pair.Input), Disguise(pair.Output!)))],
            [.. known.Test.Select(pair => new ArcPair(Disguise(pair.Input), Disguise(pair.Output!)))]
        );
        Assert.Equal("real", Assert.Single(FamilyCheck.Compare([real], [], generated, 30, null, CancellationToken.None).Twins).Twin);
    }

    [Fact]
    public void Compare_AlteredCopyOfAGivenTask_IsATwinAndOneOfAJudgedTaskIsShared()
    {
        var generated = FamilyCheck.PolicyTasks(new Seed(1), 8);
        var known = generated(17);
        var altered = known with { Id = "altered", Train = [.. known.Train.Skip(1).Reverse()], Test = known.Train.Take(1).ToArray() };
        altered = altered with { Test = [new ArcPair(known.Test[0].Input, known.Test[0].Input), .. known.Test] };

        var given = FamilyCheck.Compare([altered], [], generated, 30, null, CancellationToken.None);
        var twin = Assert.Single(given.Twins);
        Assert.Equal(
            ($"{known.Id} number 17", "altered", TaskRelation.Altered, known.Train.Count),
            (twin.Generated, twin.Twin, twin.Relation, twin.Pairs)
        );

        var judged = FamilyCheck.Compare([], [altered], _ => known, 3, null, CancellationToken.None);
        Assert.Empty(judged.Twins);
        Assert.Equal(new SharedPair("altered", 3, $"{known.Id} number 0"), Assert.Single(judged.Shared));
    }

    [Fact]
    public void Compare_PolicyTasksAgainstTransferTasks_AreNone()
    {
        string[] judged = [.. TaskFamilies.Transfer.Select(family => family.Family)];
        Assert.Empty(
            FamilyCheck
                .Compare([], ArcTaskSource.Generate(judged, 120, 1, 6), FamilyCheck.PolicyTasks(new Seed(1), 6), 600, null, CancellationToken.None)
                .Twins
        );
    }

    [SkippableFact]
    public void Families_PaperEvaluationTasks_AreOutOfFamilyButOne()
    {
        // Every second row and column of its inputs is blank, so that taking out blank lines does what every-second-cell does. Tables mark it.
        const string Coincidence = "68b67ca3";

        // Compositions cost seconds; the whole check is `seal task check`.
        var tasks = ArcReader.Read(
            [Shared.Path("data/arc/arc-agi-1_training.json"), Shared.Path("data/arc/arc-agi-1_evaluation.json")],
            PaperTasks.Evaluation
        );
        var families = TaskFamilies.All.Where(family => family.Family != "composed").ToArray();
        Assert.Equal(
            [Coincidence],
            tasks.Where(task => families.Any(family => FamilyRules.Explain(family, task) is not null)).Select(task => task.Id)
        );
    }
}
