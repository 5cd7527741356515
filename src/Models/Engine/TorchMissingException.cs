namespace Seal.Models.Engine;

/// <summary>
/// This build carries no libtorch (<c>-p:SealClient=cluster</c>, the installed tool), and <c>seal setup</c> has not restored one: it steers clusters
/// and computes nothing itself.
/// </summary>
public sealed class TorchMissingException()
    : InvalidOperationException(
        "This build of seal carries no libtorch: it runs and steers sweeps of clusters (--cluster), and computes nothing itself yet. Run 'seal setup' "
            + "once: it restores libtorch from your NuGet feed (130 MB). A clone of the project carries its own."
    )
{
    /// <summary>Set by the build, in <c>seal.runtimeconfig.json</c>.</summary>
    private const string Switch = "Seal.CarriesTorch";

    public static bool IsMissing => AppContext.TryGetSwitch(Switch, out var carried) && !carried && LibTorchHome.Found is null;

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
