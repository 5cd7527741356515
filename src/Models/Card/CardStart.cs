using System.Runtime.InteropServices;
using Seal.Models.Engine;

namespace Seal.Models.Card;

/// <summary>
/// What libtorch is told once before a process computes on a card, so that the same work gives the same bytes. Its defaults add up attention's
/// gradients and repeated rows of an embedding in the order in which blocks happen to end, and may sum bf16 products in bf16. The numeric class
/// reads these settings back (<see cref="LibTorch.CudaMode"/>).
/// </summary>
internal static unsafe partial class CardStart
{
    private static readonly Lock Gate = new();
    private static bool _isDone;

    /// <summary>Does it, the first time.</summary>
    public static void Settle()
    {
        lock (Gate)
        {
            if (_isDone)
            {
                return;
            }

            // cuBLAS keeps one workspace a stream then, without which libtorch refuses its products in deterministic mode. Read by getenv, which
            // does not see what .NET sets.
            if (!OperatingSystem.IsWindows())
            {
                _ = SetEnvironment("CUBLAS_WORKSPACE_CONFIG", ":4096:8", overwrite: 0);
            }

            foreach (var function in TorchOp.Function.All)
            {
                LibTorch.Export(function); // named here, where the message reaches the user
            }

            var context = LibTorch.Context();
            Set2("_ZN2at7Context26setDeterministicAlgorithmsEbb", context, first: 1, second: 0); // what has no such algorithm is refused, not warned of
            Set("_ZN2at7Context39setDeterministicFillUninitializedMemoryEb", context, 0); // no writing of NaN into what is about to be written anyway
            Set2("_ZN2at7Context27setAllowBF16ReductionCuBLASEbb", context, first: 0, second: 1);
            Set("_ZN2at7Context14setSDPUseCuDNNEb", context, 0); // flash attention's backward is deterministic; cuDNN's is left out
            _isDone = true;
        }
    }

    private static void Set(string setter, nint context, byte value) =>
        ((delegate* unmanaged<nint, byte, void>)LibTorch.Export(setter))(context, value);

    private static void Set2(string setter, nint context, byte first, byte second) =>
        ((delegate* unmanaged<nint, byte, byte, void>)LibTorch.Export(setter))(context, first, second);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
