using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Json;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;
using Seal.Samples.Digits;
using Seal.Samples.Tests.Support;

namespace Seal.Samples.Tests;

public sealed class DigitsDomainTests
{
    [Fact]
    public void Load_AllTasks_GoOnByARuleOfTheirOwn()
    {
        Assert.Equal(39, Hand.Tasks.Select(task => task.Id).Distinct().Count());
        foreach (var task in Hand.Tasks)
        {
            var words = task.Id.Split('-');
            var (factor, step) = (words[1][0] - '0', words[3][0] - '0');
            var read = SealJson.Parse<DigitsTask>(task.Json);
            Assert.Equal(6, read.Shown.Count);
            Assert.All(
                read.Shown.Append(read.Given + read.Answer),
                text => Assert.All(text.Zip(text.Skip(1)), pair => Assert.Equal(((factor * (pair.First - '0')) + step) % 10, pair.Second - '0'))
            );
        }
    }

    [Fact]
    public void Load_TrainingAndEvaluation_ShareNoTask()
    {
        var sets = new DigitsDomain().Load(Hand.Generated(20, 19));

        Assert.Empty(sets.Train.Select(task => task.Id).Intersect(sets.Evaluate.Select(task => task.Id)));
        Assert.Equal((20, 19), (sets.Train.Count, sets.Evaluate.Count));
        Assert.Contains(
            "39 at most",
            Assert.Throws<SweepException>(() => new DigitsDomain().Load(Hand.Generated(20, 20))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void PlanInnerLoop_FewerSequencesShown_TrainsOnThose()
    {
        var edit = Hand.Session().Space!.Enumerate().First();
        int Texts(string? own) => Hand.Session(Hand.Settings with { Own = own }).PlanInnerLoop(Hand.Tasks[0], edit, new(1)).Training!.Sequences.Count;

        Assert.Equal((6, 2), (Texts(null), Texts("""{"shown":2}""")));
    }

    [Fact]
    public void Parse_EveryListedEdit_IsItselfAndNothingElseIsOne()
    {
        var session = Hand.Session();
        Assert.All(session.Space!.Enumerate(), edit => Assert.Equal(edit, session.Parse($" {edit}\n").Payload));
        Assert.NotNull(session.Parse("""{"texts":"whole","steps":5,"learning_rate":0.01}""").Rejection);
        Assert.NotNull(session.Parse("").Rejection);
    }

    [Theory]
    [InlineData("""{"texts":"whole","steps":16,"learning_rate":0.01}""", 6, 8)]
    [InlineData("""{"texts":"pairs","steps":4,"learning_rate":0.01}""", 42, 2)]
    public void PlanInnerLoop_OfASelfEdit_IsWhatItSays(string edit, int texts, int length)
    {
        var plan = Hand.Session().PlanInnerLoop(Hand.Tasks[0], edit, new Seed(1)).Training!;
        var read = SealJson.Parse<DigitsEdit>(edit);

        Assert.Equal((texts, read.Steps, read.LearningRate), (plan.Sequences.Count, plan.Batches.Count, plan.Optimizer.LearningRate));
        Assert.All(plan.Sequences, text => Assert.Equal(length, text.Length));
        Assert.All(plan.Batches, batch => Assert.Equal(2, batch.Distinct().Count()));
    }

    [Fact]
    public void TrialIdentity_OfWhatATrialReads_IsAnotherAndOfTheRestTheSame()
    {
        var domain = new DigitsDomain();
        string Of(InnerSettings inner) => domain.TrialIdentity(Hand.Settings with { Inner = inner }, EvaluationKind.Plain);
        var own = Hand.Settings.Inner;

        Assert.Equal(Of(own), Of(own with { PackSize = 4, Seeds = 2, WarmupSteps = 3 }));
        InnerSettings[] others = [own with { Rank = 4 }, own with { Batch = 1 }, own with { MaxSteps = 5 }, own with { GradientClip = 2 }];
        Assert.All(others, other => Assert.NotEqual(Of(own), Of(other)));
    }

    [Fact]
    public void Evaluate_ByAModel_CountsTheAnswersDigits()
    {
        using var engine = new FakeEngine(Hand.Model.Tokenizer);
        var model = engine.Open(new ModelRef(FakeEngine.BaseSha256, []), null!);

        var seen = Hand.Session()
            .Evaluate(model, null, Hand.Tasks[0], "none", EvaluationKind.Plain, new Seed(1), CancellationToken.None)
            .Observations.ToDictionary(one => one.Name, one => one.Value);

        // The stand-in has all digits right, or all but the last of five.
        Assert.Contains(seen[ObservationNames.TokenAccuracy], new[] { 0.8, 1 });
        Assert.Equal(seen[ObservationNames.TokenAccuracy] == 1 ? 1 : 0, seen[ObservationNames.Exact]);
    }
}
