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
        var expected = new LoraShape(config, TinyModel.Lora(4)).Parameters().Sum(parameter => parameter.Shape[0] * parameter.Shape[1]);
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
