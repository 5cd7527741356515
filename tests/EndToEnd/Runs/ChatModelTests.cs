using System.Text.Json;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Runs;

/// <summary>The paper's run on a model of its kind that knows nothing: from checkpoint to self-edit to adapter to a folder for other tools.</summary>
public sealed class ChatModelTests
{
    private static readonly string[] Small =
    [
        "tasks={ source = \"generated\", train_count = 2, evaluate_count = 1, max_side = 3 }",
        "proposal.candidates=2",
        "proposal.evaluation_candidates=1",
        "proposal.max_new_tokens=256",
        "inner.rank=4",
        "inner.max_texts=2",
        "inner.max_tokens=1024",
        "update.rounds=1",
        "update.training_epochs=1",
        "evaluate.views=1",
        // Nothing will be solved: every edit counts as good, so that the policy is trained.
        "reward.threshold=-1",
    ];

    [Fact]
    public async Task Run_TheLlamaSweepOnATinyModel_GoesFromCheckpointToAdapter()
    {
        using var folder = new TemporaryFolder();
        var model = ChatModel.In(folder.At("model"));
        var run = new SweepRun(Repository.Sweep("arc-llama-1b.toml"), folder.At("store")) { Workers = 2, Set = [$"model.path={model}", .. Small] };

        var exit = await run.ToExit();

        Assert.True(exit.Code == 0, exit.ToString());
        using var document = JsonDocument.Parse(exit.Out);
        var seal = document
            .RootElement.GetProperty("runs")
            .EnumerateArray()
            .Single(one => one.GetProperty("run").GetString()!.Contains("seal", StringComparison.Ordinal));
        var policy = seal.GetProperty("rounds")[0].GetProperty("policySha256").GetString()!;
        var blob = Directory.EnumerateFiles(Path.Combine(run.Store, "blobs"), policy, SearchOption.AllDirectories).Single();

        var exported = await SealProcess.Run(["model", "export", blob, "--output", folder.At("adapter")]);
        Assert.True(exported.Code == 0, exported.ToString());
        var merged = await SealProcess.Run(["model", "merge", model, "--adapter", folder.At("adapter"), "--output", folder.At("merged")]);
        Assert.True(merged.Code == 0, merged.ToString());
        var ids = folder.Write("ids.json", "[[3,1,4,1,5]]");
        var apart = await SealProcess.Run(["model", "generate", model, "--adapter", folder.At("adapter"), "--input", ids, "--json"]);
        var together = await SealProcess.Run(["model", "generate", folder.At("merged"), "--input", ids, "--json"]);
        Assert.True(apart.Code == 0, apart.ToString());
        Assert.Equal(apart.Out, together.Out);
    }

    [Fact]
    public async Task Run_WithoutTheGrammar_CountsWhatIsNoSelfEdit()
    {
        using var folder = new TemporaryFolder();
        var model = ChatModel.In(folder.At("model"));
        var run = new SweepRun(Repository.Sweep("arc-llama-1b.toml"), folder.At("store"))
        {
            Workers = 2,
            Set = [$"model.path={model}", .. Small, "proposal.grammar=false", "arms=[{ name = \"seal\", proposer = \"policy\" }]"],
        };

        var exit = await run.ToExit();

        // A model that knows nothing writes nothing valid; that is a result and no failure.
        Assert.True(exit.Code == 0, exit.ToString());
        var results = await File.ReadAllTextAsync(Path.Combine(run.Store, "sweeps", "arc-llama-1b", "results.json"));
        Assert.Contains("invalid", results, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Run_PlanThatDoesNotFit_IsRefusedWithTheNumbersAndAWayOut()
    {
        using var folder = new TemporaryFolder();
        var model = ChatModel.In(folder.At("model"));
        var run = new SweepRun(Repository.Sweep("arc-llama-1b.toml"), folder.At("store")) { Workers = 2, Set = [$"model.path={model}", .. Small] };

        var exit = await SealProcess.Run([.. run.Arguments, "--memory", "580MB"]);

        Assert.Equal(2, exit.Code);
        Assert.Contains("the device has 580 MB", exit.Err, StringComparison.Ordinal);
        Assert.Contains("It fits with --workers 1", exit.Err, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run.Store));
    }
}
