using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Safetensors;

namespace Seal.Models.Training;

/// <summary>A trained delta in memory. The model with the delta applied is made once, when it is first asked for.</summary>
internal sealed class TrainedDelta : ITrainedDelta
{
    private readonly LoraAdapter? _adapter;
    private LlamaModel? _applied;
    private bool _disposed;

    private TrainedDelta(LlamaModel origin, LoraAdapter? adapter, LlamaModel? applied)
    {
        Origin = origin;
        _adapter = adapter;
        _applied = applied;
    }

    /// <summary>The model that the delta was trained on.</summary>
    public LlamaModel Origin { get; }

    /// <summary>The origin with the delta applied: the same numbers as the model opened with the delta's file as its last adapter.</summary>
    public LlamaModel Applied
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _applied ??= _adapter!.Merge(Origin);
        }
    }

    public static TrainedDelta Lora(LlamaModel origin, LoraAdapter adapter) => new(origin, adapter, null);

    /// <param name="origin">What was trained.</param>
    /// <param name="trained">The trained weights; owned by the delta.</param>
    public static TrainedDelta Full(LlamaModel origin, LlamaModel trained) => new(origin, null, trained);

    public byte[] ToSafetensors()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _adapter?.ToSafetensors()
            ?? AdapterFile.WriteFull(Origin.Config.Tensors().Select(t => SafetensorsEntry.FromSingles(t.Name, t.Shape, _applied!.Values(t.Name))));
    }

    public void Dispose()
    {
        _disposed = true;
        _adapter?.Dispose();
        _applied?.Dispose();
        _applied = null;
    }
}
