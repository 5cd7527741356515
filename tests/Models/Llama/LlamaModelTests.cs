using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Models.Llama;

namespace Seal.Models.Tests.Llama;

public sealed class LlamaModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seal-model-").FullName;

    [Fact]
    public void Load_SavedModel_HasItsShapeAndWeights()
    {
        using var model = LlamaModel.Random(TinyModel.Config(40) with { TiedHead = false }, new Seed(1));
        model.Save(_folder);

        using var loaded = LlamaModel.Load(_folder);

        Assert.Equivalent(model.Config, loaded.Config, strict: true);
        Assert.All(model.Config.Tensors(), t => Assert.Equal(model.Values(t.Name), loaded.Values(t.Name)));
    }

    [Fact]
    public void Save_Twice_GivesEqualFiles()
    {
        using var model = LlamaModel.Random(TinyModel.Config(40), new Seed(1));
        model.Save(_folder);
        var hash = ModelFolder.ContentHash(_folder);
        model.Save(_folder);

        Assert.Equal(hash, ModelFolder.ContentHash(_folder));
    }

    [Fact]
    public void Random_OtherSeed_GivesOtherWeights()
    {
        using var one = LlamaModel.Random(TinyModel.Config(40), new Seed(1));
        using var two = LlamaModel.Random(TinyModel.Config(40), new Seed(2));

        Assert.NotEqual(one.Values(TensorNames.Embedding).ToArray(), two.Values(TensorNames.Embedding).ToArray());
    }

    [Fact]
    public void Load_WeightsOfAnotherShape_AreRefusedByName()
    {
        using var model = LlamaModel.Random(TinyModel.Config(40), new Seed(1));
        model.Save(_folder);
        File.WriteAllBytes(Path.Combine(_folder, "config.json"), (TinyModel.Config(40) with { IntermediateSize = 64 }).ToJson());

        var error = Assert.Throws<ModelFormatException>(() => LlamaModel.Load(_folder));

        Assert.Contains("gate_proj", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_CheckpointWithPartsThatTheConfigDoesNotHave_IsRefusedByName()
    {
        using var model = LlamaModel.Random(TinyModel.Config(40) with { Bias = ProjectionBias.QueryKeyValue }, new Seed(1));
        model.Save(_folder);
        File.WriteAllBytes(Path.Combine(_folder, "config.json"), TinyModel.Config(40).ToJson());

        var error = Assert.Throws<ModelFormatException>(() => LlamaModel.Load(_folder));

        Assert.Contains("k_proj.bias", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("consolidated.00.pth")]
    public void Load_PickledWeights_AreRefusedWithAWordOnConverting(string file)
    {
        File.WriteAllBytes(Path.Combine(_folder, "config.json"), TinyModel.Config(40).ToJson());
        File.WriteAllText(Path.Combine(_folder, file), "");

        var error = Assert.Throws<ModelFormatException>(() => LlamaModel.Load(_folder));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains("safe_serialization", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
