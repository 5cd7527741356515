using Seal.Core.Artifacts;
using Seal.Core.Jobs;
using Seal.Core.Programs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Programs;

/// <summary>The outer update: which pairs are trained on, how, and what becomes the next policy.</summary>
public sealed class UpdateProgramTests
{
    private static readonly UpdateSettings Once = new(TrainingEpochs: 1, Batch: 2, LearningRate: 0.25, Rank: 3, Alpha: 5);

    [Fact]
    public void Run_KeptPairs_TrainsThePolicyOnThemInTheFiltersOrder()
    {
        var environment = new ScriptedEnvironment();
        Update(environment, Once, ("tb", "bb"), ("ta", "ccc"), ("tb", "bb"));

        Assert.Equal([SmallRun.Base.With("before")], environment.Engine.Opened);
        var request = Assert.Single(Assert.Single(environment.Engine.Packs));
        Assert.Equal(
            ["\"tb\">bb", "\"ta\">ccc", "\"tb\">bb"],
            request.Sequences.Select(sequence => environment.Engine.Tokenizer.Decode(sequence.Tokens))
        );
        Assert.Equal(
            (3, 5.0, 0.25, 2, 2),
            (request.Delta.Rank, request.Delta.Alpha, request.Optimizer.LearningRate, request.Batches.Count, request.Optimizer.TotalSteps)
        );
        Assert.Equal([0, 1, 2], request.Batches.SelectMany(batch => batch).Order());
    }

    [Fact]
    public void Run_ThatLearned_KeepsTheAdapterAndNamesItByItsContent()
    {
        var environment = new ScriptedEnvironment { Engine = new ScriptedEngine { Losses = _ => [2, 0.1] } };
        var result = Update(environment, Once, ("ta", "a"), ("ta", "b"), ("ta", "c"));

        Assert.Equal(("adapter.safetensors", 1), (Assert.Single(environment.Kept).Name, environment.Kept[0].Bytes.Length));
        Assert.Equal(new UpdateResult(ArtifactKey.Sha256([0]), 2, 2, 0.1f, null), result);
        Assert.Equal(1, Assert.Single(environment.Engine.Deltas).Disposals);
        Assert.Equal([(1, 2, 2.0), (2, 2, 0.1)], environment.Steps);
    }

    /// <summary>A pair's weight weighs each of its tokens that count, and no other.</summary>
    [Fact]
    public void Run_PairWithAWeight_WeighsItsTokensByIt()
    {
        var environment = new ScriptedEnvironment();
        var job = new UpdateJob(
            environment.Policy(SmallRun.Base),
            [new UpdatePair(environment.Task("ta"), "bb"), new UpdatePair(environment.Task("ta"), "bb", Weight: 0.25)],
            1
        );
        var run = environment.Run(SmallRun.Of(new ArmSpec("seal", "policy"), update: Once));
        new JobRunner(environment).Run(new JobAssignment("job", 1, default, run, Update: job), CancellationToken.None);
        var sequences = environment.Engine.Packs[0][0].Sequences;

        Assert.Contains(1f, sequences[0].Weights);
        Assert.Equal(sequences[0].Weights.Select(weight => weight * 0.25f), sequences[1].Weights);
    }

    [Fact]
    public void Run_ThatDiverged_LeavesThePolicyAndSaysWhy()
    {
        var environment = new ScriptedEnvironment { Engine = new ScriptedEngine { Losses = _ => [2, double.NaN] } };
        var result = Update(environment, Once, ("ta", "a"));

        Assert.Equal(new UpdateResult(null, 2, null, null, "loss is not finite"), result);
        Assert.Empty(environment.Kept);
    }

    [Fact]
    public void Run_WithoutPairs_IsRefused() =>
        Assert.Contains(
            "nothing to learn from",
            Assert.Throws<ArgumentException>(() => Update(new ScriptedEnvironment(), Once)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Run_OtherSeed_DrawsOtherInitialValuesAndAnotherOrder()
    {
        (string, string)[] pairs = [.. Enumerable.Range(0, 20).Select(i => ("ta", $"edit {i}"))];
        var (first, again, other) = (Request(1), Request(1), Request(2));

        Assert.Equal(Order(first), Order(again));
        Assert.Equal(first.InitialSeed, again.InitialSeed);
        Assert.NotEqual(Order(first), Order(other));
        Assert.NotEqual(first.InitialSeed, other.InitialSeed);

        Engines.TrainRequest Request(ulong seed)
        {
            var environment = new ScriptedEnvironment();
            Update(environment, Once, seed, pairs);
            return environment.Engine.Packs[0][0];
        }

        static string Order(Engines.TrainRequest request) => string.Join(' ', request.Batches.SelectMany(batch => batch));
    }

    private static UpdateResult Update(ScriptedEnvironment environment, UpdateSettings settings, params (string Task, string Payload)[] pairs) =>
        Update(environment, settings, 1, pairs);

    private static UpdateResult Update(ScriptedEnvironment environment, UpdateSettings settings, ulong seed, (string Task, string Payload)[] pairs)
    {
        var job = new UpdateJob(
            environment.Policy(SmallRun.Base.With("before")),
            [.. pairs.Select(pair => new UpdatePair(environment.Task(pair.Task), pair.Payload))],
            seed
        );
        var assignment = new JobAssignment(
            "job",
            1,
            default,
            environment.Run(SmallRun.Of(new ArmSpec("seal", "policy"), update: settings)),
            Update: job
        );
        return new JobRunner(environment).Run(assignment, CancellationToken.None).Update!;
    }
}
