using TorchSharp;

namespace Seal.Models;

/// <summary>Settings of libtorch that everything here relies on.</summary>
internal static class Torch
{
    [ThreadStatic]
    private static bool _threadIsReady;

    /// <summary>
    /// One libtorch thread per calling thread: several workers in one process scale better than threads inside an op, and OpenMP keeps
    /// the number per thread. Called at every entry into the engine.
    /// </summary>
    public static void Initialize()
    {
        if (!_threadIsReady)
        {
            torch.set_num_threads(1);
            _threadIsReady = true;
        }
    }
}
