using System.Security.Cryptography;
using Seal.Core.Domains;
using Seal.Core.Engines;

namespace Seal.Core.Programs;

/// <summary>Where models are opened.</summary>
/// <param name="Engine">Opens them.</param>
/// <param name="Files">Has their bytes.</param>
public sealed record ModelOpener(IEngine Engine, IModelFiles Files);

/// <summary>A model under way in a chain. Adapters that it merges are in memory alone: nobody asks for them once the chain has its verdict.</summary>
internal sealed class ChainModel : IChainModel, IModelFiles, IDisposable
{
    private readonly ModelOpener _opener;
    private readonly Action<TrainStep> _onStep;
    private readonly List<ITrainedDelta> _deltas = [];
    private readonly List<double> _losses = [];
    private readonly Dictionary<string, byte[]> _merged = new(StringComparer.Ordinal);

    /// <param name="opener">Opens models.</param>
    /// <param name="start">What it starts from.</param>
    /// <param name="steps">Planned steps of all trainings.</param>
    /// <param name="onStep">Told of each step, counted over all trainings.</param>
    public ChainModel(ModelOpener opener, ModelRef start, int steps, Action<TrainStep>? onStep)
    {
        _opener = opener;
        Now = opener.Engine.Open(start, opener.Files);
        _onStep = step => onStep?.Invoke(new TrainStep(_losses.Count + step.Step, steps, step.Losses));
    }

    public IModelHandle Now { get; private set; }

    /// <summary>All trainings, one behind the other, as one outcome without a delta.</summary>
    /// <param name="failure">Why the chain ended early, or null.</param>
    public TrainOutcome Total(string? failure) => new(null, [.. _losses], Tokens, failure);

    private long Tokens { get; set; }

    public TrainOutcome Train(TrainRequest request, CancellationToken cancellation)
    {
        var outcome = Now.Train([request], _onStep, cancellation)[0];
        if (outcome.Delta is { } delta)
        {
            _deltas.Add(delta);
        }

        _losses.AddRange(outcome.Losses);
        Tokens += outcome.Tokens;
        return outcome;
    }

    public void Merge(ITrainedDelta delta)
    {
        var bytes = delta.ToSafetensors();
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var next = Now.Model.With(sha256);
        Dispose();
        _merged[sha256] = bytes;
        Now = _opener.Engine.Open(next, this);
    }

    public string BaseFolder(string sha256) => _opener.Files.BaseFolder(sha256);

    public byte[] Adapter(string sha256) => _merged.TryGetValue(sha256, out var bytes) ? bytes : _opener.Files.Adapter(sha256);

    public void Dispose()
    {
        _deltas.ForEach(delta => delta.Dispose());
        _deltas.Clear();
    }
}
