using System.Runtime.InteropServices;

namespace Seal.Models.Llama.Kernels;

/// <summary>Working memory of one thread, 64-byte aligned, kept between calls.</summary>
internal sealed unsafe class Scratch
{
    private const nuint Alignment = 64;

    [ThreadStatic]
    private static Scratch? _ofThread;

    [ThreadStatic]
    private static Scratch? _ofCaller;

    private float* _memory;
    private long _capacity;
    private long _used;

    private Scratch() { }

    ~Scratch() => NativeMemory.AlignedFree(_memory);

    /// <summary>This thread's memory, with room for so many floats in blocks of which each is rounded up to 16.</summary>
    public static Scratch Take(long floats) => Take(ref _ofThread, floats);

    /// <summary>Memory of the thread that cuts work into parts, which the parts read while each takes its own.</summary>
    public static Scratch TakeShared(long floats) => Take(ref _ofCaller, floats);

    private static Scratch Take(ref Scratch? slot, long floats)
    {
        var scratch = slot ??= new Scratch();
        scratch._used = 0;
        if (floats > scratch._capacity)
        {
            NativeMemory.AlignedFree(scratch._memory);
            scratch._memory = null; // should the next line fail, the finalizer must not free it again
            scratch._capacity = 0;
            scratch._memory = (float*)NativeMemory.AlignedAlloc((nuint)(floats * sizeof(float)), Alignment);
            HugePages.Ask(scratch._memory, floats * sizeof(float));
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
