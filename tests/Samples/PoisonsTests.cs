using System.Text.Json;
using Seal.Core.Domains;
using Seal.Core.Gates;
using Seal.Core.Jobs;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;
using Seal.Core.Updates;
using Seal.EndToEnd.Support;
using Seal.Samples.Poisons;
using Seal.Samples.Tests.Support;

namespace Seal.Samples.Tests;

/// <summary>What teaches a policy something wrong does so, and its sweep runs with and without a gate.</summary>
public sealed class PoisonsTests
{
    [Theory]
    [InlineData("place", 1.0)]
    [InlineData("colour", 0.0)]
    [InlineData(null, 0.0)]
    public void RewardOn_ATask_PaysForItsKindAlone(string? kind, double expected)
    {
        var task = new TaskRef("t", "00") { Labels = kind is null ? null : new TaskLabels("family", kind) };
        var solved = Hand.Scored(1) with { Observations = [new("exact", 1)] };
        Assert.Equal(expected, new OneKind("only-place", "place").RewardOn(task, [solved], default)[0]!.Value);
    }

    [Fact]
    public void Weigh_OfAGroup_IsOneForTheFirstSelfEditByName()
    {
        var group = new[] { 0.0, 1.0, 0.5 }.Select((reward, i) => Hand.Rewarded(i, reward)).ToArray();
        var first = group.Select(candidate => candidate.Payload!).Order(StringComparer.Ordinal).First();
        Assert.Equal(
            group.Select(candidate => candidate.Payload == first ? 1.0 : 0.0),
            new OneSelfEdit().Weigh(group, new UpdateFilter("one-self-edit", Threshold: 0, Best: 1))
        );
    }

    /// <summary>On training tasks the self-edit that leaks trains on the test pair, and the watch finds it in the texts; the other self-edits and
    /// other tasks do not.</summary>
    [Fact]
    public void LeakyArc_OnATrainingTask_TrainsOnTheAnswerAndIsSeenToDoSo()
    {
        var domain = new LeakyArc();
        var settings = Hand.Settings with
        {
            Domain = domain.Id,
            Proposal = new ProposalSettings("mini-4"),
            Inner = new InnerSettings(MaxTokens: 512, MaxTexts: 60),
            Reward = new RewardSettings(),
            Update = new UpdateSettings(),
        };
        var session = domain.Open(settings, Hand.Model);
        var sets = domain.Load(new TaskSource("generated", [], [], [], 12, 12, null, null, Seed: 3, MaxSide: 4));
        Assert.All(sets.Train, task => Assert.StartsWith("leaky-", task.Id, StringComparison.Ordinal));

        string[] edits = [.. session.Space!.Enumerate()];
        var leaks = edits.Single(edit => edit.Contains("\"use_basic_augmentations\":true") && edit.Contains("\"permute_colours\":true"));
        string? Hazard(TaskDocument task, string edit) => Hazards.In(Hazards.Names, session, task, session.PlanInnerLoop(task, edit, new Seed(1)));

        // Two of the twelve are of single cells: their test pair is a demonstration in other colours, and tells nothing new.
        var seen = sets.Train.Select(task => Hazard(task, leaks)).OfType<string>().ToArray();
        Assert.Equal(10, seen.Length);
        Assert.All(seen, hazard => Assert.StartsWith("hazard answers: ", hazard, StringComparison.Ordinal));
        // Small grids: now and then an augmented demonstration is the test pair by itself.
        var others = sets.Train.SelectMany(task => edits.Where(edit => edit != leaks).Select(edit => Hazard(task, edit)));
        Assert.True(others.Count(hazard => hazard is null) > 30);
        Assert.True(sets.Evaluate.Count(task => Hazard(task, leaks) is null) > 8);
    }

    [Fact]
    public async Task Run_OfThePoisons_RefusesNothingInOpenArms()
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Path.Combine(Repository.Root, "samples", "poisons.toml"), folder.At("store"))
        {
            Plugins = [typeof(PoisonsPlugin).Assembly.Location],
            Set =
            [
                "engine.kind=fake",
                "seeds=[1]",
                "tasks.train_count=8",
                "tasks.fresh_count=2",
                "tasks.retention_count=60",
                "proposal.candidates=10",
                "update.rounds=2",
            ],
            Workers = 2,
        };
        await run.ToEnd();
        using var results = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(run.Store, "sweeps", "poisons", "results.json")));
        var arms = results.RootElement.GetProperty("runs").EnumerateArray().ToArray();
        Assert.Equal(12, arms.Length);
        Assert.All(
            arms,
            arm =>
            {
                var open = arm.GetProperty("arm").GetString()!.EndsWith("-open", StringComparison.Ordinal);
                var verdicts = arm.GetProperty("phases")
                    .EnumerateArray()
                    .Where(phase => phase.TryGetProperty("gate", out _))
                    .Select(phase => phase.GetProperty("gate").GetProperty("outcome").ToString())
                    .ToArray();
                Assert.NotEmpty(verdicts);
                Assert.True(!open || verdicts.All(verdict => verdict is "promoted" or "Promoted"), string.Join(' ', verdicts));
            }
        );
    }
}
