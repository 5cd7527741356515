using Seal.Arc.Augmentations;
using Seal.Arc.Generators;
using Seal.Arc.InnerLoops;
using Seal.Arc.Prompts;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Arc.Tests.Support;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;

namespace Seal.Arc.Tests.InnerLoops;

public sealed class InnerLoopPlannerTests
{
    private static readonly TestVocabulary Vocabulary = new();
    private static readonly ModelInfo Model = new(Vocabulary, 2048, UsesGridPositions: true);
    private static readonly ArcTask Task = new("task", [Pair("12/30"), Pair("40/05/60"), Pair("777/080/900")], [Pair("10/20/35")]);
    private static readonly EditRecipe Recipe = new(new AugmentationSwitches(true, true, true, true), TrainingStrategy.OutputTokens, 1e-3, 1);

    [Theory]
    [InlineData(8, 2)]
    [InlineData(16, 4)]
    [InlineData(43, 10)]
    [InlineData(44, 11)]
    [InlineData(60, 11)]
    [InlineData(3, 0)]
    public void Plan_WarmUp_IsTheSettingsStepsAndAQuarterOfAllAtMost(int steps, int expected)
    {
        // Batches of one text in one epoch: as many steps as texts.
        var training = new InnerLoopPlanner(new InnerSettings(Batch: 1, MaxTexts: steps), Model, new GridPromptFormat(Vocabulary))
            .Plan(Task, Recipe, new Seed(1))
            .Training!;
        Assert.Equal((steps, expected), (training.Optimizer.TotalSteps, training.Optimizer.WarmupSteps));
    }

    [Fact]
    public void Plan_WarmUpOfTheSettings_IsKeptWhereItIsShort() =>
        Assert.Equal(3, Plan(new InnerSettings(Batch: 1, MaxTexts: 40, WarmupSteps: 3), Recipe).Training!.Optimizer.WarmupSteps);

    [Fact]
    public void Plan_StepsOfTheEdit_EndTheTrainingEarlyAndNeverOverTheCap()
    {
        var settings = new InnerSettings(Batch: 1, MaxTexts: 40, MaxSteps: 30);
        Assert.Equal(12, Plan(settings, Recipe with { MaxSteps = 12 }).Training!.Batches.Count);
        Assert.Equal(30, Plan(settings, Recipe with { MaxSteps = 500 }).Training!.Batches.Count);
        Assert.Equal("40 steps over the cap of 30", Plan(settings, Recipe).Refusal);
    }

    [Theory]
    [InlineData(null, DeltaKind.Lora, 128, 16)]
    [InlineData(8, DeltaKind.Lora, 8, 8)]
    [InlineData(0, DeltaKind.Full, 0, 0)]
    public void Plan_Delta_IsTheEditsOrTheSweeps(int? rank, DeltaKind kind, int expectedRank, double expectedAlpha)
    {
        var delta = Plan(
            new InnerSettings(Batch: 1, MaxTexts: 4),
            Recipe with
            {
                Delta = rank is { } asked ? new EditDelta(asked) : null,
            }
        ).Training!.Delta;
        Assert.Equal((kind, expectedRank, expectedAlpha), (delta.Kind, delta.Rank, delta.Alpha));
    }

    [Fact]
    public void Plan_EarlyEndOfTheSweep_GoesBeforeTheEdits()
    {
        var edit = Recipe with { StopBelowLoss = 0.5, StopAfterSteps = 3 };
        var own = Plan(new InnerSettings(Batch: 1, MaxTexts: 4), edit).Training!;
        var sweeps = Plan(new InnerSettings(Batch: 1, MaxTexts: 4, StopBelowLoss: 0.25, StopAfterSteps: 7), edit).Training!;
        Assert.Equal((0.5, 3), (own.StopBelowLoss, own.StopAfterSteps));
        Assert.Equal((0.25, 7), (sweeps.StopBelowLoss, sweeps.StopAfterSteps));
    }

    private static InnerLoopPlan Plan(InnerSettings settings, EditRecipe recipe) =>
        new InnerLoopPlanner(settings, Model, new GridPromptFormat(Vocabulary)).Plan(Task, recipe, new Seed(1));

    private static ArcPair Pair(string rows)
    {
        var input = Grid.FromRows([.. rows.Split('/').Select(row => row.Select(digit => digit - '0').ToArray())]);
        return new ArcPair(input, Sketch.Orient(input, 1));
    }
}
