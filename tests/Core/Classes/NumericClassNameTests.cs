using System.Globalization;
using System.Reflection;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Classes;

public sealed class NumericClassNameTests
{
    private static readonly CardName Card = new("NVIDIA H100 80GB HBM3", "570.86.15", "cuda-12.8.0+cublas-12.8.4+cudnn-9.10.2", "deterministic+tf32");

    private static readonly string Own = $"seal-{NumericClassName.Version.ToString(CultureInfo.InvariantCulture)}";

    [Fact]
    public void OfProcessor_Facts_AreItsParts() =>
        Assert.Equal(
            $"{Own}/torch-2.10.0/cpu/linux-x64-avx512+kernels+bf16dot/bf16/1-thread",
            NumericClassName.OfProcessor("2.10.0", "linux-x64-avx512+kernels+bf16dot", "bf16").ToString()
        );

    [Fact]
    public void OfCard_Facts_AreItsParts() =>
        Assert.Equal(
            $"{Own}/torch-2.11.0/cuda/nvidia-h100-80gb-hbm3/driver-570.86.15/cuda-12.8.0+cublas-12.8.4+cudnn-9.10.2/deterministic+tf32/bf16/1-thread",
            NumericClassName.OfCard("2.11.0", Card, "bf16").ToString()
        );

    [Fact]
    public void OfCard_AnyFactOfTheCardDiffers_IsAnotherClass()
    {
        var name = NumericClassName.OfCard("2.11.0", Card, "bf16");
        foreach (var fact in typeof(CardName).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var other = Card with { };
            fact.SetValue(other, "other");
            Assert.True(name != NumericClassName.OfCard("2.11.0", other, "bf16"), fact.Name);
        }

        Assert.NotEqual(name, NumericClassName.OfCard("2.11.1", Card, "bf16"));
        Assert.NotEqual(name, NumericClassName.OfCard("2.11.0", Card, "fp32"));
    }

    [Fact]
    public void Parse_WhatWasWritten_IsItAgainAndAQueuesKey()
    {
        foreach (
            var name in new[] { NumericClassName.OfProcessor("2.10.0", "win-x64-avx2", "fp32"), NumericClassName.OfCard("2.11.0", Card, "bf16") }
        )
        {
            Assert.Equal(name, NumericClassName.Parse(name.ToString()));
            Assert.Equal(name.ToString(), NumericClassName.Parse(name.ToString())!.ToString());
            Assert.True(NumericClassName.IsWritten(name.ToString()));
        }

        Assert.True(NumericClassName.Parse(FakeEngine.Class)!.IsFake);
    }

    [Theory]
    [InlineData("fake-1", null)]
    [InlineData("fake-1/plugins-0123456789abcdef", "0123456789abcdef")]
    [InlineData("seal-1/torch-2.10.0/cpu/linux-x64-avx2/fp32/1-thread/plugins-01", "01")]
    public void Parse_NameWithPlugins_HasTheirHashAndServesAsTheEngineDoes(string text, string? plugins)
    {
        var name = NumericClassName.Parse(text)!;

        Assert.Equal(plugins, name.Plugins);
        Assert.Equal(plugins, NumericClassName.PluginsOf(text));
        Assert.Equal(text, name.ToString());
        Assert.True(name.Serves(new EngineSettings(name.IsFake ? "fake" : "torch")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plugins-01")]
    [InlineData("fake-1/plugins-")]
    [InlineData("fake")]
    [InlineData("fake/1")]
    [InlineData("fake-0")]
    [InlineData("fake-1/fp32")]
    [InlineData("seal-1")]
    [InlineData("torch-2.10.0.0/cpu/x64-avx512+kernels/fp32/1-thread")]
    [InlineData("seal-x/torch-2.10.0/cpu/linux-x64-avx2/fp32/1-thread")]
    [InlineData("seal-1/torch-2.10.0/cuda/bf16/1-thread")]
    [InlineData("seal-1/torch-2.10.0/cpu/linux-x64-avx2/fp32")]
    [InlineData("seal-1/torch-2.10.0/cpu/../fp32/1-thread")]
    [InlineData("seal-1/torch-2.10.0/cpu/Linux/fp32/1-thread")]
    public void Parse_TextOfAnotherForm_IsNone(string text) => Assert.Null(NumericClassName.Parse(text));

    [Theory]
    [InlineData("fake", null, "fake-1", true)]
    [InlineData("torch", null, "fake-1", false)]
    [InlineData("torch", null, "seal-1/torch-2.10.0/cpu/linux-x64-avx2/fp32/1-thread", true)]
    [InlineData("torch", "bf16", "seal-1/torch-2.10.0/cpu/linux-x64-avx2/fp32/1-thread", false)]
    [InlineData("torch", "bf16", "seal-1/torch-2.10.0/cpu/linux-x64-avx512+kernels+bf16dot/bf16/1-thread", true)]
    [InlineData("torch", null, "seal-1/torch-2.10.0/cpu/linux-x64-avx512+kernels+bf16dot/bf16/1-thread", false)]
    [InlineData("fake", null, "seal-1/torch-2.10.0/cpu/linux-x64-avx2/fp32/1-thread", false)]
    public void Serves_EngineOfASweep_OnlyOfItsKindAndDtype(string kind, string? dtype, string name, bool serves) =>
        Assert.Equal(serves, NumericClassName.Parse(name)!.Serves(new EngineSettings(kind, dtype)));
}
