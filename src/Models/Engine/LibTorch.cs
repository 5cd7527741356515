using System.Globalization;
using System.Runtime.InteropServices;
using Seal.Core.Engines;
using TorchSharp;

namespace Seal.Models.Engine;

/// <summary>
/// What the libtorch that is loaded says of itself. TorchSharp's own <c>torch.__version__</c> is the version that the binding was built for,
/// whatever library stands behind it.
/// </summary>
public static unsafe class LibTorch
{
    private const string VersionFunction = "aoti_torch_abi_version";

    private static readonly Lazy<nint> Library = new(Load);
    private static readonly Lazy<string> Loaded = new(() => Text(((delegate* unmanaged<ulong>)Export(VersionFunction))()));

    /// <summary>E.g. <c>2.10.0</c>.</summary>
    /// <exception cref="NumericClassException">The library does not say; it is older than 2.9.</exception>
    public static string Version => Loaded.Value;

    /// <summary>The version of a number whose three highest bytes are major, minor and patch.</summary>
    internal static string Text(ulong version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version >> 56}.{(version >> 48) & 0xff}.{(version >> 40) & 0xff}");

    /// <summary>How CUDA's libraries may round and order sums in this process, e.g. <c>nondeterministic+bf16reduction</c>, as libtorch's settings
    /// stand now.</summary>
    /// <exception cref="NumericClassException">The library has no such settings.</exception>
    internal static string CudaMode()
    {
        var context = Context();
        byte Get(string getter) => ((delegate* unmanaged<nint, byte>)Export(getter))(context);
        string[] parts =
        [
            Get("_ZNK2at7Context23deterministicAlgorithmsEv") != 0 ? "deterministic" : "nondeterministic",
            .. torch.backends.cuda.matmul.allow_tf32 ? ["tf32"] : Array.Empty<string>(),
            .. Environment.GetEnvironmentVariable("NVIDIA_TF32_OVERRIDE") is { Length: > 0 } forced
                ? [$"NVIDIA_TF32_OVERRIDE-{forced}"]
                : Array.Empty<string>(), // cuBLAS's own
            // An enumeration: sums may be made in bf16; in fp32 alone, by parts; in fp32 and in one part.
            .. Get("_ZNK2at7Context24allowBF16ReductionCuBLASEv") switch
            {
                0 => ["bf16reduction"],
                1 => Array.Empty<string>(),
                _ => ["onepart"],
            },
        ];
        return string.Join('+', parts);
    }

    /// <summary>libtorch's settings.</summary>
    internal static nint Context() => ((delegate* unmanaged<nint>)Export("_ZN2at13globalContextEv"))();

    /// <summary>A function of the library that is loaded.</summary>
    /// <exception cref="NumericClassException">It has none of that name.</exception>
    internal static nint Export(string name) =>
        NativeLibrary.TryGetExport(Library.Value, name, out var address)
            ? address
            : throw new NumericClassException(
                $"libtorch has no {name}, which the engine needs. Use libtorch 2.10 or newer, such as the build fetches ('dotnet build -c Release "
                    + $"src/Client')."
            );

    /// <summary>The binding's handle: its symbols are searched in the very libraries that it is bound to. Windows searches a library alone.</summary>
    private static nint Load()
    {
        Torch.Initialize();
        return NativeLibrary.Load(OperatingSystem.IsWindows() ? "torch_cpu" : "LibTorchSharp", typeof(LibTorch).Assembly, null);
    }
}
