using System.Text;
using System.Text.Json.Nodes;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Running;
using Seal.Models.Safetensors;

namespace Seal.Models.Tests.Lora;

public sealed class PeftFolderTests : IDisposable
{
    private const string Valid = """{"peft_type":"LORA","r":4,"lora_alpha":8,"bias":"none","target_modules":["q_proj","down_proj"]}""";

    private static readonly int[] Text = [3, 1, 4, 1, 5, 9, 2, 6];

    private readonly string _folder = Directory.CreateTempSubdirectory("seal-peft-").FullName;

    [Theory]
    [InlineData("peft_type", "\"IA3\"")]
    [InlineData("use_dora", "true")]
    [InlineData("bias", "\"all\"")]
    [InlineData("fan_in_fan_out", "true")]
    [InlineData("modules_to_save", "[\"lm_head\"]")]
    [InlineData("init_lora_weights", "\"pissa_niter_16\"")]
    [InlineData("init_lora_weights", "\"olora\"")]
    [InlineData("init_lora_weights", "\"corda\"")]
    [InlineData("alora_invocation_tokens", "[1,2]")]
    [InlineData("target_modules", "[1]")]
    [InlineData("target_modules", "\"(\"")]
    [InlineData("layers_to_transform", "[\"0\"]")]
    [InlineData("r", "0")]
    [InlineData("r", "2.5")]
    [InlineData("r", "\"4\"")]
    [InlineData("lora_alpha", "-1")]
    [InlineData("rank_pattern", "{\"q_proj\":0}")]
    [InlineData("alpha_pattern", "{\"(\":3}")]
    public void Parse_WhatIsNotDone_IsRefusedByKeyAndValue(string key, string value)
    {
        var root = JsonNode.Parse(Valid)!;
        root[key] = JsonNode.Parse(value);

        var error = Assert.Throws<ModelFormatException>(() => PeftConfig.Parse(Encoding.UTF8.GetBytes(root.ToJsonString())));

        Assert.Contains(key.EndsWith("_pattern", StringComparison.Ordinal) ? "adapter_config.json" : key, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("\"gaussian\"")]
    [InlineData("\"eva\"")]
    [InlineData("\"orthogonal\"")]
    public void Parse_BeginningsThatLeaveTheBase_AreRead(string value)
    {
        var root = JsonNode.Parse(Valid)!;
        root["init_lora_weights"] = JsonNode.Parse(value);
        root["eva_config"] = JsonNode.Parse("""{"rho":2.0}""");
        Assert.Equal(4, PeftConfig.Parse(Encoding.UTF8.GetBytes(root.ToJsonString())).Rank);
    }

    [Theory]
    [InlineData("[\"q_proj\",\"v_proj\"]", "null", "layers.0.self_attn.v_proj.lora_A.weight' is missing")]
    [InlineData("\"all-linear\"", "null", "layers.0.self_attn.k_proj.lora_A.weight' is missing")]
    [InlineData("\".*(q|o)_proj\"", "null", "layers.0.self_attn.o_proj.lora_A.weight' is missing")]
    [InlineData("[\"v_proj\"]", "null", "layers.0.self_attn.q_proj.lora_A.weight' belongs to a module that adapter_config.json leaves out")]
    [InlineData("[\"q_proj\"]", "[0]", "layers.1.self_attn.q_proj.lora_A.weight' belongs to a module")]
    [InlineData("[\"q_proj\"]", "1", "layers.0.self_attn.q_proj.lora_A.weight' belongs to a module")]
    public void Apply_TensorsThatTheConfigDoesNotAskFor_AreRefusedByName(string targets, string layers, string message)
    {
        using var model = Model();
        WriteAdapter($$"""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":{{targets}},"layers_to_transform":{{layers}}}""", _ => 4);
        Assert.Contains(message, Assert.Throws<ModelFormatException>(() => PeftFolder.Apply(model, _folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("layers.1.self_attn.q_proj.lora_B.weight")]
    [InlineData("layers.0.self_attn.q_proj.lora_A.weight")]
    public void Apply_WithoutOneTensor_IsRefusedByItsName(string missing)
    {
        using var model = Model();
        WriteAdapter(
            """{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":["q_proj"]}""",
            _ => 4,
            name => !name.EndsWith(missing, StringComparison.Ordinal)
        );
        Assert.Contains(
            $"{missing}' is missing",
            Assert.Throws<ModelFormatException>(() => PeftFolder.Apply(model, _folder)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("[\"q_proj\"]")]
    [InlineData("\"model\\\\.layers\\\\.\\\\d+\\\\.self_attn\\\\.q_proj\"")]
    [InlineData("[\"model.layers.0.self_attn.q_proj\",\"model.layers.1.self_attn.q_proj\"]")]
    public void Apply_TargetsInAnyOfPeftsForms_IsApplied(string targets)
    {
        using var model = Model();
        WriteAdapter($$"""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":{{targets}}}""", _ => 4);
        using var applied = PeftFolder.Apply(model, _folder);
        Assert.False(applied.Values(TensorNames.Weight(1, Projection.Query)).SequenceEqual(model.Values(TensorNames.Weight(1, Projection.Query))));
    }

    [Fact]
    public void Parse_PlainLora_HasItsNumbers()
    {
        var config = PeftConfig.Parse(Encoding.UTF8.GetBytes(Valid));
        Assert.Equal((4, 8.0, 2.0), (config.Rank, config.Alpha, config.ScaleOf("model.layers.0.self_attn.q_proj")));
        Assert.Equal(["q_proj", "down_proj"], config.Targets());
    }

    [Fact]
    public void Apply_SavedAdapter_IsTheTrainedOne()
    {
        using var model = Model();
        using var training = AdapterTraining.New(model, 4, 8, ["q_proj", "up_proj"], new Seed(3), "base");
        for (var step = 0; step < 3; step++)
        {
            training.Step(new TrainingBatch(Golden.Sequences([Text], [Text]), [Text.Length]), new TrainingSchedule(0.05, 0, null, 0), step);
        }

        training.Save(_folder);
        using var applied = PeftFolder.Apply(model, _folder);
        using var again = AdapterTraining.Open(model, _folder, new Seed(9));
        var resumed = again.Step(new TrainingBatch(Golden.Sequences([Text], [Text]), [Text.Length]), new TrainingSchedule(0, 0, null, 0), 0);

        Assert.True(Golden.LargestDifference(TokenRuns.Logits(model, Text), TokenRuns.Logits(applied, Text)) > 0.01);
        Assert.Equal(Loss(applied), resumed.Loss, 1e-5);
    }

    [Fact]
    public void Apply_PatternsAndRootScale_ScaleEachModuleByItsOwn()
    {
        using var model = Model();
        // Layer 0's q has rank 2 and alpha 6, the others rank 4 and alpha 8, all over the root of the rank.
        WriteAdapter(
            """{"peft_type":"LORA","r":4,"lora_alpha":8,"use_rslora":true,"target_modules":["q_proj"],"rank_pattern":{"layers.0.self_attn.q_proj":2},"alpha_pattern":{"^model.layers.0.self_attn.q_proj":6}}""",
            layer => layer == 0 ? 2 : 4
        );
        using var applied = PeftFolder.Apply(model, _folder);

        for (var layer = 0; layer < 2; layer++)
        {
            var scale = layer == 0 ? 6 / Math.Sqrt(2) : 8 / Math.Sqrt(4);
            var rank = layer == 0 ? 2 : 4;
            var name = TensorNames.Weight(layer, Projection.Query);

            // A is all ones, B all hundredths: B A is rank / 100 everywhere.
            Assert.All(
                model.Values(name).ToArray().Zip(applied.Values(name).ToArray()),
                pair => Assert.Equal(scale * rank / 100, pair.Second - pair.First, 1e-4)
            );
        }
    }

    [Theory]
    [InlineData("^q_proj", 8)]
    [InlineData("q_proj", 100)]
    [InlineData("^model.*q_proj", 100)]
    public void Apply_PatternAsPeftMatchesIt_ScalesWhatPeftScales(string pattern, double alpha)
    {
        // PEFT matches from the start of the module's whole name: a pattern that is anchored at its last part finds nothing.
        using var model = Model();
        WriteAdapter($$$"""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":["q_proj"],"alpha_pattern":{"{{{pattern}}}":100}}""", _ => 4);
        using var applied = PeftFolder.Apply(model, _folder);
        var name = TensorNames.Weight(0, Projection.Query);
        Assert.All(
            model.Values(name).ToArray().Zip(applied.Values(name).ToArray()),
            pair => Assert.Equal(alpha / 4 * 4 / 100, pair.Second - pair.First, 1e-4)
        );
    }

    [Fact]
    public void Apply_AnotherModelsAdapter_IsRefusedByModule()
    {
        using var model = Model();
        WriteAdapter("""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":["q_proj"]}""", _ => 3);
        Assert.Contains(
            "self_attn.q_proj needs lora_A [4, 32]",
            Assert.Throws<ModelFormatException>(() => PeftFolder.Apply(model, _folder)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Apply_PickledAdapter_IsRefusedWithAWordOnConverting()
    {
        using var model = Model();
        File.WriteAllText(Path.Combine(_folder, PeftConfig.FileName), Valid);
        File.WriteAllText(Path.Combine(_folder, "adapter_model.bin"), "");
        Assert.Contains("pickle", Assert.Throws<ModelFormatException>(() => PeftFolder.Apply(model, _folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_AdapterOfARun_IsAFolderThatComputesTheSame()
    {
        using var model = Model();
        using var training = AdapterTraining.New(model, 4, 8, ["v_proj"], new Seed(3), null);
        training.Step(new TrainingBatch(Golden.Sequences([Text], [Text]), [Text.Length]), new TrainingSchedule(0.1, 0, null, 0), 0);
        training.Save(_folder);
        var blob = Path.Combine(_folder, PeftFolder.WeightsFile);
        var exported = Path.Combine(_folder, "exported");

        PeftFolder.Export(blob, exported, "meta-llama/Llama-3.2-1B-Instruct");

        using var fromFolder = PeftFolder.Apply(model, exported);
        using var fromFile = PeftFolder.Apply(model, blob);
        Assert.Equal(TokenRuns.Logits(fromFile, Text), TokenRuns.Logits(fromFolder, Text));
        var config = JsonNode.Parse(File.ReadAllBytes(Path.Combine(exported, PeftConfig.FileName)))!;
        Assert.Equal(("LORA", 4, 8), (config["peft_type"]!.GetValue<string>(), config["r"]!.GetValue<int>(), config["lora_alpha"]!.GetValue<int>()));
        Assert.Equal("v_proj", config["target_modules"]!.AsArray().Single()!.GetValue<string>());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static double Loss(LlamaModel model)
    {
        using var bank = new Seal.Models.Training.FullBank(model);
        return bank.Backward([new Seal.Models.Training.MemberStep(0, Golden.Sequences([Text], [Text]), 0, 0, 0)])[0];
    }

    private static LlamaModel Model() => LlamaModel.Random(TinyModel.Config(40) with { Grid = null }, new Seed(1));

    private void WriteAdapter(string config, Func<int, int> rankOf, Func<string, bool>? keeps = null)
    {
        File.WriteAllText(Path.Combine(_folder, PeftConfig.FileName), config);
        var entries = Enumerable
            .Range(0, 2)
            .SelectMany(layer =>
                new[]
                {
                    SafetensorsEntry.FromSingles(
                        $"base_model.model.model.layers.{layer}.self_attn.q_proj.lora_A.weight",
                        [rankOf(layer), 32],
                        Filled(rankOf(layer) * 32, 1)
                    ),
                    SafetensorsEntry.FromSingles(
                        $"base_model.model.model.layers.{layer}.self_attn.q_proj.lora_B.weight",
                        [32, rankOf(layer)],
                        Filled(rankOf(layer) * 32, 0.01f)
                    ),
                }
            )
            .Where(entry => keeps?.Invoke(entry.Name) ?? true);
        File.WriteAllBytes(Path.Combine(_folder, PeftFolder.WeightsFile), SafetensorsWriter.ToBytes(entries));
    }

    private static float[] Filled(int count, float value)
    {
        var values = new float[count];
        Array.Fill(values, value);
        return values;
    }
}
