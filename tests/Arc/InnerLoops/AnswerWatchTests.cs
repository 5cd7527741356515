using Seal.Arc.Augmentations;
using Seal.Arc.Generators;
using Seal.Arc.InnerLoops;
using Seal.Arc.Prompts;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Arc.Tests.Support;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Arc.Tests.InnerLoops;

/// <summary>Training texts that hold the answer are found by what they say, whoever wrote them.</summary>
public sealed class AnswerWatchTests
{
    private static readonly TestVocabulary Vocabulary = new();
    private static readonly ArcTask Task = new("task", [Pair("12/30"), Pair("40/05/60"), Pair("777/080/900")], [Pair("10/20/35")]);
    private static readonly EditRecipe All = new(new AugmentationSwitches(true, true, true, true), TrainingStrategy.OutputTokens, 1e-3, 1);

    public static TheoryData<string> Formats => ["grid", "chat"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Pairs_OfATrainingText_AreItsDemonstrationsAndItsQuestion(string name)
    {
        var format = Format(name);
        var text = format.TrainingText(Task, TrainingStrategy.OutputTokens);
        Assert.Equal([.. Task.Train, .. Task.Test], format.Pairs(text.Tokens));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Pairs_OfAnyTokens_IsNoError(string name)
    {
        var format = Format(name);
        var random = new CounterRandom(new Seed(1));
        var text = format.TrainingText(Task, TrainingStrategy.OutputTokens).Tokens;
        for (var i = 0; i < 200; i++)
        {
            // Cut anywhere, with a token in a wrong place.
            int[] tokens = [.. text.Skip(random.NextInt(text.Length)).Take(1 + random.NextInt(40))];
            tokens[random.NextInt(tokens.Length)] = text[random.NextInt(text.Length)];
            _ = format.Pairs(tokens);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Find_InTextsOfTheTask_FindsNothing(string name)
    {
        var format = Format(name);
        Assert.Null(AnswerWatch.Find(Task, Texts(Task, format), format));
    }

    /// <summary>As it is, turned, mirrored, in other colours, among the demonstrations or as the question.</summary>
    [Theory]
    [MemberData(nameof(Formats))]
    public void Find_TheAnswerIsInATextInAnyView_FindsIt(string name)
    {
        var format = Format(name);
        Assert.StartsWith("text 1 of 1 shows test pair 1", AnswerWatch.Find(Task, [Text(Task)], format), StringComparison.Ordinal);
        foreach (var view in (IAugmentation[])[new Rotate(90), new Flip(0), new Transpose()])
        {
            var turned = view.Apply(Task, new CounterRandom(new Seed(1)));
            Assert.NotNull(AnswerWatch.Find(Task, [Text(turned)], format));
            Assert.NotNull(AnswerWatch.Find(Task, [Text(turned with { Train = turned.Test, Test = [turned.Train[0]] })], format));
        }

        var coloured = PermuteColours.Draw(Task, new CounterRandom(new Seed(3))).Apply(Task);
        Assert.NotNull(AnswerWatch.Find(Task, [Text(coloured)], format));

        TokenSequence Text(ArcTask task) => format.TrainingText(task, TrainingStrategy.OutputTokens);
    }

    /// <summary>A plan that was made with the test pair among the demonstrations, as a leak would make it.</summary>
    [Fact]
    public void Find_InAPlanOverTheTestPair_FindsIt()
    {
        var format = Format("grid");
        var leaked = Task with { Train = [.. Task.Train, .. Task.Test] };
        Assert.NotNull(AnswerWatch.Find(Task, Texts(leaked, format), format));
    }

    /// <summary>A test pair that a demonstration shows in other colours tells nothing new.</summary>
    [Fact]
    public void Find_TheTestPairIsADemonstrationInDisguise_FindsNothing()
    {
        var format = Format("grid");
        var twin = Task with { Train = [.. Task.Train, PermuteColours.Draw(Task, new CounterRandom(new Seed(3))).Apply(Task).Test[0]] };
        Assert.Null(AnswerWatch.Find(twin, [format.TrainingText(Task, TrainingStrategy.OutputTokens)], format));
    }

    /// <summary>No generated task of any family has its answer in what its own demonstrations make, under the widest self-edit.</summary>
    [Fact]
    public void Find_InTextsOfGeneratedTasks_RaisesNoFalseAlarm()
    {
        var format = Format("grid");
        var tasks = ArcTaskSource.Generate([.. TaskFamilies.Training.Select(family => family.Family)], 60, seed: 5, maxSide: 6);
        Assert.All(tasks, task => Assert.Null(AnswerWatch.Find(task, Texts(task, format), format)));
    }

    private static IPromptFormat Format(string name) =>
        name == "grid" ? new GridPromptFormat(Vocabulary) : new ChatPromptFormat(new ChatVocabulary { EndTokens = new EndTokens(7, 259) });

    private static IReadOnlyList<TokenSequence> Texts(ArcTask task, IPromptFormat format) =>
        new InnerLoopPlanner(new InnerSettings(Batch: 4, MaxTexts: 250, MaxSteps: 10_000), new ModelInfo(Vocabulary, 100_000, true), format)
            .Plan(task, All, new Seed(1))
            .Training!.Sequences;

    private static ArcPair Pair(string rows)
    {
        var input = Grid.FromRows([.. rows.Split('/').Select(row => row.Select(digit => digit - '0').ToArray())]);
        return new ArcPair(input, Sketch.Orient(input, 1));
    }
}
