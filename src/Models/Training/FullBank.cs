using Seal.Models.Llama;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Training;

/// <summary>A bank of one member that trains a copy of every weight.</summary>
internal sealed class FullBank : TrainingBank
{
    private readonly LlamaModel _model;

    public FullBank(LlamaModel model)
        : this(model, new FlatParameters(1, model.Config.Tensors()))
    {
        using var scope = NewDisposeScope();
        foreach (var name in Parameters.Names)
        {
            Parameters.Of(0, name).copy_(model[name]);
        }
    }

    private FullBank(LlamaModel model, FlatParameters parameters)
        : base(model, parameters)
    {
        _model = model;
        Weights = new LlamaWeights(model.Config, name => Parameters[0, name]);
    }

    protected override LlamaWeights Weights { get; }

    /// <summary>A bank with gradients of its own over the same values, for a share of the batch in another thread.</summary>
    public FullBank Replica() => new(_model, new FlatParameters(1, _model.Config.Tensors(), Parameters.Values));

    /// <summary>A copy of the trained weights.</summary>
    public LlamaModel Extract()
    {
        using var scope = NewDisposeScope();
        return _model.With(Parameters.Names.ToDictionary(name => name, name => Parameters.Of(0, name).clone(), StringComparer.Ordinal));
    }

    protected override IProjectionDelta? Delta(IReadOnlyList<int> slots, IReadOnlyList<int> rows) => null;
}
