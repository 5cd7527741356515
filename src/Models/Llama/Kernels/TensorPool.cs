using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama.Kernels;

/// <summary>
/// Memory of large tensors on the CPU, kept for the next that needs about as much: a training step makes and drops gigabytes, and the system clears
/// every page that it hands out anew. Memory in use and kept together never exceeds the most that was in use at once since the last
/// <see cref="Trim"/>.
/// </summary>
internal sealed unsafe partial class TensorPool
{
    // Below, the C library keeps memory by itself.
    private const long Least = 1 << 20;
    private const long Unit = 2 << 20;
    private const nuint Alignment = 2 << 20;
    private const sbyte Float32 = (sbyte)ScalarType.Float32;

    private static readonly Dictionary<nint, (TensorPool Pool, long Size)> InUse = []; // locked by itself

    private readonly Lock _gate = new();
    private readonly List<(nint Memory, long Size)> _kept = []; // oldest first
    private long _used;
    private long _most;

    /// <summary>The process's.</summary>
    public static TensorPool Shared { get; } = new();

    /// <summary>Bytes of tensors that live, and of memory kept for later.</summary>
    public (long Used, long Kept) Bytes
    {
        get
        {
            lock (_gate)
            {
                return (_used, _kept.Sum(block => block.Size));
            }
        }
    }

    /// <summary>An fp32 tensor, its values as they come; null where it is too small to be worth it.</summary>
    public Tensor? Take(long[] shape)
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
    public void Trim()
    {
        lock (_gate)
        {
            foreach (var (memory, _) in _kept)
            {
                NativeMemory.AlignedFree((void*)memory);
            }

            _kept.Clear();
            _most = _used;
        }
    }

    private nint Reserve(long size)
    {
        lock (_gate)
        {
            // The smallest that is large enough, and not so large that a later tensor would miss it.
            var best = -1;
            for (var i = 0; i < _kept.Count; i++)
            {
                if (_kept[i].Size >= size && _kept[i].Size <= size + size / 8 && (best < 0 || _kept[i].Size < _kept[best].Size))
                {
                    best = i;
                }
            }

            nint memory;
            if (best >= 0)
            {
                (memory, size) = _kept[best];
                _kept.RemoveAt(best);
            }
            else
            {
                Shrink(Math.Max(_most, _used + size) - _used - size);
                memory = (nint)NativeMemory.AlignedAlloc((nuint)size, Alignment);
                HugePages.Ask((void*)memory, size);
            }

            lock (InUse)
            {
                InUse.Add(memory, (this, size));
            }

            _used += size;
            _most = Math.Max(_most, _used);
            return memory;
        }
    }

    private void Shrink(long allowed)
    {
        var kept = _kept.Sum(block => block.Size);
        for (; kept > allowed; kept -= _kept[0].Size, _kept.RemoveAt(0))
        {
            NativeMemory.AlignedFree((void*)_kept[0].Memory);
        }
    }

    private void Keep(nint memory, long size)
    {
        lock (_gate)
        {
            _used -= size;
            _kept.Add((memory, size));
        }
    }

    // libtorch calls it from whatever thread drops the last reference.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Return(void* memory)
    {
        (TensorPool Pool, long Size) block;
        lock (InUse)
        {
            InUse.Remove((nint)memory, out block);
        }

        block.Pool.Keep((nint)memory, block.Size);
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
        [MarshalAs(UnmanagedType.U1)] bool requiresGradient
    );
}
