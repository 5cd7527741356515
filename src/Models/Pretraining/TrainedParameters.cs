using Seal.Core.Randomness;
using Seal.Models.Llama;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Pretraining;

/// <summary>
/// A model's weights in one flat buffer, with a leaf tensor per weight that looks into it: the optimizer sees a few long tensors, the
/// decoder the weights. Projections stand last, those of one shape side by side, so that they are one [count, rows, columns] view.
/// </summary>
internal sealed class TrainedParameters : IDisposable
{
    private readonly Part[] _parts;

    public TrainedParameters(LlamaModel initial)
    {
        using var scope = NewDisposeScope();
        Config = initial.Config;
        var tensors = Config.Tensors().ToArray();
        var others = tensors.Where(t => !IsProjection(t.Name)).ToArray();
        var groups = tensors.Where(t => IsProjection(t.Name)).GroupBy(t => (Rows: t.Shape[0], Columns: t.Shape[1])).ToArray();
        (string Name, long[] Shape)[] ordered = [.. others, .. groups.SelectMany(group => group)];
        Flat = cat([.. ordered.Select(t => initial[t.Name].flatten())]).DetachFromDisposeScope();
        _parts = new Part[ordered.Length];
        long offset = 0;
        for (var i = 0; i < ordered.Length; i++)
        {
            var (name, shape) = ordered[i];
            var count = shape.Aggregate(1L, (product, size) => product * size);
            var leaf = Flat.narrow(0, offset, count).view(shape).detach().requires_grad_().DetachFromDisposeScope();
            _parts[i] = new Part(name, shape.Length == 2, count, leaf);
            offset += count;
        }

        Matrices = [.. groups.Select(group => new MatrixGroup(group.Count(), group.Key.Rows, group.Key.Columns))];
        OtherLength = offset - Matrices.Sum(group => group.Length);
        Weights = new LlamaWeights(Config, name => _parts.First(part => part.Name == name).Leaf);
    }

    public LlamaConfig Config { get; }

    /// <summary>All weights, [P].</summary>
    public Tensor Flat { get; }

    /// <summary>The weights where the decoder looks for them.</summary>
    public LlamaWeights Weights { get; }

    /// <summary>Embedding, norms, head: the length of the part of <see cref="Flat"/> before the projections.</summary>
    public long OtherLength { get; }

    /// <summary>The projections as they follow each other in <see cref="Flat"/> from <see cref="OtherLength"/>.</summary>
    public IReadOnlyList<MatrixGroup> Matrices { get; }

    /// <summary>1 where weight decay applies (matrices and embedding), 0 for norms. [P]</summary>
    public Tensor DecayMask() => cat([.. _parts.Select(part => Placement.Cpu.Zeros(part.Count).PlusInPlace(part.IsMatrix ? 1 : 0))]);

    /// <summary>The gradients as one buffer, [P]; clears them.</summary>
    public Tensor TakeGradients()
    {
        var gradients = new Tensor[_parts.Length];
        for (var i = 0; i < gradients.Length; i++)
        {
            var gradient = _parts[i].Leaf.grad;
            gradients[i] = gradient is null ? Placement.Cpu.Zeros(_parts[i].Count) : gradient.flatten();
            _parts[i].Leaf.grad = null;
        }

        return cat(gradients);
    }

    /// <summary>A model of its own with the present weights.</summary>
    public LlamaModel ToModel()
    {
        using var blank = LlamaModel.Random(Config, new Seed(0));
        return blank.With(_parts.ToDictionary(part => part.Name, part => part.Leaf.detach().clone(), StringComparer.Ordinal));
    }

    public void Dispose()
    {
        Array.ForEach(_parts, part => part.Leaf.Dispose());
        Flat.Dispose();
    }

    private static bool IsProjection(string name) => name.EndsWith("_proj.weight", StringComparison.Ordinal);

    private sealed record Part(string Name, bool IsMatrix, long Count, Tensor Leaf);
}

/// <summary>Projections of one shape, side by side.</summary>
internal sealed record MatrixGroup(long Count, long Rows, long Columns)
{
    public long Length => Count * Rows * Columns;
}
