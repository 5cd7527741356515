using CsCheck;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;
using Seal.Core.Updates;

namespace Seal.Core.Tests.Updates;

public sealed class UpdatePlanTests
{
    [Fact]
    public void Batches_AnyNumbers_GoOnceOverAllExamplesInEveryEpoch() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 6], Gen.Int[1, 12], Gen.ULong)
            .Sample(
                (examples, epochs, batch, seed) =>
                {
                    var batches = UpdatePlan.Batches(examples, epochs, batch, new Seed(seed));
                    Assert.Equal(UpdatePlan.Steps(examples, epochs, batch), batches.Count);
                    var perEpoch = (examples + batch - 1) / batch;
                    for (var epoch = 0; epoch < epochs && examples > 0; epoch++)
                    {
                        var mine = batches.Skip(epoch * perEpoch).Take(perEpoch).ToArray();
                        Assert.Equal(Enumerable.Range(0, examples), mine.SelectMany(index => index).Order());
                        Assert.All(mine.SkipLast(1), indices => Assert.Equal(batch, indices.Length));
                    }
                }
            );

    [Fact]
    public void Batches_MoreEpochs_KeepsTheOrderOfTheEarlierOnes()
    {
        var few = UpdatePlan.Batches(17, 3, 5, new Seed(1));

        Assert.Equal(few, UpdatePlan.Batches(17, 8, 5, new Seed(1)).Take(few.Count));
        Assert.NotEqual(few.Take(4).SelectMany(batch => batch), few.Skip(4).Take(4).SelectMany(batch => batch));
    }

    /// <summary>Every pass has sequences of its own: the order is that of one set of sequences, the sequences are the pass's.</summary>
    [Fact]
    public void Request_AViewForEveryEpoch_GoesOverEachEpochsOwnInTheSameOrder() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 5], Gen.Int[1, 6], Gen.ULong)
            .Sample(
                (examples, epochs, batch, seed) =>
                {
                    var settings = new UpdateSettings(TrainingEpochs: epochs, Batch: batch);
                    TokenSequence[] Sequences(int count) => [.. Enumerable.Range(0, count).Select(i => new TokenSequence([i], [1]))];
                    var plain = UpdatePlan.Request(Sequences(examples), settings, new Seed(seed))!;
                    var viewed = UpdatePlan.Request(Sequences(examples * epochs), settings, new Seed(seed), views: epochs)!;

                    Assert.Equal(plain.Batches, viewed.Batches.Select(indices => Array.ConvertAll(indices, index => index % examples)));
                    Assert.Equal(Enumerable.Range(0, examples * epochs), viewed.Batches.SelectMany(indices => indices).Order());
                    Assert.Equal(plain.Optimizer, viewed.Optimizer);
                }
            );

    [Fact]
    public void Request_NothingKept_IsNothing() => Assert.Null(UpdatePlan.Request([], new UpdateSettings(), new Seed(1)));

    [Fact]
    public void Request_KeptPairs_IsThePapersUpdate()
    {
        TokenSequence[] sequences = [.. Enumerable.Range(0, 7).Select(i => new TokenSequence([i], [1]))];
        var request = UpdatePlan.Request(sequences, new UpdateSettings(), new Seed(1))!;

        Assert.Equal((DeltaKind.Lora, 16, 16.0), (request.Delta.Kind, request.Delta.Rank, request.Delta.Alpha));
        Assert.Equal(["q_proj", "v_proj", "gate_proj", "up_proj", "down_proj"], request.Delta.Targets);
        // Eight passes over seven pairs, five and two at a time; no warm-up, decay over all steps.
        Assert.Equal(new OptimizerSpec(5e-5, 0, 16, Constant: false, WeightDecay: 0, GradientClip: 1), request.Optimizer);
        Assert.Equal(Enumerable.Repeat(new[] { 5, 2 }, 8).SelectMany(sizes => sizes), request.Batches.Select(batch => batch.Length));
        Assert.Equal(sequences, request.Sequences);
        Assert.Equal((0.0, 0), (request.StopBelowLoss, request.StopAfterSteps));
    }

    [Fact]
    public void Request_OtherSettings_AreAllCarriedOut()
    {
        var settings = new UpdateSettings(Delta: DeltaKind.Full, TrainingEpochs: 3, Batch: 2, LearningRate: 0.5, WarmupSteps: 4, GradientClip: 0.25);
        var request = UpdatePlan.Request(
            [new TokenSequence([1], [1]), new TokenSequence([2], [1]), new TokenSequence([3], [1])],
            settings,
            new Seed(1)
        )!;

        Assert.Equal((DeltaKind.Full, 0, 0.0, 0), (request.Delta.Kind, request.Delta.Rank, request.Delta.Alpha, request.Delta.Targets.Count));
        Assert.Equal(new OptimizerSpec(0.5, 4, 6, GradientClip: 0.25), request.Optimizer);
        Assert.Equal(
            ["q_proj"],
            UpdatePlan.Request([new TokenSequence([1], [1])], new UpdateSettings(Targets: ["q_proj"]), new Seed(1))!.Delta.Targets
        );
    }

    [Fact]
    public void Request_SeedsOfItsParts_AreNamedAfterWhatTheyDraw()
    {
        var request = UpdatePlan.Request([.. Enumerable.Range(0, 7).Select(i => new TokenSequence([i], [1]))], new UpdateSettings(), new Seed(1))!;

        Assert.Equal(new Seed(1).Derive("initial"), request.InitialSeed);
        Assert.Equal(UpdatePlan.Batches(7, 8, 5, new Seed(1).Derive("order")), request.Batches);
    }

    [Fact]
    public void Batches_OfNumbersThatMakeNoSense_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => UpdatePlan.Batches(-1, 1, 1, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => UpdatePlan.Batches(1, -1, 1, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => UpdatePlan.Batches(1, 1, 0, default));
        Assert.Throws<OverflowException>(() => UpdatePlan.Steps(int.MaxValue - 1, 2, 1));
    }
}
