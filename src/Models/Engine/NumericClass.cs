using Seal.Models.Llama.Kernels;
using TorchSharp;

namespace Seal.Models.Engine;

/// <summary>Names everything that decides which bits come out of the same sums.</summary>
public static class NumericClass
{
    /// <summary>E.g. <c>torch-2.10.0/cpu/x64-avx512+kernels/fp32/1-thread</c>.</summary>
    public static string Current { get; } =
        $"torch-{torch.__version__}/cpu/{InstructionSet.Name}{(InstructionSet.HasKernels ? "+kernels" : "")}/fp32/1-thread";
}
