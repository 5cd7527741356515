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
}
