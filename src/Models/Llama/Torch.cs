using Seal.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models;

/// <summary>Settings of libtorch that everything here relies on.</summary>
internal static class Torch
{
    private const int NumbersKept = 256;
    private const int TensorsKept = 8;

    [ThreadStatic]
    private static bool _threadIsReady;

    [ThreadStatic]
    private static Scalar?[]? _numbers;

    [ThreadStatic]
    private static int _next;

    [ThreadStatic]
    private static Tensor?[]? _returned;

    [ThreadStatic]
    private static int _nextReturned;

    /// <summary>
    /// One libtorch thread per calling thread: several workers in one process scale better than threads inside an op, and OpenMP keeps
    /// the number per thread. Called at every entry into the engine.
    /// </summary>
    public static void Initialize()
    {
        if (!_threadIsReady)
        {
            TorchMissingException.ThrowIfMissing();
            _ = LibTorchFolder.Current;
            set_num_threads(1);
            _threadIsReady = true;
        }
    }

    /// <summary>
    /// A number as an argument of an op. TorchSharp's implicit conversions make a scalar that nothing holds while the native call reads it: a
    /// collection on another thread may free it under the call (seen: a crash in mul_ after minutes of training). These are held for
    /// the next few hundred calls.
    /// </summary>
    public static Scalar Number(double value)
    {
        var numbers = _numbers ??= new Scalar?[NumbersKept];
        _next = (_next + 1) % NumbersKept;
        numbers[_next]?.Dispose();
#pragma warning disable RS0030 // the one place that holds what it makes
        return numbers[_next] = value;
#pragma warning restore RS0030
    }

    /// <summary>
    /// What a backward of ours returns. Native code copies it after the managed method has returned, when nothing holds it, and on the thread of a
    /// card's gradients it is in no dispose scope. It is held until that thread has returned some more.
    /// </summary>
    public static Tensor Held(Tensor tensor)
    {
        var returned = _returned ??= new Tensor?[TensorsKept];
        _nextReturned = (_nextReturned + 1) % TensorsKept;
        returned[_nextReturned]?.Dispose();
        returned[_nextReturned] = tensor;
        return tensor;
    }

    /// <summary>
    /// x + y. TorchSharp's own + and add(y) make the factor of y, a scalar 1, that nothing holds: seen as a call that found no number in it
    /// ("Expected false to be true"), once, in a run of the tests.
    /// </summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, Number(1));

    /// <inheritdoc cref="Plus"/>
    public static Tensor PlusInPlace(this Tensor x, Tensor y) => x.add_(y, Number(1));

    /// <inheritdoc cref="Plus"/>
    public static Tensor PlusInPlace(this Tensor x, double y) => x.add_(Number(y), Number(1));
}
