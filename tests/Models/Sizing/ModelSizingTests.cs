using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Sizing;

namespace Seal.Models.Tests.Sizing;

public sealed class ModelSizingTests
{
    private static readonly LlamaConfig Config = RandomCheckpoint.Shapes["llama-3.2-1b"];

    [Fact]
    public void Parameters_OfLlama1B_AreItsOwn() => Assert.Equal(1_235_814_400, new ModelSizing(Config, 2).Parameters);

    [Theory]
    [InlineData("qwen3-0.6b", 596_049_920)]
    [InlineData("qwen3-1.7b", 1_720_574_976)]
    [InlineData("qwen3-4b", 4_022_468_096)]
    [InlineData("qwen3-8b", 8_190_735_360)]
    public void Parameters_OfQwen3_AreItsOwn(string shape, long parameters) =>
        Assert.Equal(parameters, new ModelSizing(RandomCheckpoint.Shapes[shape], 2).Parameters);

    /// <summary>Queries and keys are kept as they were before the norm, for its gradient.</summary>
    [Fact]
    public void Activations_OfNormedQueriesAndKeys_HaveRoomForThoseBeforeTheNorm()
    {
        var config = RandomCheckpoint.Shapes["qwen3-0.6b"];
        long Activations(LlamaConfig shape) => new ModelSizing(shape, 2).Training(DeltaSpec.PaperInner, 100, 1).Activations;

        var more = Activations(config) - Activations(config with { QueryKeyNorm = false });
        Assert.InRange(more, 4L * 100 * config.Layers * (config.QueryWidth + config.KeyValueWidth), 5L * 100 * 32 * (2048 + 1024));
    }

    [Fact]
    public void Training_OfLlama1B_LoraAtRank128_FitsFourteenGigabytes()
    {
        var sizing = new ModelSizing(Config, 2);
        Assert.InRange(sizing.Training(DeltaSpec.PaperInner, 1024, 2).Total + ModelSizing.Process, 6L << 30, 14L << 30);
    }

    [Fact]
    public void DeltaParameters_OfAnAdapter_AreThoseOfItsTensors()
    {
        var config = TinyModel.Config(40);
        var shape = new LoraShape(config, TinyModel.Lora(4));
        var expected = shape.Modules.SelectMany(shape.Parameters).Sum(parameter => parameter.Shape[0] * parameter.Shape[1]);
        Assert.Equal(expected, new ModelSizing(config, 4).DeltaParameters(TinyModel.Lora(4)));
    }

    [Fact]
    public void Training_MoreOfAnything_NeedsMore()
    {
        var sizing = new ModelSizing(Config, 2);
        var lora = DeltaSpec.PaperInner;
        var least = sizing.Training(lora with { Rank = 8 }, 512, 1, checkpointing: true).Total;
        long[] growing =
        [
            least,
            sizing.Training(lora, 512, 1, checkpointing: true).Total,
            sizing.Training(lora, 1024, 1).Total,
            sizing.Training(lora, 1024, 2).Total,
            sizing.Training(lora, 1024, 2, members: 2).Total,
            new ModelSizing(Config, 4).Training(lora, 1024, 2, members: 2).Total,
        ];
        Assert.Equal(growing.Order(), growing);
        Assert.True(growing.Distinct().Count() == growing.Length);
        Assert.True(sizing.Training(lora, 2048, 2, checkpointing: true).Total < sizing.Training(lora, 2048, 2).Total);
        Assert.True(sizing.Inference(2048, 1).Total < sizing.Inference(2048, 8).Total);
    }
}
