using System.Globalization;
using Seal.Models.Card;
using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models;

/// <summary>
/// A device, and the one place where tensors on it are made: a test refuses libtorch's own functions elsewhere in this room, which would quietly
/// make them on the CPU.
/// </summary>
public sealed class Placement
{
    private Placement(string name, Device device, bool isCard)
    {
        Name = name;
        Device = device;
        IsCard = isCard;
    }

    /// <summary>The processor.</summary>
    public static Placement Cpu { get; } = new("cpu", CPU, isCard: false);

    /// <summary>As it is written in settings: <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    public string Name { get; }

    public Device Device { get; }

    public bool IsCpu => Device.type == DeviceType.CPU;

    /// <summary>Work is done as on a card (<see cref="Card.CardLayer"/>): few large operations of libtorch's, bf16 where a bf16 model allows
    /// it.</summary>
    public bool IsCard { get; }

    /// <summary>Sees every tensor that is made, with the placement that made it; for tests.</summary>
    internal static Action<Placement, Tensor>? Made { get; set; }

    /// <summary>Reads a device string.</summary>
    /// <exception cref="ArgumentException">It is none, or this machine has no such device; the message says what there is.</exception>
    public static Placement Parse(string text)
    {
        if (text == "cpu")
        {
            return Cpu;
        }

        var index = IndexOf(text);
        Torch.Initialize();
        CardStart.Settle();
        var devices = cuda.is_available() ? cuda.device_count() : 0;
        return index < devices
            ? new Placement(text, new Device(DeviceType.CUDA, index), isCard: true)
            : throw new ArgumentException(
                devices == 0
                    ? $"device '{text}': libtorch finds no CUDA device here. Use cpu; or, on a machine that has one, point SEAL_LIBTORCH at the "
                        + $"libtorch of a PyTorch with CUDA (docs/gpu.md)."
                    : $"device '{text}': there are {devices} CUDA devices, cuda:0 to cuda:{devices - 1}."
            );
    }

    /// <summary>Checks how a device string is written, without asking whether there is such a device.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static void Check(string text)
    {
        if (text != "cpu")
        {
            IndexOf(text);
        }
    }

    /// <summary>A placement that is told apart from all others, on the CPU; for tests.</summary>
    /// <param name="isCard">The CPU does as a card would: the same operations of libtorch's in the same order.</param>
    internal static Placement Apart(string name, bool isCard = false) => new(name, CPU, isCard);

    /// <summary>fp32 zeros.</summary>
    public Tensor Zeros(params long[] shape)
    {
        return Check(zeros(shape, float32, Device));
    }

    /// <summary>Memory as it comes.</summary>
    public Tensor Empty(ScalarType type, params long[] shape) => Check(Untouched(empty(shape, type, Device)));

    /// <summary>fp32 memory as it comes, on the device where another tensor is.</summary>
    public static Tensor Beside(Tensor neighbour, params long[] shape) =>
        neighbour.device_type == DeviceType.CPU && TensorPool.Shared.Take(shape) is { } pooled ? pooled : empty(shape, float32, neighbour.device);

    /// <summary>fp32 values.</summary>
    public Tensor Of(float[] values, params long[] shape) => Check(tensor(values, shape, float32, Device));

    /// <summary>Token ids or row numbers, [count] int64.</summary>
    public Tensor Of(long[] values) => Check(tensor(values, int64, Device));

    /// <summary>The tensor on this device: itself where it is there already.</summary>
    public Tensor Take(Tensor tensor)
    {
        var here = tensor.device_type == Device.type && (IsCpu || tensor.device_index == Device.index) ? tensor : tensor.to(Device);
        Made?.Invoke(this, here);
        return here;
    }

    /// <summary>Number of a CUDA device by how it is written.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static int IndexOf(string text)
    {
        if (text == "cuda")
        {
            return 0;
        }

        return
            text.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw new ArgumentException($"device '{text}': expected cpu, cuda, or cuda:N with N from 0.");
    }

    private static unsafe Tensor Untouched(Tensor made)
    {
        if (made.device_type == DeviceType.CPU)
        {
            HugePages.Ask(made.Pointer(), made.numel() * made.element_size());
        }

        return made;
    }

    private Tensor Check(Tensor made)
    {
        Made?.Invoke(this, made);
        return made.device_type == Device.type
            ? made
            : throw new InvalidOperationException($"A tensor that belongs on {Name} was made on {made.device}.");
    }
}
