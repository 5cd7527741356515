using System.Runtime.InteropServices;
using System.Text.Json;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Safetensors;
using Seal.Models.Training;
using TorchSharp;
using Xunit.Abstractions;

namespace Seal.Models.Tests.Lora;

public sealed class LoraGoldenTests(ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData("r8-alpha16")]
    [InlineData("r128-alpha16-seal")]
    public void Merge_OfReferenceAdapter_GivesReferenceLogits(string folder)
    {
        using var golden = Golden.Open($"lora/{folder}");
        using var model = BaseModel(golden);
        using var adapter = Adapter(golden, model, "adapter/adapter_model.safetensors");
        using var merged = adapter.Merge(model);
        const string File = "adapter_goldens.safetensors";

        foreach (
            var (ids, logits, of) in new[]
            {
                ("input_ids", "base_logits", model),
                ("input_ids", "logits", merged),
                ("long_input_ids", "long_logits", merged),
            }
        )
        {
            var difference = Golden.LargestDifference(Golden.Logits(of, golden.Ids(ids, File)), golden.Singles(logits, File));
            output.WriteLine($"{folder} {logits}: {difference:E2}");
            Assert.True(difference < 1e-4, $"{logits} differs by {difference}");
        }
    }

    [SkippableTheory]
    [InlineData("r8-alpha16")]
    [InlineData("r128-alpha16-seal")]
    public void Bank_WithReferenceAdapter_ComputesWhatTheMergedModelComputes(string folder)
    {
        using var golden = Golden.Open($"lora/{folder}");
        using var model = BaseModel(golden);
        using var adapter = Adapter(golden, model, "adapter/adapter_model.safetensors");
        using var merged = adapter.Merge(model);
        using var bank = new LoraBank(model, Spec(golden), [new Seed(1), new Seed(2)]);
        bank.Set(1, adapter);
        var ids = golden.Ids("input_ids", "adapter_goldens.safetensors");
        var sequences = Golden.Sequences(ids, ids);

        var unmerged = bank.Backward([new MemberStep(1, sequences, 0, 0, 0)])[0];
        using var full = new FullBank(merged);
        var expected = full.Backward([new MemberStep(0, sequences, 0, 0, 0)])[0];

        output.WriteLine($"{folder}: {unmerged} {expected}");
        Assert.Equal(expected, unmerged, 1e-5);
    }

    [SkippableTheory]
    [InlineData("r8-alpha16", "const_same_batch")]
    [InlineData("r8-alpha16", "cosine_warmup2_total8")]
    [InlineData("r8-alpha16", "seal_like_clip1_warmup2_total6")]
    [InlineData("r128-alpha16-seal", "const_same_batch")]
    [InlineData("r128-alpha16-seal", "cosine_warmup2_total8")]
    [InlineData("r128-alpha16-seal", "seal_like_clip0.3_warmup2_total6")]
    public void Step_OfReferenceTraining_FollowsTheReference(string folder, string training)
    {
        using var golden = Golden.Open($"lora/{folder}");
        using var model = BaseModel(golden);
        using var start = Adapter(golden, model, "train_init_adapter.safetensors");
        using var bank = new LoraBank(model, Spec(golden), [new Seed(1)]);
        bank.Set(0, start);
        var json = golden.Json().GetProperty("training").GetProperty(training);
        var spec = Schedule(json);
        const string File = "train_goldens.safetensors";
        var ids = golden.Ids($"{training}.input_ids", File);
        var labels = golden.Ids($"{training}.labels", File);
        var masks = golden.Has($"{training}.attention_mask", File) ? golden.Ids($"{training}.attention_mask", File) : null;

        var steps = json.GetProperty("steps").EnumerateArray().ToArray();
        for (var s = 0; s < steps.Length; s++)
        {
            var first = ids.Length == 2 ? 0 : 2 * s;
            var batch = Golden.Sequences(ids[first..(first + 2)], labels[first..(first + 2)]);
            var attended = masks?[first..(first + 2)].Select(mask => mask.Sum()).ToArray();
            var report = bank.Step([new MemberStep(0, batch, spec.At(s), spec.WeightDecay, spec.GradientClip, attended)])[0];

            Assert.Equal(steps[s].GetProperty("lr").GetDouble(), spec.At(s), 1e-12);
            Assert.Equal(steps[s].GetProperty("loss").GetDouble(), report.Loss, 2e-5);
            Assert.Equal(steps[s].GetProperty("grad_norm_before_clip").GetDouble(), report.GradientNorm, 2e-5);
            if (s == 0)
            {
                CompareGradients(golden, bank, training);
            }
        }

        using var trained = bank.Extract(0);
        CompareParameters(golden, model, trained, training);
        if (masks is null)
        {
            using var merged = trained.Merge(model);
            var difference = Golden.LargestDifference(Golden.Logits(merged, ids[..2]), golden.Singles($"{training}.final_logits_batch0", File));
            output.WriteLine($"{folder} {training} final logits: {difference:E2}");
            Assert.True(difference < 2e-4, $"final logits differ by {difference}");
        }
    }

    private static LlamaModel BaseModel(Golden golden)
    {
        using var origin = Golden.Open(golden.Json().GetProperty("base_model").GetString()!);
        return LlamaModel.Load(origin.Folder);
    }

    private static DeltaSpec Spec(Golden golden)
    {
        var json = golden.Json();
        return new DeltaSpec(
            DeltaKind.Lora,
            json.GetProperty("r").GetInt32(),
            json.GetProperty("lora_alpha").GetDouble(),
            [.. json.GetProperty("target_modules").EnumerateArray().Select(name => name.GetString()!)]
        );
    }

    private static LoraAdapter Adapter(Golden golden, LlamaModel model, string file)
    {
        using var source = SafetensorsFile.Read(Path.Combine(golden.Folder, file));
        return AdapterFile.Lora(model.Config, source, file, Spec(golden).Alpha);
    }

    private static OptimizerSpec Schedule(JsonElement json)
    {
        var schedule = json.GetProperty("schedule");
        var clip = json.GetProperty("max_grad_norm");
        var rate = schedule[1].GetDouble();
        var maximum = clip.ValueKind == JsonValueKind.Null ? 0 : clip.GetDouble();
        return schedule[0].GetString() == "const"
            ? new OptimizerSpec(rate, 0, 0, Constant: true, GradientClip: maximum)
            : new OptimizerSpec(rate, schedule[2].GetInt32(), schedule[3].GetInt32(), GradientClip: maximum);
    }

    private void CompareGradients(Golden golden, LoraBank bank, string training)
    {
        const string File = "train_goldens.safetensors";
        var prefix = $"{training}.grad_step0.";
        foreach (var name in golden.Names(File).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var gradient = bank.Parameters.GradientOf(0, name[prefix.Length..]).t().contiguous();
            var difference = Golden.LargestDifference(gradient.data<float>().ToArray(), golden.Singles(name, File));
            output.WriteLine($"{name}: {difference:E2}");
            Assert.True(difference < 1e-5, $"{name} differs by {difference}");
        }
    }

    private void CompareParameters(Golden golden, LlamaModel model, LoraAdapter trained, string training)
    {
        using var expected = Adapter(golden, model, $"train_{training}_final_adapter.safetensors");
        var (sum, count, largest) = (0.0, 0, 0.0);
        foreach (var (a, b) in trained.Parts.Zip(expected.Parts))
        {
            Assert.Equal((b.Layer, b.Projection), (a.Layer, a.Projection));
            foreach (var (x, y) in new[] { (a.Down, b.Down), (a.Up, b.Up) })
            {
                var left = MemoryMarshal.Cast<byte, float>(x.bytes);
                var right = MemoryMarshal.Cast<byte, float>(y.bytes);
                largest = Math.Max(largest, Golden.LargestDifference(left, right));
                for (var i = 0; i < left.Length; i++)
                {
                    sum += Math.Abs((double)left[i] - right[i]);
                    count++;
                }
            }
        }

        output.WriteLine($"{training} parameters: mean {sum / count:E2}, largest {largest:E2}");
        Assert.True(sum / count < 2e-8, $"mean difference {sum / count}");
        Assert.True(largest < 2e-4, $"largest difference {largest}");
    }
}
