using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama.Kernels;

internal static partial class TensorMemory
{
    /// <summary>
    /// Where a contiguous fp32 tensor on the CPU lies. libtorch's memory does not move, but it goes with the tensor: keep that alive
    /// (<see cref="GC.KeepAlive"/>) until the last use.
    /// </summary>
    public static unsafe float* Pointer(this Tensor tensor) => (float*)Address(tensor.Handle);

    /// <summary>The same for bf16.</summary>
    public static unsafe ushort* Bf16Pointer(this Tensor tensor) => (ushort*)tensor.Pointer();

    /// <summary>A part of a contiguous tensor's memory on the CPU.</summary>
    /// <param name="at">First byte.</param>
    /// <param name="count">How many.</param>
    public static unsafe Span<byte> Bytes(this Tensor tensor, long at, int count) => new((byte*)tensor.Pointer() + at, count);

    /// <summary>
    /// A tensor's values, row-major: in place where the tensor lies on the CPU, and then valid as long as it lives; else a copy that is the
    /// caller's, whatever becomes of the tensor.
    /// </summary>
    public static ReadOnlySpan<T> Values<T>(this Tensor tensor)
        where T : struct
    {
        if (tensor.device_type != DeviceType.CPU)
        {
            using var scope = NewDisposeScope();
            return tensor.cpu().Values<T>().ToArray();
        }

        var here = tensor;
        return MemoryMarshal.Cast<byte, T>((here.is_contiguous() ? here : here.contiguous()).bytes);
    }

    // Not through Tensor.bytes: a span's length is an int, and an embedding of 150,000 tokens in fp32 or the moments of a full delta are larger
    // than that can say.
    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static partial nint Address(nint tensor);

    /// <summary>True where our kernels run and the tensor lies where they can read it.</summary>
    public static bool FitsKernels(this Tensor tensor) => InstructionSet.HasKernels && tensor.device_type == DeviceType.CPU;
}
