using Seal.Models.Llama;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Training;

/// <summary>A bank of one member that trains a copy of every weight.</summary>
internal sealed class FullBank : TrainingBank
{
    private readonly LlamaModel _model;

    public FullBank(LlamaModel model)
        : base(model, new BankParameters(model.Config.Tensors().Select(tensor => (model.Map.Of(tensor.Name), tensor.Name, tensor.Shape)), 1))
    {
        _model = model;
        Weights = new LlamaWeights(model.Config, name => Parameters[0, name]);
        using var scope = NewDisposeScope();
        foreach (var name in Parameters.Names)
        {
            Parameters.Of(0, name).copy_(model[name]);
        }
    }

    protected override LlamaWeights Weights { get; }

    /// <summary>A copy of the trained weights.</summary>
    public LlamaModel Extract()
    {
        using var scope = NewDisposeScope();
        return _model.With(Parameters.Names.ToDictionary(name => name, name => Parameters.Of(0, name).clone(), StringComparer.Ordinal));
    }

    protected override IProjectionDelta? Delta(IReadOnlyList<int> slots, IReadOnlyList<int> rows) => null;
}
