using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Safetensors;
using Seal.Models.Tests.Safetensors;

namespace Seal.Models.Tests.Llama;

/// <summary>A head that config.json ties to the embedding, and is stored all the same.</summary>
public sealed class CheckpointTests : IDisposable
{
    private static readonly long[] HeadShape = [40, 32];
    private readonly string _folder = Directory.CreateTempSubdirectory("seal-checkpoint-").FullName;

    [Theory]
    [InlineData(SafetensorsDtype.F32)]
    [InlineData(SafetensorsDtype.BF16)]
    public void Open_TiedHeadThatIsTheEmbedding_IsTaken(SafetensorsDtype dtype)
    {
        WriteWithHead(_folder, dtype, head => head);
        Checkpoint.Open(_folder).Dispose();
        LlamaModel.Load(_folder).Dispose();
    }

    [Fact]
    public void Open_TiedHeadWithOtherNumbers_IsRefusedByNameAndPlace()
    {
        WriteWithHead(_folder, SafetensorsDtype.F32, head => [.. head.Select((value, i) => i == 35 ? value + 1 : value)]);
        var expected =
            "ties the head to the embedding (tie_word_embeddings), but the checkpoint has a lm_head.weight that differs from "
            + "model.embed_tokens.weight, first at [1, 3]. ";
        Assert.Contains(expected, Assert.Throws<ModelFormatException>(() => LlamaModel.Load(_folder)).Message, StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Throws<ModelFormatException>(() => Merge(_folder, WriteFull(1))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "merged")));
    }

    [Fact]
    public void Open_TiedHeadOfAnotherShape_IsRefused()
    {
        Stored.WriteModel(
            _folder,
            SafetensorsDtype.F32,
            more: values => [Stored.Entry(TensorNames.Head, [32, 40], SafetensorsDtype.F32, values[TensorNames.Embedding])]
        );
        Assert.Contains(
            "differs from model.embed_tokens.weight in its shape",
            Assert.Throws<ModelFormatException>(() => LlamaModel.Load(_folder)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Merge_FullDeltaIntoATiedModelThatStoresItsHead_ChangesBoth()
    {
        WriteWithHead(_folder, SafetensorsDtype.BF16, head => head);
        Assert.Equal(2, Merge(_folder, WriteFull(1)));

        using var merged = SafetensorsFolder.Open(Path.Combine(_folder, "merged"));
        foreach (var name in (string[])[TensorNames.Embedding, TensorNames.Head])
        {
            var (file, tensor) = merged.Get(name);
            Assert.All(file.ReadSingles(tensor), value => Assert.Equal(1, value));
        }

        LlamaModel.Load(Path.Combine(_folder, "merged")).Dispose();
    }

    [Fact]
    public void Merge_FullDeltaOfAnotherModel_IsRefusedByTensorBeforeAnythingIsWritten()
    {
        Stored.WriteModel(_folder, SafetensorsDtype.F32);
        var adapter = Path.Combine(_folder, "full");
        File.WriteAllBytes(adapter, AdapterFile.WriteFull([Stored.Entry("model.layers.7.mlp.up_proj.weight", [2], SafetensorsDtype.F32, [1, 2])]));
        Assert.Contains(
            "model.layers.7.mlp.up_proj.weight [2] is no tensor of this model",
            Assert.Throws<ModelFormatException>(() => Merge(_folder, adapter)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Merge_BaseWithoutOneOfItsTensors_IsRefusedByName()
    {
        Stored.WriteModel(_folder, SafetensorsDtype.F32);
        File.WriteAllBytes(Path.Combine(_folder, "config.json"), (TinyModel.Config(40) with { Grid = null, Layers = 3 }).ToJson());
        Assert.Contains(
            "no tensor 'model.layers.2.",
            Assert.Throws<ModelFormatException>(() => Merge(_folder, WriteFull(1))).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void WriteWithHead(string folder, SafetensorsDtype dtype, Func<double[], double[]> change) =>
        Stored.WriteModel(folder, dtype, more: values => [Stored.Entry(TensorNames.Head, HeadShape, dtype, change(values[TensorNames.Embedding]))]);

    private string WriteFull(double value)
    {
        var path = Path.Combine(_folder, "full");
        double[] values = [.. Enumerable.Repeat(value, 40 * 32)];
        File.WriteAllBytes(path, AdapterFile.WriteFull([Stored.Entry(TensorNames.Embedding, HeadShape, SafetensorsDtype.F32, values)]));
        return path;
    }

    private static int Merge(string folder, string adapter) =>
        CheckpointMerge.Write(folder, adapter, Path.Combine(folder, "merged"), null, CancellationToken.None);
}
