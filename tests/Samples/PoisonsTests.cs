using System.Text.Json;
using Seal.Core.Domains;
using Seal.Core.Jobs;
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
