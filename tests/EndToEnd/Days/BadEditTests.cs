using System.Text.Json;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Days;

/// <summary>Self-edits that are no self-edits, and trainings that diverge, are verdicts of their candidates; the run goes on and ends well.</summary>
public sealed class BadEditTests
{
    [Fact]
    public async Task Run_OfAPolicyThatWritesNonsense_CountsItInvalidWithItsReasonAndGoesOn()
    {
        using var folder = new TemporaryFolder();
        // Without the grammar the fake policy writes bits of its prompt.
        var run = new SweepRun(Reference.File, folder.At("store")) { Set = ["proposal.grammar=false", "update.rounds=1", "seeds=[1]"] };

        await run.ToEnd();

        var candidates = Candidates(run.Store, "seal");
        Assert.NotEmpty(candidates);
        Assert.All(
            candidates,
            candidate =>
            {
                Assert.Equal("invalid", candidate.GetProperty("state").GetString());
                Assert.False(string.IsNullOrWhiteSpace(candidate.GetProperty("rejection").GetString()));
            }
        );
        Assert.All(Candidates(run.Store, "random"), candidate => Assert.Equal("scored", candidate.GetProperty("state").GetString()));
    }

    [Theory]
    [InlineData("0.1", 1, "not finite")]
    [InlineData("0.001", 64, "step")]
    public async Task Run_OfAnEditThatFails_CountsItFailedWithItsReasonAndGoesOn(string learningRate, int epochs, string reason)
    {
        using var folder = new TemporaryFolder();
        string Arm(string name, string rate, int times) =>
            $$"""{ name = "{{name}}", proposer = "constant", edit = { data_generation = { use_basic_augmentations = true, use_size_augmentations = false, use_chain_augmentations = false, use_repeat_augmentations = false }, training = { strategy = "train_using_output_tokens", learning_rate = {{rate}}, num_train_epochs = {{times}} } } }""";
        var run = new SweepRun(Reference.File, folder.At("store"))
        {
            Set = [$"arms=[{Arm("bad", learningRate, epochs)}, {Arm("good", "1e-3", 1)}]", "update.rounds=0", "seeds=[1]"],
        };

        await run.ToEnd();

        var bad = Candidates(run.Store, "bad");
        Assert.NotEmpty(bad);
        Assert.All(
            bad,
            candidate =>
            {
                Assert.Equal("failed", candidate.GetProperty("state").GetString());
                Assert.Contains(reason, candidate.GetProperty("trial").GetProperty("failure").GetString()!, StringComparison.Ordinal);
            }
        );
        Assert.All(Candidates(run.Store, "good"), candidate => Assert.Equal("scored", candidate.GetProperty("state").GetString()));
    }

    private static List<JsonElement> Candidates(string store, string arm)
    {
        using var results = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(store, "sweeps", "tiny-fake", "results.json")));
        return
        [
            .. results
                .RootElement.GetProperty("runs")
                .EnumerateArray()
                .Where(run => run.GetProperty("arm").GetString() == arm)
                .SelectMany(run => run.GetProperty("phases").EnumerateArray())
                .SelectMany(phase => phase.GetProperty("tasks").EnumerateArray())
                .SelectMany(task => task.GetProperty("candidates").EnumerateArray())
                .Select(candidate => candidate.Clone()),
        ];
    }
}
