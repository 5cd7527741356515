using Seal.Models.Llama;
using TorchSharp;

namespace Seal.Models.Tests.Llama;

/// <summary>RMSNorm of numbers whose squares overflow: by the equation x / √∞ it is a row of zeros, that is, the same logits for every
/// question.</summary>
public sealed class FinalNormTests
{
    [Theory]
    [InlineData(32)] // our kernels, where the processor has them
    [InlineData(24)] // libtorch
    public void FinalNorm_RowWhoseSquaresOverflow_IsNotANumberAndItsNeighbourIsUntouched(int width)
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.randn(2, width, generator: new torch.Generator(1));
        var weight = torch.ones(width);
        var sound = Rows.Norm(x, weight, 1e-5);
        x[1].fill_(Torch.Number(1e20));

        var y = Rows.FinalNorm(x, weight, 1e-5);

        Assert.True(y[0].Equals(sound[0]));
        Assert.True(y[1].isnan().all().ToBoolean());
    }

    /// <summary>A head of zeros would look at every token alike, and nothing behind it would show that.</summary>
    [Theory]
    [InlineData(32)]
    [InlineData(24)]
    public void HeadNorm_HeadWhoseSquaresOverflow_IsNotANumberAndTheOthersAreNormedAlone(int width)
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.randn([2, 3, width], generator: new torch.Generator(1));
        var weight = torch.randn(width, generator: new torch.Generator(2));
        x[1, 2].fill_(Torch.Number(1e20));

        var y = Rows.HeadNorm(x, weight, 1e-5);

        for (var head = 0; head < 5; head++)
        {
            var alone = x[head / 3, head % 3];
            var scale = 1 / Math.Sqrt(alone.pow(Torch.Number(2)).mean().ToDouble() + 1e-5);
            Assert.True(y[head / 3, head % 3].allclose(alone.mul(Torch.Number(scale)) * weight, 1e-5, 1e-6));
        }

        Assert.True(y[1, 2].isnan().all().ToBoolean());
    }
}
