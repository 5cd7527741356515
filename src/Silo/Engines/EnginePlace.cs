using Seal.Models;
using Seal.Models.Engine;
using Seal.Models.Llama;

namespace Seal.Silo.Engines;

/// <summary>Where a host's slots compute: devices, which slots take in turn, and how each works there.</summary>
public sealed class EnginePlace
{
    private int _taken;

    private EnginePlace(IReadOnlyList<string> devices, Execution execution)
    {
        Devices = devices;
        Execution = execution;
    }

    /// <summary>The processor, a thread a slot.</summary>
    public static EnginePlace Cpu => new(["cpu"], new Execution());

    public IReadOnlyList<string> Devices { get; }

    public Execution Execution { get; }

    /// <param name="devices">E.g. <c>cpu</c>, <c>cuda</c>, <c>cuda:0,cuda:1</c>, or <c>cuda:0+cuda:1</c> for the layers of one model; more slots than
    /// devices share them.</param>
    /// <param name="execution">Threads of a slot, checkpointing.</param>
    /// <exception cref="ArgumentException">Not device strings, or of different kinds.</exception>
    public static EnginePlace Of(string devices, Execution execution)
    {
        string[] names = devices.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Array.ForEach(names, DeviceMap.Check);
        int[] cards = [.. names.Where(name => name != "cpu").SelectMany(DeviceMap.Split).Select(Placement.IndexOf)];
        if (cards.Distinct().Count() < cards.Length || names.Select(name => DeviceMap.Split(name).Length).Distinct().Count() > 1)
        {
            throw new ArgumentException(
                $"devices '{devices}': name each card once, and as many for each slot (cuda:0+cuda:1,cuda:2+cuda:3); slots beyond that share them."
            );
        }

        return names.Length > 0 && names.Select(name => name == "cpu").Distinct().Count() == 1
            ? new EnginePlace(names, execution)
            : throw new ArgumentException(
                $"devices '{devices}': expected cpu, or one or more of cuda, cuda:0, cuda:1 …; a host's slots are of one numeric class, so the two "
                    + $"do not mix."
            );
    }

    /// <summary>Finds out whether this machine has the devices.</summary>
    /// <exception cref="ArgumentException">One is not there; the message says what is.</exception>
    public void Demand()
    {
        // A build without libtorch may ask for the processor: its slots are elsewhere, or computed by a stand-in.
        foreach (var device in Devices.Where(device => device != "cpu"))
        {
            TorchMissingException.ThrowIfMissing();
            DeviceMap.Parse(device);
        }
    }

    /// <summary>The device of the next slot that asks.</summary>
    internal string Next() => Devices[(Interlocked.Increment(ref _taken) - 1) % Devices.Count];
}
