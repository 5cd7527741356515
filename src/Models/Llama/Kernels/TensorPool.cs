using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama.Kernels;

/// <summary>
/// Memory of large tensors on the CPU, kept for the next that needs about as much: a training step makes and drops gigabytes, and the system clears every page that it hands out
/// anew. Memory in use and kept together never exceeds the most that was in use at once since the last <see cref="Trim"/>.
/// </summary>
internal static unsafe partial class TensorPool
{
    // Below, the C library keeps memory by itself.
    private const long Least = 1 << 20;
    private const long Unit = 2 << 20;
    private const nuint Alignment = 2 << 20;
    private const sbyte Float32 = (sbyte)ScalarType.Float32;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<nint, long> InUse = [];
    private static readonly List<(nint Memory, long Size)> Kept = []; // oldest first
    private static long _used;
    private static long _kept;
    private static long _most;

    /// <summary>Bytes kept for later.</summary>
    public static long KeptBytes
    {
        get
        {
            lock (Gate)
            {
                return _kept;
            }
        }
    }

    /// <summary>An fp32 tensor, its values as they come; null where it is too small to be worth it.</summary>
    public static Tensor? Take(long[] shape)
    {
        long size = sizeof(float);
        foreach (var extent in shape)
        {
            size = checked(size * extent);
        }

        if (size < Least)
        {
            return null;
        }

        var memory = Reserve((size + Unit - 1) / Unit * Unit);
        fixed (long* extents = shape)
        {
            var handle = New((void*)memory, &Return, extents, shape.Length, Float32, Float32, (int)DeviceType.CPU, -1, false);
            return handle != 0 ? Tensor.UnsafeCreateTensor(handle) : throw new InvalidOperationException($"libtorch made no tensor of {size} bytes.");
        }
    }

    /// <summary>Gives back to the system what is kept.</summary>
    public static void Trim()
    {
        lock (Gate)
        {
            foreach (var (memory, _) in Kept)
            {
                NativeMemory.AlignedFree((void*)memory);
            }

            Kept.Clear();
            _kept = 0;
            _most = _used;
        }
    }

    private static nint Reserve(long size)
    {
        lock (Gate)
        {
            // The smallest that is large enough, and not so large that a later tensor would miss it.
            var best = -1;
            for (var i = 0; i < Kept.Count; i++)
            {
                if (Kept[i].Size >= size && Kept[i].Size <= size + size / 8 && (best < 0 || Kept[i].Size < Kept[best].Size))
                {
                    best = i;
                }
            }

            nint memory;
            if (best >= 0)
            {
                (memory, size) = Kept[best];
                Kept.RemoveAt(best);
                _kept -= size;
            }
            else
            {
                Shrink(Math.Max(_most, _used + size) - _used - size);
                memory = (nint)NativeMemory.AlignedAlloc((nuint)size, Alignment);
                HugePages.Ask((void*)memory, size);
            }

            InUse.Add(memory, size);
            _used += size;
            _most = Math.Max(_most, _used);
            return memory;
        }
    }

    private static void Shrink(long allowed)
    {
        while (_kept > allowed)
        {
            var (memory, size) = Kept[0];
            Kept.RemoveAt(0);
            _kept -= size;
            NativeMemory.AlignedFree((void*)memory);
        }
    }

    // libtorch calls it from whatever thread drops the last reference.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Return(void* memory)
    {
        lock (Gate)
        {
            InUse.Remove((nint)memory, out var size);
            _used -= size;
            Kept.Add(((nint)memory, size));
            _kept += size;
        }
    }

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_new")]
    private static partial nint New(
        void* data,
        delegate* unmanaged[Cdecl]<void*, void> deleter,
        long* extents,
        int count,
        sbyte type,
        sbyte dtype,
        int deviceType,
        int deviceIndex,
        [MarshalAs(UnmanagedType.U1)] bool requiresGradient);
}
