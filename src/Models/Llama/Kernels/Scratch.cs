using System.Runtime.InteropServices;

namespace Seal.Models.Llama.Kernels;

/// <summary>Working memory of one thread, 64-byte aligned, kept between calls.</summary>
internal sealed unsafe class Scratch
{
    private const nuint Alignment = 64;

    [ThreadStatic]
    private static Scratch? _ofThread;

    private float* _memory;
    private long _capacity;
    private long _used;

    private Scratch()
    {
    }

    ~Scratch() => NativeMemory.AlignedFree(_memory);

    /// <summary>This thread's memory, with room for so many floats in blocks of which each is rounded up to 16.</summary>
    public static Scratch Take(long floats)
    {
        var scratch = _ofThread ??= new Scratch();
        scratch._used = 0;
        if (floats > scratch._capacity)
        {
            NativeMemory.AlignedFree(scratch._memory);
            scratch._memory = (float*)NativeMemory.AlignedAlloc((nuint)(floats * sizeof(float)), Alignment);
            scratch._capacity = floats;
        }

        return scratch;
    }

    /// <summary>The next block. Not cleared.</summary>
    public float* Block(long floats)
    {
        var block = _memory + _used;
        _used += (floats + 15) / 16 * 16;
        return _used <= _capacity ? block : throw new InvalidOperationException("More working memory was used than was taken.");
    }
}
