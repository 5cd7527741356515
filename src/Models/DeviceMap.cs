using Seal.Models.Llama;

namespace Seal.Models;

/// <summary>
/// Where each layer of a model lies: all on one device, or a row of neighbours on each of several. The embedding is with the first layer, the last
/// norm and the head are with the last one. What flows through the layers moves where one device ends and the next begins; the operations are the
/// same.
/// </summary>
public sealed class DeviceMap
{
    private readonly Placement[] _layers;

    private DeviceMap(IReadOnlyList<Placement> devices, Placement[] layers)
    {
        Devices = devices;
        _layers = layers;
    }

    /// <summary>In the order of the layers.</summary>
    public IReadOnlyList<Placement> Devices { get; }

    /// <summary>Where token ids and the embedding are.</summary>
    public Placement First => Devices[0];

    /// <summary>Where the head is.</summary>
    public Placement Last => Devices[^1];

    /// <summary>Whether there is more than one device.</summary>
    public bool IsSplit => Devices.Count > 1;

    /// <summary>Of a layer.</summary>
    public Placement Of(int layer) => IsSplit ? _layers[layer] : First;

    /// <summary>Of a tensor by its Hugging Face name.</summary>
    public Placement Of(string tensor) =>
        tensor == TensorNames.Embedding ? First
        : TensorNames.LayerOf(tensor) is { } layer ? Of(layer)
        : Last;

    /// <summary>All of a model on one device.</summary>
    public static DeviceMap On(Placement device) => new([device], []);

    /// <summary>A model over several devices: each gets a row of layers, so that the bytes of weights are about equal.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="weightBytes">Of an element of a matrix.</param>
    /// <param name="devices">In the order of the layers.</param>
    /// <exception cref="ArgumentException">There are more devices than layers.</exception>
    public static DeviceMap Over(LlamaConfig config, int weightBytes, IReadOnlyList<Placement> devices) =>
        devices.Count == 1
            ? On(devices[0])
            : new DeviceMap(devices, [.. Share(config, weightBytes, devices.Count).Select(device => devices[device])]);

    /// <summary>The number of each layer's device, ascending.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="weightBytes">Of an element of a matrix.</param>
    /// <param name="devices">How many.</param>
    /// <exception cref="ArgumentException">There are more devices than layers.</exception>
    public static IReadOnlyList<int> Share(LlamaConfig config, int weightBytes, int devices)
    {
        if (devices > config.Layers)
        {
            throw new ArgumentException($"A model of {config.Layers} layers cannot lie on {devices} devices: each takes at least one layer.");
        }

        var bytes = config.Tensors().ToLookup(tensor => TensorNames.LayerOf(tensor.Name) is not null, tensor => Bytes(tensor.Shape, weightBytes));
        var layer = bytes[true].Sum() / config.Layers;
        var table = Bytes([config.VocabularySize, config.HiddenSize], weightBytes);

        // A tied head is there twice: once to read tokens, once to write them.
        long Load(int device, int count) => (layer * count) + (device == 0 ? table : 0) + (device == devices - 1 ? table : 0);

        // Cuts such that the fullest of so many devices is as empty as can be: (bytes of the fullest, layers of the last) by devices and layers.
        var best = new (long Fullest, int Count)[devices, config.Layers + 1];
        for (var device = 0; device < devices; device++)
        {
            for (var end = device + 1; end <= config.Layers - (devices - 1 - device); end++)
            {
                best[device, end] =
                    device == 0
                        ? (Load(0, end), end)
                        : Enumerable
                            .Range(1, end - device)
                            .Select(count => (Math.Max(best[device - 1, end - count].Fullest, Load(device, count)), count))
                            .MinBy(cut => cut.Item1);
            }
        }

        var share = new int[config.Layers];
        for (int device = devices - 1, end = config.Layers; device >= 0; end -= best[device, end].Count, device--)
        {
            Array.Fill(share, device, end - best[device, end].Count, best[device, end].Count);
        }

        return share;
    }

    /// <summary>Reads a device string; several devices for one model are joined by a plus: <c>cuda:0+cuda:1</c>.</summary>
    /// <exception cref="ArgumentException">It is none, or this machine has no such device; the message says what there is.</exception>
    public static IReadOnlyList<Placement> Parse(string text)
    {
        Check(text);
        return [.. Split(text).Select(Placement.Parse)];
    }

    /// <summary>Checks how a device string is written, without asking whether there are such devices.</summary>
    /// <exception cref="ArgumentException">It is none, or names a device twice.</exception>
    public static void Check(string text)
    {
        var names = Split(text);
        if (names.Length > 1 && Array.IndexOf(names, "") >= 0)
        {
            throw new ArgumentException($"device '{text}': a plus stands between two cards, e.g. cuda:0+cuda:1.");
        }

        Array.ForEach(names, Placement.Check);
        if (names.Length > 1 && (Array.IndexOf(names, "cpu") >= 0 || names.Select(Placement.IndexOf).Distinct().Count() < names.Length))
        {
            throw new ArgumentException($"device '{text}': a plus joins different cards for one model, e.g. cuda:0+cuda:1.");
        }
    }

    /// <summary>The single devices of a device string.</summary>
    public static string[] Split(string text) => text.Split('+');

    private static long Bytes(long[] shape, int weightBytes) =>
        shape.Aggregate(1L, (product, size) => product * size) * (shape.Length == 1 ? sizeof(float) : weightBytes);
}
