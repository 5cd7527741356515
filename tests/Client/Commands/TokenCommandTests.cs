using System.Text.Json;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Commands;

/// <summary>The verbs over token ids, on reference models and on what people mistype.</summary>
public sealed class TokenCommandTests : IDisposable
{
    private const string NoCount = """{"lr":1e-3,"steps":[{"input_ids":[[1,2]],"labels":[[-100,-100]]}]}""";

    private static readonly string Data = Places.InRepository("tests/Models/data/golden");
    private static readonly string Model = Path.Combine(Data, "llama", "rope-llama3");
    private static readonly string Adapter = Path.Combine(Data, "lora", "r8-alpha16", "adapter");
    private static readonly string Vocabulary = Path.Combine(Data, "tokenizer", "tiny512", "tokenizer.json");

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Generate_ReferencePrompts_AreTheReferenceContinuations()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Model, "goldens.json")));
        var cases = golden.RootElement.GetProperty("greedy").EnumerateArray().ToArray();
        Assert.NotEmpty(cases);
        foreach (var one in cases)
        {
            var said = await Run("generate", $"[{one.GetProperty("prompt").GetRawText()}]", Model, "--max-new-tokens", "32", "--temperature", "0");
            Assert.Equal(Ids(one.GetProperty("continuation")), Ids(said.Document.GetProperty("ids")[0]));
        }
    }

    [Fact]
    public async Task Generate_WithAdapter_IsTheReferenceContinuation()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Adapter, "..", "goldens.json")));
        var said = await Run("generate", $"[{golden.RootElement.GetProperty("greedy_prompt").GetRawText()}]", Model, "--adapter", Adapter);
        Assert.Equal(Ids(golden.RootElement.GetProperty("greedy_continuation")), Ids(said.Document.GetProperty("ids")[0]));
    }

    [Fact]
    public async Task Generate_SameSeed_DrawsTheSameAndStopsWhereAsked()
    {
        var one = await Run("generate", "[[3,4,5]]", Model, "--temperature", "1.5", "--seed", "7");
        var two = await Run("generate", "[[3,4,5],[6,7,8]]", Model, "--temperature", "1.5", "--seed", "7");
        var ids = Ids(one.Document.GetProperty("ids")[0]);
        Assert.Equal(32, ids.Length);
        Assert.Equal(ids, Ids(two.Document.GetProperty("ids")[0]));

        var stopped = await Run("generate", "[[3,4,5]]", Model, "--temperature", "1.5", "--seed", "7", "--stop", $"{ids[5]}");
        Assert.Equal(ids[..Array.IndexOf(ids, ids[5])], Ids(stopped.Document.GetProperty("ids")[0]));
    }

    [Fact]
    public async Task Logits_AnyRows_HaveTheShapeTheySay()
    {
        var said = await Run("logits", "[[3,4,5],[6,7,8]]", Model);
        var shape = Ids(said.Document.GetProperty("shape"));
        Assert.Equal([2, 3, 512], shape);
        Assert.Equal(2 * 3 * 512, said.Document.GetProperty("logits").GetArrayLength());
        var alone = await Run("logits", "[[6,7,8]]", Model);
        Assert.Equal(
            alone.Document.GetProperty("logits").EnumerateArray().Select(value => value.GetRawText()),
            said.Document.GetProperty("logits").EnumerateArray().Skip(3 * 512).Select(value => value.GetRawText())
        );
    }

    [Fact]
    public async Task Train_NewAdapter_LearnsAndCanBeAppliedAndGoneOnWith()
    {
        var adapter = Path.Combine(_folder.Path, "adapter");
        const string Batches = """{"lr":0.02,"clip":1.0,"input_ids":[[[5,6,7,8]],[[5,6,7,8]],[[5,6,7,8]]]}""";

        var first = await Run("train", Batches, Model, "--adapter", adapter, "--rank", "4", "--alpha", "8", "--targets", "q_proj", "down_proj");
        var second = await Run("train", Batches, Model, "--adapter", adapter);

        double[] losses = [.. Losses(first), .. Losses(second)];
        Assert.Equal(6, losses.Length);
        Assert.True(losses.Zip(losses.Skip(1), (a, b) => a > b).All(falls => falls), string.Join(' ', losses));
        Assert.Equal(ExitCode.Ok, (await Run("logits", "[[5,6,7,8]]", Model, "--adapter", adapter)).Code);
    }

    [Theory]
    [InlineData("logits", "[[1,2],[3]]", "row 2: has 1 numbers, row 1 has 2")]
    [InlineData("logits", "[[1,512]]", "512 is no token id; expected a whole number in 0..511")]
    [InlineData("logits", "[[-1]]", "-1 is no token id")]
    [InlineData("logits", "[[1.5]]", "1.5 is no token id")]
    [InlineData("logits", "[[1e99]]", "1e99 is no token id")]
    [InlineData("logits", "[[\"1\"]]", "is no token id")]
    [InlineData("logits", "[[null]]", "null is no token id")]
    [InlineData("logits", "[[NaN]]", "not JSON")]
    [InlineData("logits", "[]", "at least one")]
    [InlineData("logits", "[[]]", "at least one token id")]
    [InlineData("logits", "[1,2]", "expected a list of at least one token id; got 1")]
    [InlineData("logits", "{}", "expected rows of numbers")]
    [InlineData("logits", "", "not JSON")]
    [InlineData("generate", "[[1,2],[3]]", "row 2: has 1 numbers")]
    [InlineData("generate", "[[]]", "at least one token id")]
    [InlineData("train", "[]", "expected {\"steps\"")]
    [InlineData("train", "{\"steps\":[]}", "lr is missing")]
    [InlineData("train", "{\"lr\":1e-3,\"steps\":[]}", "steps must be a list")]
    [InlineData("train", "{\"lr\":1e-3}", "there are no batches")]
    [InlineData("train", "{\"lr\":\"x\",\"steps\":[]}", "lr is \"x\"; expected a number")]
    [InlineData("train", "{\"lr\":1e-3,\"stepz\":[]}", "there is no key 'stepz'")]
    [InlineData("train", "{\"lr\":1e-3,\"steps\":[{\"input_ids\":[[1,2]],\"labels\":[[1]]}]}", "labels is [1, 1], input_ids [1, 2]")]
    [InlineData("train", "{\"lr\":1e-3,\"steps\":[{\"input_ids\":[[1,2]],\"labels\":[[1,3]]}]}", "neither the token id there (2) nor -100")]
    [InlineData("train", "{\"lr\":1e-3,\"steps\":[{\"input_ids\":[[1,2]],\"attention_mask\":[[0,1]]}]}", "ones, then zeros")]
    [InlineData(
        "train",
        "{\"lr\":1e-3,\"steps\":[{\"input_ids\":[[1,2]],\"label\":[[1,2]]}]}",
        "step 1: there is no key 'label'; there are input_ids, labels, attention_mask"
    )]
    [InlineData("train", "{\"lr\":1e-3,\"steps\":[{\"input_ids\":[[1,2]]}],\"labels\":[[[1,2]]]}", "has both steps and labels")]
    [InlineData("train", "{\"lr\":1e-3,\"steps\":[{\"input_ids\":[[1,2]]}],\"batches\":[]}", "has both steps and batches")]
    [InlineData("train", NoCount, "no token counts")]
    public async Task Input_ThatCannotBeUsed_IsUsageAndSaysWhere(string verb, string text, string message)
    {
        var said = await Run(verb, text, Model, verb == "train" ? ["--adapter", Path.Combine(_folder.Path, "adapter")] : []);
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains(message, said.Error, StringComparison.Ordinal);
        Assert.Empty(said.Output);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "adapter")));
    }

    [Theory]
    [InlineData("logits")]
    [InlineData("generate")]
    [InlineData("train")]
    public async Task Rows_LongerThanTheModelsContext_AreUsage(string verb)
    {
        var brief = Directory.CreateDirectory(Path.Combine(_folder.Path, "short")).FullName;
        File.Copy(Path.Combine(Model, "model.safetensors"), Path.Combine(brief, "model.safetensors"));
        var config = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllBytes(Path.Combine(Model, "config.json")))!;
        config["max_position_embeddings"] = 4;
        File.WriteAllText(Path.Combine(brief, "config.json"), config.ToJsonString());

        var said =
            verb == "train"
                ? await Run(verb, """{"lr":1e-3,"steps":[{"input_ids":[[1,2,3,4,5]]}]}""", brief, "--adapter", Path.Combine(_folder.Path, "adapter"))
                : await Run(verb, "[[1,2,3,4,5]]", brief);

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("rows have 5 tokens, the model's context is 4 (max_position_embeddings)", said.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "adapter")));
    }

    [Theory]
    [InlineData("logits")]
    [InlineData("generate")]
    public async Task Model_ThatIsNotThere_IsUsage(string verb)
    {
        Assert.Equal(ExitCode.Usage, (await Run(verb, "[[1]]", Path.Combine(_folder.Path, "none"))).Code);
        var said = await Run(verb, "[[1]]", Model, "--adapter", _folder.Path);
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("adapter_config.json: no such file", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adapter_WhoseNumbersAreFiniteAndOverflowInTheModel_IsTold()
    {
        var huge = Directory.CreateDirectory(Path.Combine(_folder.Path, "huge")).FullName;
        File.Copy(Path.Combine(Adapter, "adapter_config.json"), Path.Combine(huge, "adapter_config.json"));
        var weights = File.ReadAllBytes(Path.Combine(Adapter, "adapter_model.safetensors"));
        // A number, and its products are; the squares in the norms are not, and by the norm's equation every logit would be 0.
        BitConverter.TryWriteBytes(weights.AsSpan(weights.Length - 4), 3e38f);
        File.WriteAllBytes(Path.Combine(huge, "adapter_model.safetensors"), weights);

        var logits = await Run("logits", "[[5,6,7,8]]", Model, "--adapter", huge);
        var likeliest = await Run("generate", "[[5,6,7,8]]", Model, "--temperature", "0", "--adapter", huge);

        Assert.Equal((ExitCode.Usage, ""), (logits.Code, logits.Output));
        Assert.Contains("the logits are not finite", logits.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Usage, ""), (likeliest.Code, likeliest.Output));
    }

    [Fact]
    public async Task Model_WhoseNumbersOverflow_IsToldAndNothingIsWritten()
    {
        var broken = Directory.CreateDirectory(Path.Combine(_folder.Path, "broken")).FullName;
        File.Copy(Path.Combine(Model, "config.json"), Path.Combine(broken, "config.json"));
        var weights = File.ReadAllBytes(Path.Combine(Model, "model.safetensors"));
        // Each of them is a number; their sums are not.
        for (var last = 1; last <= 64; last++)
        {
            BitConverter.TryWriteBytes(weights.AsSpan(weights.Length - (4 * last)), float.MaxValue);
        }

        File.WriteAllBytes(Path.Combine(broken, "model.safetensors"), weights);
        var adapter = Path.Combine(_folder.Path, "adapter");

        var logits = await Run("logits", "[[5,6,7,8]]", broken);
        var likeliest = await Run("generate", "[[5,6,7,8]]", broken, "--temperature", "0");
        var train = await Run("train", """{"lr":1e-3,"steps":[{"input_ids":[[5,6,7,8]]}]}""", broken, "--adapter", adapter);

        Assert.Equal((ExitCode.Usage, ""), (logits.Code, logits.Output));
        Assert.Contains("the logits are not finite", logits.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Usage, ""), (likeliest.Code, likeliest.Output));
        Assert.Contains("the logits are not finite", likeliest.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Failures, false), (train.Code, Directory.Exists(adapter)));
        Assert.Contains("nothing was written: step 1: the loss is not finite", train.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokenize_Texts_AreIdsWithoutABeginning()
    {
        var said = await Shell.Run(
            "model",
            "tokenize",
            Vocabulary,
            "--input",
            _folder.Write("s.json", """["<|begin_of_text|>","","[[2 0 2]"]"""),
            "--json"
        );
        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.Equal(
            [
                [496],
                [],
                [409, 50, 32, 48, 32, 50, 93],
            ],
            said.Document.GetProperty("ids").EnumerateArray().Select(Ids)
        );
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[\"\\ud800\"]")]
    [InlineData("nothing")]
    public async Task Tokenize_NoTexts_IsUsage(string text)
    {
        var said = await Shell.Run("model", "tokenize", Vocabulary, "--input", _folder.Write("s.json", text), "--json");
        Assert.Equal((ExitCode.Usage, ""), (said.Code, said.Output));
    }

    [Fact]
    public async Task Export_AHashUnderBlobs_IsTheFileThatTheStoreKeeps()
    {
        var hash = new string('4', 62) + "fe";
        var adapter = Path.Combine(_folder.Path, "adapter");
        Assert.Equal(
            ExitCode.Ok,
            (await Run("train", """{"lr":0.02,"steps":[{"input_ids":[[5,6,7,8]]}]}""", Model, "--adapter", adapter, "--rank", "4")).Code
        );
        Directory.CreateDirectory(Path.Combine(_folder.Path, "blobs", "44"));
        File.Copy(Path.Combine(adapter, "adapter_model.safetensors"), Path.Combine(_folder.Path, "blobs", "44", hash));

        var said = await Shell.Run("model", "export", Path.Combine(_folder.Path, "blobs", hash), "--output", Path.Combine(_folder.Path, "exported"));
        var missing = await Shell.Run(
            "model",
            "export",
            Path.Combine(_folder.Path, "blobs", new string('5', 64)),
            "--output",
            Path.Combine(_folder.Path, "none")
        );

        Assert.Equal((ExitCode.Ok, $"The adapter is in {Path.Combine(_folder.Path, "exported")}."), (said.Code, said.Output.Trim()));
        Assert.True(File.Exists(Path.Combine(_folder.Path, "exported", "adapter_config.json")));
        Assert.Equal((ExitCode.Usage, false), (missing.Code, Directory.Exists(Path.Combine(_folder.Path, "none"))));
    }

    [Fact]
    public async Task Inspect_AVocabularyOfAnotherModel_IsUsage()
    {
        var mixed = Directory.CreateDirectory(Path.Combine(_folder.Path, "mixed")).FullName;
        File.Copy(Path.Combine(Model, "config.json"), Path.Combine(mixed, "config.json"));
        File.Copy(Path.Combine(Model, "model.safetensors"), Path.Combine(mixed, "model.safetensors"));
        var vocabulary = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllBytes(Vocabulary))!;
        vocabulary["added_tokens"]!.AsArray().Add(new System.Text.Json.Nodes.JsonObject { ["id"] = 600, ["content"] = "<|far|>" });
        File.WriteAllText(Path.Combine(mixed, "tokenizer.json"), vocabulary.ToJsonString());

        var said = await Shell.Run("model", "inspect", mixed, "--json");

        Assert.Equal((ExitCode.Usage, ""), (said.Code, said.Output));
        Assert.Contains("the vocabulary has 601 tokens, config.json's vocab_size is 512", said.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static int[] Ids(JsonElement element) => [.. element.EnumerateArray().Select(id => id.GetInt32())];

    private static IEnumerable<double> Losses(Said said) => said.Document.GetProperty("losses").EnumerateArray().Select(loss => loss.GetDouble());

    private Task<Said> Run(string verb, string input, string model, params string[] more) =>
        Shell.Run(["model", verb, model, "--input", _folder.Write("input.json", input), "--json", .. more]);
}
