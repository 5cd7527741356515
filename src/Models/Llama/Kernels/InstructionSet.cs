using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Seal.Models.Llama.Kernels;

/// <summary>The instruction set level at which libtorch dispatches its kernels, and whether ours run beside them.</summary>
internal static class InstructionSet
{
    private static readonly string[] Levels = ["default", "avx2", "avx512"];

    /// <summary>E.g. <c>x64-avx512</c>; follows ATEN_CPU_CAPABILITY as libtorch does.</summary>
    public static string Name { get; } = Of(Environment.GetEnvironmentVariable("ATEN_CPU_CAPABILITY"));

    /// <summary>True where our 512-bit kernels are used.</summary>
    public static bool HasKernels { get; } = Vector512.IsHardwareAccelerated && Name.EndsWith("avx512", StringComparison.Ordinal);

    /// <summary>The level under a wish.</summary>
    /// <param name="wished">A level to stay below, or null.</param>
    internal static string Of(string? wished)
    {
        var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return architecture;
        }

        var has =
            Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported ? 2
            : Avx2.IsSupported && Fma.IsSupported ? 1
            : 0;
        var level = Array.IndexOf(Levels, wished);
        return $"{architecture}-{Levels[level < 0 ? has : Math.Min(has, level)]}";
    }
}
