using Seal.Core.Engines;
using Seal.Models;
using Seal.Models.Card;
using Seal.Models.Engine;
using Seal.Models.Llama;

namespace Seal.Client.Doctor;

/// <summary>A card: is it there, what is it, and does it compute what the processor does, twice the same.</summary>
/// <param name="device">As in settings, e.g. <c>cuda:1</c>.</param>
internal sealed class DeviceChecks(string device)
{
    private const double Gibibyte = 1L << 30;

    private const string Advice =
        "Point SEAL_LIBTORCH at the torch/lib folder of a PyTorch with CUDA, or build with -p:TorchBackend=cuda; nvidia-smi has to show the card "
        + "(docs/gpu.md).";

    public async IAsyncEnumerable<Finding> Run(Checks checks, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var card = await checks.Run(device, Card);
        yield return card;
        if (card.Health == Health.Fail)
        {
            yield break;
        }

        using var parts = CardSelfCheck.Run(Placement.Parse(device), cancellation).GetEnumerator();
        CardFinding? part;
        do
        {
            part = null;
            var finding = await checks.Run(
                device,
                () => (part = parts.MoveNext() ? parts.Current : null) is null ? Finding.Ok(device, "") : Tell(part)
            );
            if (part is not null || finding.Health == Health.Fail)
            {
                yield return finding;
            }
        } while (part is not null);
    }

    private Finding Card()
    {
        try
        {
            var placement = Placement.Parse(device);
            return Finding.Ok(
                device,
                FormattableString.Invariant(
                    $"{NumericClass.Of(ModelDtype.Bf16, device)}; {CudaCard.Memory(placement.Device.index) / Gibibyte:0.0} GiB"
                )
            );
        }
        catch (Exception refused) when (refused is ArgumentException or NumericClassException)
        {
            return Finding.Fail(device, refused.Message, Advice);
        }
    }

    private Finding Tell(CardFinding part) =>
        part.Passed
            ? Finding.Ok(device, $"{part.Name}: {part.Found}")
            : Finding.Fail(device, $"{part.Name}: {part.Found}", "Results of this device cannot be relied on; report it with what 'doctor' prints.");
}
