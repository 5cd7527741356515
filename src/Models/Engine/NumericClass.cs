using System.Globalization;
using Seal.Core.Catalogs;
using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using Seal.Models.Llama.Kernels.Machine;

namespace Seal.Models.Engine;

/// <summary>The numeric class of this engine on this machine; <see cref="NumericClassName"/> says what a class is.</summary>
public static class NumericClass
{
    /// <summary>Of fp32 on the processor, e.g. <c>seal-1/torch-2.10.0/cpu/linux-x64-avx512+kernels+libs-amd-avx512bf16/fp32/1-thread</c>.</summary>
    public static string Current => Of(ModelDtype.Fp32, "cpu");

    /// <summary>
    /// E.g. <c>seal-1/torch-2.10.0/cpu/linux-x64-avx512+kernels+bf16dot+libs-amd-avx512bf16/bf16/1-thread</c>. The thread is libtorch's; our
    /// kernels compute the same bits with any number.
    /// </summary>
    /// <param name="dtype">What matrices are kept and multiplied in.</param>
    /// <param name="device">As in settings. Of a CUDA device the index counts only as far as another card stands there. Several cards for one model are
    /// a class of their own: norms are summed card by card.</param>
    /// <exception cref="TorchMissingException">This build has none.</exception>
    /// <exception cref="NumericClassException">The library or the card does not say what it is.</exception>
    public static string Of(ModelDtype dtype, string device)
    {
        TorchMissingException.ThrowIfMissing();
        var name =
            device == "cpu"
                ? NumericClassName.OfProcessor(LibTorch.Version, ProcessorSet(dtype), dtype.Name())
                : NumericClassName.OfCard(LibTorch.Version, Card(device), dtype.Name());
        return Catalog.Current.ClassOf(name.ToString());
    }

    private static CardName Card(string device)
    {
        CardName[] cards = [.. DeviceMap.Split(device).Select(card => CudaCard.Read(Placement.IndexOf(card)))];
        return cards.Distinct().Count() > 1
                ? throw new NumericClassException(
                    $"{device}: {string.Join(" and ", cards.Select(card => card.Model).Distinct())} are different cards; a model's layers lie on equal ones."
                )
            : cards.Length > 1 ? cards[0] with { Mode = string.Create(CultureInfo.InvariantCulture, $"{cards[0].Mode}+{cards.Length}-cards") }
            : cards[0];
    }

    private static string ProcessorSet(ModelDtype dtype)
    {
        var kernels = InstructionSet.HasKernels ? "+kernels" : "";
        var dot = dtype == ModelDtype.Bf16 && Bf16Code.IsThere ? "+bf16dot" : "";
        return $"{System}-{InstructionSet.Name}{kernels}{dot}+{ProcessorLibraries.Name}";
    }

    /// <summary>libtorch, and the C library behind logarithms and cosines, are built apart for each.</summary>
    private static string System =>
        OperatingSystem.IsLinux() ? "linux"
        : OperatingSystem.IsMacOS() ? "osx"
        : OperatingSystem.IsWindows() ? "win"
        : "other";
}
