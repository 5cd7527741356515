using System.Text.Json;
using Seal.Core.Rewards;
using Seal.Core.Updates;

namespace Seal.Knowledge.Tests.Passages;

public sealed class SelectionTests
{
    /// <summary>The released selection: of five completions the one with the best mean of three trainings, the first of equals, no threshold. That is
    /// <c>update.rule = "best-per-task"</c> with <c>reward.threshold = -1</c>.</summary>
    [Fact]
    public void BestPerTask_ReleasedMeans_KeepsWhatWasKept()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "best_of_five.json")));
        var rows = golden.RootElement.EnumerateArray().ToArray();
        Assert.Equal(50, rows.Length);
        foreach (var row in rows)
        {
            RewardedCandidate[] group =
            [
                .. row.GetProperty("means")
                    .EnumerateArray()
                    .Select((mean, i) => new RewardedCandidate("passage", i, $"completion {i}", new Reward(mean.GetDouble(), "accuracy", [], 1))),
            ];
            var weights = new BestPerTask().Weigh(group, new UpdateFilter(BestPerTask.Word, -1, 1));
            Assert.Equal(row.GetProperty("best").GetInt32(), Assert.Single(Enumerable.Range(0, group.Length), i => weights[i] > 0));
        }
    }
}
