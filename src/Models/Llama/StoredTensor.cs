using System.Runtime.InteropServices;
using Seal.Core.Engines;
using Seal.Models.Llama.Kernels;
using Seal.Models.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama;

/// <summary>Tensors between file and memory, a block at a time.</summary>
internal static class StoredTensor
{
    private const int Block = 1 << 20; // elements

    [ThreadStatic]
    private static float[]? _values;

    /// <summary>Reads a tensor of the file, as stored or converted.</summary>
    /// <exception cref="ModelFormatException">It holds no floating-point numbers, or one that is not finite or too large for the dtype.</exception>
    public static Tensor Read(SafetensorsFile file, SafetensorsTensor entry, ModelDtype dtype)
    {
        var read = Placement.Cpu.Empty(dtype == ModelDtype.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32, entry.Shape);
        var size = entry.Dtype.Size();
        var made = read.element_size();
        var isStoredSo = BitConverter.IsLittleEndian && entry.Dtype == (dtype == ModelDtype.Bf16 ? SafetensorsDtype.BF16 : SafetensorsDtype.F32);
        for (var at = 0L; at < entry.Count; at += Block)
        {
            var count = (int)Math.Min(Block, entry.Count - at);
            var into = read.Bytes(at * made, (int)(count * made));
            if (isStoredSo)
            {
                file.ReadNumbers(entry, at * size, into);
            }
            else if (dtype == ModelDtype.Fp32)
            {
                file.ReadSingles(entry, at, MemoryMarshal.Cast<byte, float>(into));
            }
            else
            {
                var values = (_values ??= new float[Block]).AsSpan(0, count);
                file.ReadSingles(entry, at, values);
                Bf16Pack.Round(values, MemoryMarshal.Cast<byte, ushort>(into));
                if (FiniteNumbers.FirstOther(into, SafetensorsDtype.BF16) is >= 0 and var large)
                {
                    throw file.TooLarge(entry, at + large, values[large], "bf16");
                }
            }
        }

        return read;
    }

    /// <summary>What writes a tensor to a file in its own dtype.</summary>
    public static SafetensorsSource Source(string name, long[] shape, Tensor tensor) =>
        new(
            name,
            tensor.dtype == ScalarType.BFloat16 ? SafetensorsDtype.BF16 : SafetensorsDtype.F32,
            shape,
            stream =>
            {
                using var scope = NewDisposeScope();
                var here = tensor.cpu().contiguous();
                var size = here.element_size();
                for (var at = 0L; at < here.numel(); at += Block)
                {
                    stream.Write(here.Bytes(at * size, (int)(Math.Min(Block, here.numel() - at) * size)));
                }
            }
        );
}
