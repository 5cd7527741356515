using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Seal.Core.Randomness;
using Seal.EndToEnd.Support;
using Seal.Grains.Tests.Judging;

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

    /// <summary>A rate at which a random model learns to answer with something: empty answers are judged by nobody.</summary>
    private const string Talks = "passages.learning_rate=0.05";

    [Fact]
    public async Task Run_ThePublishedSweepOnATinyModel_GivesTheSameBytesAfterKills()
    {
        using var folder = new TemporaryFolder();
        var set = await TinyPassages(folder);
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
        var model = await TinyWorld.Model(folder);
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
            // A model that knows nothing has nothing to lose, but answers may become less likely.
            "gate.rules=[\"drift\"]",
            "tasks.retention_count=200",
        ];

        await SameAfterKills(new SweepRun(Repository.Sweep("knowledge/level-1.toml"), folder.At("one")) { Workers = 1, Set = set }, folder.At("two"));
    }

    /// <summary>Verdicts are kept under what they depend on: a sweep that was killed asks only what it does not have, and one that has all of them
    /// asks nothing. The key goes to the judge and nowhere else.</summary>
    [Fact]
    public async Task Run_WithAJudge_AsksEachQuestionOnceAndReplaysIt()
    {
        const string Key = "sk-e2e-nowhere-to-be-found";
        using var folder = new TemporaryFolder();
        using var judge = new StubJudge(StubJudge.Compare);
        var alone = new SweepRun(Repository.Sweep("squad-qwen-7b.toml"), folder.At("one"))
        {
            Workers = 1,
            Set = [.. await TinyPassages(folder), "passages.grader=judge", "passages.judge=org/judge:1", Talks],
            Environment = new() { ["SEAL_JUDGE_URL"] = judge.Url, ["SEAL_JUDGE_KEY"] = Key },
        };

        foreach (var (environment, problem) in Unusable(judge.Url))
        {
            var refused = await (alone with { Environment = environment }).ToExit();
            Assert.True(refused.Code == 2 && refused.Err.Contains(problem, StringComparison.Ordinal), refused.ToString());
        }

        Assert.Empty(judge.Requests);
        var exit = await alone.ToExit();
        var expected = SweepResult.Of(exit, alone.Store);
        var asked = judge.Requests.Count;
        Assert.True(asked > 0);
        Assert.Equal(asked, Verdicts(alone.Store).Length);
        Assert.All(judge.Requests, request => Assert.Equal(($"Bearer {Key}", "org/judge:1"), (request.Authorization, request.Model)));
        Assert.DoesNotContain(Key, exit.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories), file => Holds(file, Key));

        var killed = await KillPlan.Run(alone with { Store = folder.At("two"), Workers = 2 }, [2, 6], new Seed(1));
        Assert.Equal((2, expected), (killed.Kills, killed.Result));
        // What a kill took before it was kept is asked again: four questions of each slot at most.
        Assert.InRange(judge.Requests.Count - asked, asked, asked + (2 * 2 * 4));

        foreach (var file in Verdicts(alone.Store))
        {
            var copy = Path.Combine(folder.At("three"), Path.GetRelativePath(alone.Store, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var before = judge.Requests.Count;
        Assert.Equal(expected, await (alone with { Store = folder.At("three") }).ToEnd());
        Assert.Equal(before, judge.Requests.Count);
    }

    /// <summary>A key that is refused: nothing is trained for nothing, and the run says what to do.</summary>
    [Fact]
    public async Task Run_JudgeRefusesTheKey_EndsWithoutTrainingAndNamesTheVariable()
    {
        using var folder = new TemporaryFolder();
        using var judge = new StubJudge(_ => new StubJudge.Reply(401, ""));
        var run = new SweepRun(Repository.Sweep("squad-qwen-7b.toml"), folder.At("one"))
        {
            Workers = 1,
            Set = [.. await TinyPassages(folder), "passages.grader=judge", "passages.judge=m", Talks],
            Environment = new() { ["SEAL_JUDGE_URL"] = judge.Url },
        };

        var exit = await run.ToExit();

        Assert.True(exit.Code == 3 && (exit.Out + exit.Err).Contains("SEAL_JUDGE_KEY", StringComparison.Ordinal), exit.ToString());
        Assert.InRange(judge.Requests.Count, 1, 4);
    }

    /// <summary>A judge on this machine says the same again where nothing was kept, so another store has the same bytes.</summary>
    [Fact]
    public async Task Run_WithAChatCheckpointAsJudge_GivesTheSameBytesInAnotherStoreAndAfterAKill()
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Repository.Sweep("squad-qwen-7b.toml"), folder.At("one"))
        {
            Workers = 1,
            Set = [.. await TinyPassages(folder), "passages.grader=judge", "passages.judge=tiny", Talks],
            Environment = new() { ["SEAL_JUDGE_FOLDER"] = folder.At("judge") },
        };
        Directory.CreateDirectory(folder.At("judge"));
        foreach (var file in Directory.GetFiles(folder.At("model")))
        {
            File.Copy(file, Path.Combine(folder.At("judge"), Path.GetFileName(file)));
        }

        folder.Write(
            Path.Combine("judge", "chat_template.jinja"),
            "{% for one in messages %}<|start_header_id|>{{ one['role'] }}<|end_header_id|>{{ one['content'] }}<|eot_id|>{% endfor %}"
        );
        var refused = await run.ToExit();
        Assert.Equal(2, refused.Code);
        var name = Regex.Match(refused.Err.ReplaceLineEndings(""), "passages.judge = *\"(tiny@[0-9a-f]{12})\"").Groups[1].Value;
        Assert.True(name.Length > 0, refused.ToString());

        run = run with { Set = [.. run.Set.Select(one => one == "passages.judge=tiny" ? $"passages.judge={name}" : one)] };
        var expected = await run.ToEnd();
        Assert.NotEmpty(Verdicts(run.Store));

        var killed = await KillPlan.Run(run with { Store = folder.At("two"), Workers = 2 }, [3], new Seed(1));
        Assert.Equal((1, expected), (killed.Kills, killed.Result));
    }

    private static IEnumerable<(Dictionary<string, string> Environment, string Problem)> Unusable(string url) =>
        [
            ([], "Set SEAL_JUDGE_URL"),
            (new() { ["SEAL_JUDGE_URL"] = url, ["SEAL_JUDGE_MODEL"] = "other" }, "SEAL_JUDGE_MODEL says other"),
            (new() { ["SEAL_JUDGE_URL"] = "judge" }, "SEAL_JUDGE_URL must be an address"),
        ];

    /// <summary>Every row of the shipped sweep: what is written, merged and replayed on the way is written, merged and replayed again.</summary>
    [Fact]
    public async Task Run_PassagesOneAfterTheOther_GivesTheSameBytesAfterKills()
    {
        using var folder = new TemporaryFolder();
        await SameAfterKills(TinyWorld.Chains(await TinyWorld.Model(folder), folder.At("one")), folder.At("two"));
    }

    private static string[] Verdicts(string store) => Directory.GetFiles(Path.Combine(store, "verdicts"), "*.json", SearchOption.AllDirectories);

    private static bool Holds(string file, string text) => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    /// <summary>What makes the published sweep a matter of seconds: a random model and three passages.</summary>
    private static async Task<string[]> TinyPassages(TemporaryFolder folder)
    {
        var model = folder.At("model");
        Assert.Equal(0, (await SealProcess.Run(["model", "random", model, "--shape", "tiny-qwen2.5", "--dtype", "bf16"])).Code);
        var vocabulary = Path.Combine(Repository.Root, "tests", "Models", "data", "golden", "tokenizer", "tiny512");
        foreach (var file in new[] { "tokenizer.json", "tokenizer_config.json" })
        {
            File.Copy(Path.Combine(vocabulary, file), Path.Combine(model, file));
        }

        return
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
