using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama.Kernels;

internal static class TensorMemory
{
    /// <summary>
    /// Where a contiguous fp32 tensor on the CPU lies. libtorch's memory does not move, but it goes with the tensor: keep that alive
    /// (<see cref="GC.KeepAlive"/>) until the last use.
    /// </summary>
    public static unsafe float* Pointer(this Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    /// <summary>The same for bf16.</summary>
    public static unsafe ushort* Bf16Pointer(this Tensor tensor) => (ushort*)tensor.Pointer();

    /// <summary>A tensor's values on the CPU, row-major: in place where they are there already, else a copy in the current dispose scope.</summary>
    public static ReadOnlySpan<T> Values<T>(this Tensor tensor)
        where T : struct
    {
        var here = tensor.device_type == DeviceType.CPU ? tensor : tensor.cpu();
        return MemoryMarshal.Cast<byte, T>((here.is_contiguous() ? here : here.contiguous()).bytes);
    }

    /// <summary>True where our kernels run and the tensor lies where they can read it.</summary>
    public static bool FitsKernels(this Tensor tensor) => InstructionSet.HasKernels && tensor.device_type == DeviceType.CPU;
}
