namespace Seal.Models.Engine;

/// <summary>This build carries no libtorch (<c>-p:SealClient=cluster</c>): it steers clusters and computes nothing itself.</summary>
public sealed class TorchMissingException()
    : InvalidOperationException(
        "This build of seal carries no libtorch: it runs and steers sweeps of clusters (--cluster), and computes nothing itself. For this command "
            + "take the full build."
    )
{
    /// <summary>Set by the build, in <c>seal.runtimeconfig.json</c>.</summary>
    private const string Switch = "Seal.CarriesTorch";

    public static bool IsMissing => AppContext.TryGetSwitch(Switch, out var carried) && !carried;

    /// <summary>Called before the first use of the library: the loader's own search for it takes long and ends in another message.</summary>
    /// <exception cref="TorchMissingException">It is missing.</exception>
    public static void ThrowIfMissing()
    {
        if (IsMissing)
        {
            throw new TorchMissingException();
        }
    }
}
