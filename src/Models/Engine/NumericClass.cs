using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace Seal.Models.Engine;

/// <summary>Names everything that decides which bits come out of the same sums.</summary>
public static class NumericClass
{
    private static readonly string[] Levels = ["default", "avx2", "avx512"];

    /// <summary>E.g. <c>torch-2.10.0/cpu/x64-avx512/fp32/1-thread</c>.</summary>
    public static string Current { get; } =
        $"torch-{torch.__version__}/cpu/{Architecture(Environment.GetEnvironmentVariable("ATEN_CPU_CAPABILITY"))}/fp32/1-thread";

    /// <summary>Processor architecture and the instruction set level at which libtorch dispatches its kernels.</summary>
    /// <param name="wished">ATEN_CPU_CAPABILITY: a level to stay below, or null.</param>
    internal static string Architecture(string? wished)
    {
        var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        if (RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64)
        {
            return architecture;
        }

        var has = Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported ? 2 : Avx2.IsSupported && Fma.IsSupported ? 1 : 0;
        var level = Array.IndexOf(Levels, wished);
        return $"{architecture}-{Levels[level < 0 ? has : Math.Min(has, level)]}";
    }
}
