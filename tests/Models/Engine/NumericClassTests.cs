using Seal.Core.Engines;
using Seal.Core.Sweeps;
using Seal.Models.Engine;
using Seal.Models.Llama;
using TorchSharp;

namespace Seal.Models.Tests.Engine;

public sealed class NumericClassTests
{
    [Theory]
    [InlineData(ModelDtype.Fp32, null)]
    [InlineData(ModelDtype.Bf16, "bf16")]
    public void Of_Processor_IsAWholeNameOfItsDtype(ModelDtype dtype, string? asked)
    {
        var name = NumericClassName.Parse(NumericClass.Of(dtype, "cpu"))!;
        Assert.Equal("cpu", name.Device);
        Assert.Equal("torch-" + LibTorch.Version, name.Library);
        Assert.True(name.Serves(new EngineSettings("torch", asked)));
        using var engine = new TorchEngine(new EngineOptions(Dtype: dtype.Name()));
        Assert.Equal(name.ToString(), engine.NumericClass);
    }

    [Fact]
    public void Version_OfTheLoadedLibrary_IsThatOfThePackageThatTheBuildFetched() =>
        // The package's folder gives the library; the binding's constant is another thing, and only here the two must agree.
        Assert.StartsWith(LibTorch.Version + ".", torch.__version__ + ".", StringComparison.Ordinal);

    [Theory]
    [InlineData(0x020a000000000000UL, "2.10.0")]
    [InlineData(0x020b010203040506UL, "2.11.1")]
    public void Text_VersionAsANumber_IsMajorMinorPatch(ulong number, string text) => Assert.Equal(text, LibTorch.Text(number));

    [Theory]
    [InlineData(12080, 1000, 10, "12.8.0")]
    [InlineData(13001, 1000, 10, "13.0.1")]
    [InlineData(120804, 10_000, 100, "12.8.4")]
    [InlineData(91002, 10_000, 100, "9.10.2")]
    public void Text_VersionOfALibraryOfCuda_IsMajorMinorPatch(long version, int major, int minor, string text) =>
        Assert.Equal(text, CudaCard.Text(version, major, minor));

    [Theory]
    [InlineData("MKL_CBWR", "COMPATIBLE", "+mkl_cbwr-compatible")]
    [InlineData("ONEDNN_MAX_CPU_ISA", "AVX2", "+onednn_max_cpu_isa-avx2")]
    public void Of_VariableThatMovesLibtorchsLibraries_IsAnotherClass(string variable, string value, string added) =>
        Assert.Equal(ProcessorLibraries.Of(_ => null) + added, ProcessorLibraries.Of(asked => asked == variable ? value : null));
}
