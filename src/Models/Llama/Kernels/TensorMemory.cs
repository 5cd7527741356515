using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Seal.Models.Llama.Kernels;

internal static class TensorMemory
{
    /// <summary>
    /// Where a contiguous fp32 tensor on the CPU lies. libtorch's memory does not move, but it goes with the tensor: keep that alive
    /// (<see cref="GC.KeepAlive"/>) until the last use.
    /// </summary>
    public static unsafe float* Pointer(this Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
