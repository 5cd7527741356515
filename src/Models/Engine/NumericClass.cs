using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using Seal.Models.Llama.Kernels.Machine;
using TorchSharp;

namespace Seal.Models.Engine;

/// <summary>Names everything that decides which bits come out of the same sums.</summary>
public static class NumericClass
{
    /// <summary>Of fp32 on the processor, e.g. <c>torch-2.10.0/cpu/x64-avx512+kernels/fp32/1-thread</c>.</summary>
    public static string Current => Of(ModelDtype.Fp32, "cpu");

    /// <summary>
    /// E.g. <c>torch-2.10.0/cpu/x64-avx512+kernels+bf16dot/bf16/1-thread</c>. The thread is libtorch's; our kernels compute the same bits with any number.
    /// </summary>
    /// <param name="device">As in settings; of a CUDA device the index does not matter, its model does, which libtorch's bindings do not tell: keep one class of cards in a grid.</param>
    /// <exception cref="TorchMissingException">This build has none.</exception>
    public static string Of(ModelDtype dtype, string device)
    {
        TorchMissingException.ThrowIfMissing();
        if (device != "cpu")
        {
            return $"torch-{torch.__version__}/cuda/{dtype.Name()}";
        }

        var kernels = InstructionSet.HasKernels ? "+kernels" : "";
        var dot = dtype == ModelDtype.Bf16 && Bf16Code.IsThere ? "+bf16dot" : "";
        return $"torch-{torch.__version__}/cpu/{InstructionSet.Name}{kernels}{dot}/{dtype.Name()}/1-thread";
    }
}
