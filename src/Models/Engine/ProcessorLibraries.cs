using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Seal.Models.Engine;

/// <summary>
/// What MKL and oneDNN inside libtorch choose their code by. They look at the processor themselves, whatever level libtorch keeps to, and decoding
/// multiplies its few rows by MKL also where our kernels run: with another of its code paths every hash of <c>EngineBitsTests</c> is another one.
/// </summary>
internal static class ProcessorLibraries
{
    /// <summary>Variables by which a user moves the choice.</summary>
    private static readonly string[] Variables =
    [
        "MKL_CBWR",
        "MKL_ENABLE_INSTRUCTIONS",
        "MKL_DEBUG_CPU_TYPE",
        "ONEDNN_MAX_CPU_ISA",
        "DNNL_MAX_CPU_ISA",
    ];

    /// <summary>E.g. <c>libs-amd-avx512bf16</c>.</summary>
    public static string Name { get; } = Of(Environment.GetEnvironmentVariable);

    /// <summary>The name under these variables.</summary>
    internal static string Of(Func<string, string?> variable)
    {
        var name = new StringBuilder(X86Base.IsSupported ? $"libs-{Vendor()}-{Level()}" : $"libs-{RuntimeInformation.ProcessArchitecture}");
        foreach (var set in Variables.Where(set => variable(set) is { Length: > 0 }))
        {
            name.Append('+').Append(set).Append('-').Append(variable(set));
        }

        return name.ToString().ToLowerInvariant();
    }

    private static string Vendor()
    {
        var (_, first, third, second) = X86Base.CpuId(0, 0);
        Span<int> words = [first, second, third];
        return Encoding.ASCII.GetString(MemoryMarshal.AsBytes(words)) switch
        {
            "GenuineIntel" => "intel",
            "AuthenticAMD" => "amd",
            var other => other.Trim(),
        };
    }

    private static string Level()
    {
        if (!Avx512F.IsSupported || !Avx512BW.IsSupported || !Avx512DQ.IsSupported)
        {
            return Avx2.IsSupported && Fma.IsSupported ? "avx2" : "default";
        }

        var deep = X86Base.CpuId(0, 0).Eax >= 7;
        var hasTiles = deep && (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0;
        var hasDot = deep && X86Base.CpuId(7, 0).Eax >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;
        return hasTiles ? "amx"
            : hasDot ? "avx512bf16"
            : "avx512";
    }
}
