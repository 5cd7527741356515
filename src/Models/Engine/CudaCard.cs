using System.Globalization;
using System.Runtime.InteropServices;
using Seal.Core.Engines;

namespace Seal.Models.Engine;

/// <summary>A card as its driver and the CUDA libraries of this process name it. libtorch's bindings tell none of it.</summary>
public static unsafe class CudaCard
{
    private const int LongestName = 256;

    /// <summary>Card, driver, libraries and mode of a device.</summary>
    /// <param name="index">As libtorch counts them.</param>
    /// <exception cref="NumericClassException">The driver, or a library that libtorch computes with, does not say what it is.</exception>
    public static CardName Read(int index) => new(Model(index), Driver(), Libraries(), LibTorch.CudaMode());

    /// <summary>Bytes of memory that a card has.</summary>
    /// <param name="index">As libtorch counts them.</param>
    /// <exception cref="NumericClassException">The driver does not say.</exception>
    public static long Memory(int index)
    {
        var (driver, device) = Device(index);
        nuint bytes;
        Check("cuDeviceTotalMem", ((delegate* unmanaged<nuint*, int, int>)Export(driver, "cuDeviceTotalMem_v2"))(&bytes, device));
        return (long)bytes;
    }

    private static (nint Driver, int Device) Device(int index)
    {
        var driver = Load(OperatingSystem.IsWindows() ? "nvcuda" : "libcuda.so.1", "the card's driver");
        Check("cuInit", ((delegate* unmanaged<uint, int>)Export(driver, "cuInit"))(0));
        int device;
        Check("cuDeviceGet", ((delegate* unmanaged<int*, int, int>)Export(driver, "cuDeviceGet"))(&device, index));
        return (driver, device);
    }

    private static string Model(int index)
    {
        var (driver, device) = Device(index);
        var name = stackalloc byte[LongestName];
        Check("cuDeviceGetName", ((delegate* unmanaged<byte*, int, int, int>)Export(driver, "cuDeviceGetName"))(name, LongestName, device));
        return Marshal.PtrToStringUTF8((nint)name)!;
    }

    private static string Driver()
    {
        var management = Load(OperatingSystem.IsWindows() ? "nvml" : "libnvidia-ml.so.1", "the driver's management library");
        Check("nvmlInit", ((delegate* unmanaged<int>)Export(management, "nvmlInit_v2"))());
        var version = stackalloc byte[LongestName];
        Check(
            "nvmlSystemGetDriverVersion",
            ((delegate* unmanaged<byte*, uint, int>)Export(management, "nvmlSystemGetDriverVersion"))(version, LongestName)
        );
        return Marshal.PtrToStringUTF8((nint)version)!;
    }

    private static string Libraries()
    {
        int runtime;
        Check(
            "cudaRuntimeGetVersion",
            ((delegate* unmanaged<int*, int>)OfTorch("cudaRuntimeGetVersion", "libcudart.so.13", "libcudart.so.12", "cudart64_13", "cudart64_12"))(
                &runtime
            )
        );
        var products = (
            (delegate* unmanaged<nuint>)OfTorch("cublasLtGetVersion", "libcublasLt.so.13", "libcublasLt.so.12", "cublasLt64_13", "cublasLt64_12")
        )();
        var networks = ((delegate* unmanaged<nuint>)OfTorch("cudnnGetVersion", "libcudnn.so.9", "cudnn64_9"))();
        return $"cuda-{Text(runtime, 1000, 10)}+cublas-{Text((long)products, 10_000, 100)}+cudnn-{Text((long)networks, 10_000, 100)}";
    }

    /// <summary>A function of a library that libtorch computes with: of the one that it is bound to, where the system searches a library's own
    /// libraries too, else by the library's usual names.</summary>
    private static nint OfTorch(string function, params string[] usual)
    {
        foreach (var name in usual.Prepend("torch_cuda"))
        {
            if (
                NativeLibrary.TryLoad(name, typeof(CudaCard).Assembly, null, out var library)
                && NativeLibrary.TryGetExport(library, function, out var address)
            )
            {
                return address;
            }
        }

        throw Unnamed($"{function} is in none of libtorch's libraries");
    }

    /// <summary>A version that is one number, e.g. 12080 in thousands and tens, 120804 in ten thousands and hundreds, as text.</summary>
    internal static string Text(long version, int major, int minor) =>
        string.Create(CultureInfo.InvariantCulture, $"{version / major}.{version % major / minor}.{version % minor}");

    private static nint Load(string name, string what) =>
        NativeLibrary.TryLoad(name, out var library) ? library : throw Unnamed($"{what} ({name}) cannot be opened");

    private static nint Export(nint library, string name) =>
        NativeLibrary.TryGetExport(library, name, out var address) ? address : throw Unnamed($"the driver has no {name}");

    private static void Check(string call, int code)
    {
        if (code != 0)
        {
            throw Unnamed($"{call} answered {code}");
        }
    }

    private static NumericClassException Unnamed(string why) =>
        new(
            $"The numeric class of the card cannot be named: {why}. Nothing is computed on a card without a name, as its results could be mixed "
                + $"with another card's."
        );
}
