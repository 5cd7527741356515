using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Running;
using Seal.Models.Safetensors;

namespace Seal.Models.Tests.Lora;

public sealed class CheckpointMergeTests : IDisposable
{
    private static readonly int[] Text = [3, 1, 4, 1, 5, 9, 2, 6];

    private readonly string _folder = Directory.CreateTempSubdirectory("seal-merge-").FullName;

    [SkippableFact]
    public void Write_ReferenceAdapter_ComputesWhatTheAdaptedModelComputes()
    {
        using var golden = Golden.Open("lora/r8-alpha16");
        using var origin = Golden.Open(golden.Json().GetProperty("base_model").GetString()!);
        var merged = Path.Combine(_folder, "merged");

        var changed = CheckpointMerge.Write(origin.Folder, Path.Combine(golden.Folder, "adapter"), merged, null, CancellationToken.None);

        using var model = LlamaModel.Load(merged);
        const string File = "adapter_goldens.safetensors";
        var difference = Golden.LargestDifference(Golden.Logits(model, golden.Ids("input_ids", File)), golden.Singles("logits", File));
        Assert.Equal(model.Config.Layers * 5, changed);
        Assert.True(difference < 1e-4, $"differs by {difference}");
    }

    [Theory]
    [InlineData(SafetensorsDtype.F32)]
    [InlineData(SafetensorsDtype.BF16)]
    [InlineData(SafetensorsDtype.F16)]
    public void Write_Shards_KeepsFilesNamesAndDtypes(SafetensorsDtype dtype)
    {
        var (origin, adapter, merged) = (Path.Combine(_folder, "base"), Path.Combine(_folder, "adapter"), Path.Combine(_folder, "merged"));
        using var model = LlamaModel.Random(TinyModel.Config(40) with { Grid = null }, new Seed(1));
        WriteShards(model, origin, dtype);
        File.WriteAllText(Path.Combine(origin, "tokenizer.json"), "{}");
        using var stored = LlamaModel.Load(origin);
        using (var training = AdapterTraining.New(stored, 4, 8, ["q_proj"], new Seed(2), null))
        {
            training.Step(new TrainingBatch(Golden.Sequences([Text], [Text]), [Text.Length]), new TrainingSchedule(0.1, 0, null, 0), 0);
            training.Save(adapter);
        }

        CheckpointMerge.Write(origin, adapter, merged, null, CancellationToken.None);

        Assert.Equal(Directory.GetFiles(origin).Select(Path.GetFileName).Order(), Directory.GetFiles(merged).Select(Path.GetFileName).Order());
        using var before = SafetensorsFolder.Open(origin);
        using var after = SafetensorsFolder.Open(merged);
        Assert.All(after.Names, name => Assert.Equal(before.Get(name).Tensor, after.Get(name).Tensor with { Shape = before.Get(name).Tensor.Shape }));
        using var applied = PeftFolder.Apply(stored, adapter);
        using var loaded = LlamaModel.Load(merged);
        var tolerance = dtype switch
        {
            SafetensorsDtype.F32 => 1e-6,
            SafetensorsDtype.F16 => 5e-4,
            _ => 4e-3,
        };
        foreach (var (name, _) in model.Config.Tensors())
        {
            var isTarget = name.EndsWith("q_proj.weight", StringComparison.Ordinal);
            Assert.Equal(isTarget, !stored.Values(name).SequenceEqual(loaded.Values(name)));
            Assert.True(Golden.LargestDifference(applied.Values(name), loaded.Values(name)) <= (isTarget ? tolerance : 0));
        }
    }

    [Fact]
    public void Write_IntoAFolderWithFiles_IsRefusedAndLeavesThem()
    {
        var output = Directory.CreateDirectory(Path.Combine(_folder, "mine")).FullName;
        File.WriteAllText(Path.Combine(output, "precious"), "");
        Assert.Throws<ModelFormatException>(() => CheckpointMerge.Write(_folder, _folder, output, null, CancellationToken.None));
        Assert.Single(Directory.GetFiles(output));
    }

    [Fact]
    public void Write_BesideAFolderNamedPartial_IsRefusedAndLeavesIt()
    {
        var other = Directory.CreateDirectory(Path.Combine(_folder, "mine.partial")).FullName;
        File.WriteAllText(Path.Combine(other, "precious"), "");
        var refused = Assert.Throws<ModelFormatException>(() =>
            CheckpointMerge.Write(_folder, _folder, Path.Combine(_folder, "mine"), null, CancellationToken.None)
        );
        Assert.Contains("mine.partial: is there already", refused.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(other));
    }

    [Fact]
    public void Write_OverAFile_IsRefusedBeforeAnythingIsRead()
    {
        var output = Path.Combine(_folder, "file");
        File.WriteAllText(output, "precious");
        var refused = Assert.Throws<ModelFormatException>(() => CheckpointMerge.Write(_folder, _folder, output, null, CancellationToken.None));
        Assert.Contains("file: is a file", refused.Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(output));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void WriteShards(LlamaModel model, string folder, SafetensorsDtype dtype)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "config.json"), model.Config.ToJson());
        var tensors = model.Config.Tensors().ToArray();
        var shards = tensors
            .Select((tensor, i) => (tensor, File: i < 5 ? "model-00001-of-00002.safetensors" : "model-00002-of-00002.safetensors"))
            .ToArray();
        foreach (var shard in shards.GroupBy(entry => entry.File))
        {
            File.WriteAllBytes(
                Path.Combine(folder, shard.Key),
                SafetensorsWriter.ToBytes(shard.Select(entry => Entry(entry.tensor.Name, entry.tensor.Shape, model.Values(entry.tensor.Name), dtype)))
            );
        }

        File.WriteAllText(
            Path.Combine(folder, SafetensorsFolder.IndexFile),
            $"{{\"weight_map\":{{{string.Join(',', shards.Select(entry => $"\"{entry.tensor.Name}\":\"{entry.File}\""))}}}}}"
        );
    }

    private static SafetensorsEntry Entry(string name, long[] shape, ReadOnlySpan<float> values, SafetensorsDtype dtype)
    {
        if (dtype == SafetensorsDtype.F32)
        {
            return SafetensorsEntry.FromSingles(name, shape, values);
        }

        var halves = new ushort[values.Length];
        for (var i = 0; i < halves.Length; i++)
        {
            halves[i] =
                dtype == SafetensorsDtype.F16
                    ? BitConverter.HalfToUInt16Bits((Half)values[i])
                    : (ushort)(BitConverter.SingleToUInt32Bits(values[i]) >> 16);
        }

        return new SafetensorsEntry(name, dtype, shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes(halves.AsSpan()).ToArray());
    }
}
