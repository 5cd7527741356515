using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Input;

/// <summary>What cannot be run is refused before anything is written, with one message that says what is wrong and where.</summary>
public sealed class BadInputTests
{
    private const string GoodTask =
        """{"train":[{"input":[[1]],"output":[[2]]},{"input":[[3]],"output":[[4]]}],"test":[{"input":[[5]],"output":[[6]]}]}""";

    private const string Sweep = """
        name = "bad"
        seeds = [1]
        [tasks]
        source = "files"
        path = "tasks"
        evaluate = ["good", "other"]
        [[arms]]
        name = "random"
        proposer = "random"
        [engine]
        kind = "fake"
        [evaluate]
        when = "last"
        """;

    public static TheoryData<string, string[], string> Refusals =>
        new()
        {
            { "unclosed text", ["sweep.toml=name = \"x"], "sweep.toml:1: is not TOML here" },
            { "unknown key", ["set=inner.rnak=8"], "inner.rnak=8: is not a known key; did you mean inner.rank?" },
            { "out of range", ["set=inner.rank=0"], "0 is not in 1..1024" },
            { "another type", ["set=inner.rank=true"], "expected a whole number in 1..1024" },
            { "grid of zero cells", ["set=inner.rank=[]"], "a grid of 0 cells" },
            { "no sweep file", ["sweep.toml="], "sweep.toml: there is no such file" },
            { "no tasks folder", ["set=tasks.path=nowhere"], "there is no \"nowhere\"" },
            { "empty tasks folder", ["tasks/good.json=", "tasks/other.json="], "tasks good, other not found" },
            { "empty task list", ["set=tasks.evaluate=[]"], "there are no evaluation tasks" },
            { "task is not JSON", ["tasks/other.json={\"train\":["], "other.json:1: not valid JSON" },
            { "task is another JSON", ["tasks/other.json={\"train\":3,\"test\":4}"], "other.json: task other: \"train\" is 3, not a list of pairs" },
            {
                "ragged grid",
                ["tasks/other.json={\"train\":[{\"input\":[[1,2],[3]],\"output\":[[4]]}],\"test\":[{\"input\":[[5]],\"output\":[[6]]}]}"],
                "other.json: task other: demonstration 1 input: row 2 has 1 cells, the first has 2"
            },
            {
                "evaluation task that is a training task",
                [
                    "tasks/other.json=" + GoodTask.Replace("[[6]]", "[[7]]", StringComparison.Ordinal),
                    "set=tasks.train=[\"good\"]",
                    "set=tasks.evaluate=[\"other\"]",
                ],
                "the evaluation task other is the training task good"
            },
            {
                "no test output",
                ["tasks/other.json={\"train\":[{\"input\":[[1]],\"output\":[[4]]}],\"test\":[{\"input\":[[5]]}]}"],
                "task other: test pair 1 has no output"
            },
            { "no model folder", ["set=engine.kind=\"torch\"", "set=model.path=nowhere"], "nowhere: no config.json there" },
            {
                "broken config",
                ["set=engine.kind=\"torch\"", "set=model.path=model", "model/config.json={\"hidden_size\": "],
                "config.json: not JSON"
            },
            {
                "cut weights",
                ["set=engine.kind=\"torch\"", "set=model.path=model", "model/model.safetensors=cut"],
                "The file may be cut short: fetch it again. [OffsetsBeyondFile]"
            },
            {
                "no weights",
                ["set=engine.kind=\"torch\"", "set=model.path=model", "model/model.safetensors="],
                "model.safetensors: no such file. Check model.path"
            },
            {
                "broken tokenizer",
                ["set=engine.kind=\"torch\"", "set=model.path=model", "model/tokenizer.json={}"],
                "tokenizer.json: neither a seal-grid nor a Hugging Face vocabulary"
            },
            {
                "self-edit out of range",
                ["set=arms=[{ name = \"a\", proposer = \"constant\", edit = \"{}\" }]"],
                "arms.a: missing-key: data_generation. Expected a self-edit of schema 'paper'"
            },
            { "workers out of range", ["workers=0"], "--workers: 0 is not in 1..256" },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Run_OfWhatCannotBeRun_SaysWhyOnceAndWritesNothing(string what, string[] changes, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("sweep.toml", Sweep);
        folder.Write("tasks/good.json", GoodTask);
        folder.Write("tasks/other.json", GoodTask.Replace("[[", "[[0,", StringComparison.Ordinal));
        if (changes.Any(change => change.StartsWith("set=model", StringComparison.Ordinal)))
        {
            foreach (var file in new[] { "config.json", "model.safetensors", "tokenizer.json" })
            {
                Directory.CreateDirectory(folder.At("model"));
                File.Copy(Path.Combine(Repository.Model, file), folder.At($"model/{file}"));
            }
        }

        var store = folder.At("store");
        List<string> arguments = ["run", "sweep.toml", "--store", store, "--json"];
        foreach (var change in changes)
        {
            Apply(change, folder, arguments);
        }

        var exit = await SealProcess.Run(arguments, folder.Path);

        Assert.True(exit.Code is 2 or 4, $"{what}: {exit}");
        Assert.Contains(expected, exit.Err, StringComparison.Ordinal);
        Assert.Empty(exit.Out);
        // One message, nothing of our insides.
        Assert.Single(exit.Err.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !line.StartsWith(' '));
        Assert.DoesNotContain("   at ", exit.Err, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", exit.Err, StringComparison.Ordinal);
        Assert.False(Directory.Exists(store), "A store was begun.");
    }

    /// <summary>"path=text" writes a file, "path=" deletes it, "path=cut" halves it; "set=…" and "workers=…" become options.</summary>
    private static void Apply(string change, TemporaryFolder folder, List<string> arguments)
    {
        var equals = change.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = (change[..equals], change[(equals + 1)..]);
        switch (name, value)
        {
            case ("set" or "workers", _):
                arguments.AddRange([$"--{name}", value]);
                break;
            case (_, ""):
                File.Delete(folder.At(name));
                break;
            case (_, "cut"):
                using (var file = File.OpenWrite(folder.At(name)))
                {
                    file.SetLength(file.Length / 2);
                }

                break;
            default:
                folder.Write(name, value);
                break;
        }
    }
}
