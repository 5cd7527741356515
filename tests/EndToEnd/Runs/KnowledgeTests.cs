using System.Text.Json;
using Seal.Core.Randomness;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Runs;

/// <summary>Knowledge incorporation with real processes: passages on a random Qwen, and the generated world. Equal bytes on one worker, and on two
/// after kills.</summary>
public sealed class KnowledgeTests
{
    /// <summary>Whose titles, lines and answers are not ASCII alone.</summary>
    private const string Passages = """
        [{"title":"Zürich","context":"Zürich lies on the Limmat. It has 400,000 people.",
          "questions":[{"question":"Where does it lie?","answer":"on the Limmat"}]},
         {"title":"Uri","context":"Uri was founded in 1291.","questions":[{"question":"When?","answer":"1291"},{"question":"What?","answer":"Uri"}]},
         {"title":"Bern","context":"Bern has bears.","questions":[{"question":"What has it?","answer":"bears"}]}]
        """;

    [Fact]
    public async Task Run_ThePublishedSweepOnATinyModel_GivesTheSameBytesAfterKills()
    {
        using var folder = new TemporaryFolder();
        var model = folder.At("model");
        Assert.Equal(0, (await SealProcess.Run(["model", "random", model, "--shape", "tiny-qwen2.5", "--dtype", "bf16"])).Code);
        var vocabulary = Path.Combine(Repository.Root, "tests", "Models", "data", "golden", "tokenizer", "tiny512");
        foreach (var file in new[] { "tokenizer.json", "tokenizer_config.json" })
        {
            File.Copy(Path.Combine(vocabulary, file), Path.Combine(model, file));
        }

        string[] set =
        [
            $"model.path={model}",
            $"tasks.path={folder.Write("passages.json", Passages)}",
            "tasks.train_count=2",
            "tasks.evaluate_count=1",
            "proposal.candidates=2",
            "proposal.max_new_tokens=24",
            "inner.rank=4",
            "inner.max_tokens=64",
            "update.rank=4",
            "update.rounds=1",
            "reward.trials=2",
            "passages.training_epochs=2",
            "passages.answer_tokens=4",
        ];
        var sweep = Repository.Sweep("squad-qwen-7b.toml");

        await SameAfterKills(new SweepRun(sweep, folder.At("one")) { Workers = 1, Set = set }, folder.At("two"));

        var dry = await SealProcess.Run(["run", sweep, "--dry-run", "--json", .. set.SelectMany(one => new[] { "--set", one })]);
        Assert.True(dry.Code == 0, dry.ToString());
        using var document = JsonDocument.Parse(dry.Out);
        Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
    }

    [Fact]
    public async Task Run_TheGeneratedWorld_GivesTheSameBytesAfterKills()
    {
        using var folder = new TemporaryFolder();
        var model = folder.At("world");
        string[] pretrain =
        [
            "model",
            "pretrain",
            model,
            "--corpus",
            "knowledge/level-1",
            "--steps",
            "4",
            "--decay-steps",
            "1",
            "--hidden",
            "16",
            "--layers",
            "1",
            "--heads",
            "1",
        ];
        Assert.Equal(0, (await SealProcess.Run(pretrain)).Code);
        string[] set =
        [
            $"model.path={model}",
            "seeds=[1]",
            "arms=[{ name = \"seal\", proposer = \"policy\" }, { name = \"table\", proposer = \"table\" }, "
                + "{ name = \"turn\", proposer = \"constant\", edit = \"rule turn*6\" }]",
            "tasks.train_count=2",
            "tasks.evaluate_count=2",
            "proposal.candidates=2",
            "proposal.table_edits=2",
            "update.rounds=2",
            "knowledge.steps=2",
        ];

        await SameAfterKills(new SweepRun(Repository.Sweep("knowledge/level-1.toml"), folder.At("one")) { Workers = 1, Set = set }, folder.At("two"));
    }

    private static async Task SameAfterKills(SweepRun alone, string other)
    {
        var expected = await alone.ToEnd();
        var jobs = StoreFolder.Manifests(alone.Store);

        var killed = await KillPlan.Run(alone with { Store = other, Workers = 2 }, [jobs / 4, jobs / 2], new Seed(1));

        Assert.Equal(2, killed.Kills);
        Assert.Empty(killed.Repeated);
        Assert.Equal(expected, killed.Result);
    }
}
