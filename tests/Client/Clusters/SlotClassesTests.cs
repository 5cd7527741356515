using Seal.Client.Clusters;
using Seal.Core.Engines.Fake;
using Seal.Core.Sweeps;

namespace Seal.Client.Tests.Clusters;

public sealed class SlotClassesTests
{
    private const string Fp32 = "seal-1/torch-2.10.0/cpu/linux-x64-avx512+kernels/fp32/1-thread";
    private const string Bf16 = "seal-1/torch-2.10.0/cpu/linux-x64-avx512+kernels+bf16dot/bf16/1-thread";
    private const string OtherFp32 = "seal-1/torch-2.10.0/cpu/linux-x64-avx2/fp32/1-thread";

    /// <summary>Has "bf16" in a part that is not its dtype, as a card's mode may.</summary>
    private const string CardFp32 = "seal-1/torch-2.10.0/cuda/nvidia-h100/driver-570/cuda-12.8.0/nondeterministic+bf16reduction/fp32/1-thread";

    private static readonly string[] All = [Fp32, Bf16, FakeEngine.Class, "torch-2.10.0.0/cpu/x64-avx512+kernels/fp32/1-thread"];

    [Theory]
    [InlineData("torch", null, Fp32)]
    [InlineData("torch", "bf16", Bf16)]
    [InlineData("fake", null, FakeEngine.Class)]
    public void Choose_OneClassServesTheEngine_IsThat(string kind, string? dtype, string expected) =>
        Assert.Equal(expected, SlotClasses.Choose(new EngineSettings(kind, dtype), null, All, "here"));

    /// <summary>Slots with plug-ins are another class: a console without them does not know what their names mean.</summary>
    [Fact]
    public void Choose_SlotsWithPluginsBesideThoseWithout_TakesThoseThatHaveWhatTheConsoleHas() =>
        Assert.Equal(Fp32, SlotClasses.Choose(new EngineSettings(), null, [$"{Fp32}/plugins-0123456789abcdef", Fp32], "here"));

    [Fact]
    public void Choose_DtypeInAnotherPartOfTheName_DoesNotServe() =>
        Assert.Equal(Bf16, SlotClasses.Choose(new EngineSettings("torch", "bf16"), null, [CardFp32, Bf16], "here"));

    [Theory]
    [InlineData("torch", null, FakeEngine.Class)]
    [InlineData("torch", "bf16", Fp32)]
    [InlineData("torch", null, Bf16)]
    [InlineData("fake", null, Fp32)]
    public void Choose_NamedClassOfAnotherEngine_IsRefusedAlsoWhereNoSlotIsThere(string kind, string? dtype, string asked)
    {
        var refused = Assert.Throws<CommandException>(() => SlotClasses.Choose(new EngineSettings(kind, dtype), asked, [asked], "here"));
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains(asked, refused.Message, StringComparison.Ordinal);
        Assert.Equal(
            ExitCode.Usage,
            Assert.Throws<CommandException>(() => SlotClasses.Choose(new EngineSettings(kind, dtype), asked, [], "here")).ExitCode
        );
    }

    [Fact]
    public void Choose_NamedClassThatServes_IsTakenWhereItIsThereOrNoneIs()
    {
        Assert.Equal(OtherFp32, SlotClasses.Choose(new EngineSettings(), OtherFp32, [Fp32, OtherFp32], "here"));
        Assert.Equal(OtherFp32, SlotClasses.Choose(new EngineSettings(), OtherFp32, [], "here"));
        Assert.Equal(
            ExitCode.NotFoundOrConflict,
            Assert.Throws<CommandException>(() => SlotClasses.Choose(new EngineSettings(), OtherFp32, All, "here")).ExitCode
        );
    }

    [Fact]
    public void Choose_SeveralServeAndNoneIsNamed_NamesThem()
    {
        var refused = Assert.Throws<CommandException>(() => SlotClasses.Choose(new EngineSettings(), null, [Fp32, OtherFp32], "here"));
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains($"{OtherFp32}, {Fp32}", refused.Message, StringComparison.Ordinal);
    }
}
