using System.Diagnostics.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Training;

/// <summary>
/// The trainable values of K members in one buffer [K, P], their gradients in another. Parameters are leaves that look into a member's
/// row, so that backward writes straight into the gradient buffer and an optimizer step is a few passes over one row.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    // 64 bytes: single-row GEMMs may round otherwise under another alignment, and the kernels are faster.
    private const int Alignment = 16;

    private readonly Dictionary<string, (long Offset, long[] Shape)> _layout = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor>[] _leaves;
    private readonly Tensor _leafValues;
    private readonly Tensor? _padding; // zeros between the parameters

    /// <param name="placement">Where they are.</param>
    /// <param name="members">K.</param>
    /// <param name="shapes">Name and shape of each parameter of one member.</param>
    /// <param name="half">
    /// Autograd sees bf16 copies of the values, and its gradients are bf16 before they are widened: what the matrix units of a card compute with.
    /// Values, gradients and what an optimizer keeps stay fp32.
    /// </param>
    public FlatParameters(Placement placement, int members, IEnumerable<(string Name, long[] Shape)> shapes, bool half = false)
    {
        Members = members;
        foreach (var (name, shape) in shapes)
        {
            _layout.Add(name, (Size, shape));
            Size += (Count(shape) + Alignment - 1) / Alignment * Alignment;
        }

        using var scope = NewDisposeScope();
        Values = placement.Zeros(members, Size).DetachFromDisposeScope();
        Gradients = placement.Zeros(members, Size).DetachFromDisposeScope();
        _leafValues = half ? Values.to(ScalarType.BFloat16).DetachFromDisposeScope() : Values;
        _padding = half ? placement.Zeros(Alignment).to(ScalarType.BFloat16).DetachFromDisposeScope() : null;
        _leaves =
        [
            .. Enumerable
                .Range(0, members)
                .Select(member => _layout.Keys.ToDictionary(name => name, name => Leaf(member, name), StringComparer.Ordinal)),
        ];
    }

    public int Members { get; }

    /// <summary>Whether autograd sees bf16 copies.</summary>
    [MemberNotNullWhen(true, nameof(_padding))]
    private bool IsHalf => _padding is not null;

    /// <summary>P, padding between parameters included.</summary>
    public long Size { get; }

    /// <summary>[K, P].</summary>
    public Tensor Values { get; }

    /// <summary>[K, P].</summary>
    public Tensor Gradients { get; }

    public IReadOnlyCollection<string> Names => _layout.Keys;

    /// <summary>A member's parameter as autograd sees it.</summary>
    public Tensor this[int member, string name] => _leaves[member][name];

    /// <summary>To be called before a backward pass: no gradient of an earlier one is left, and leaves hold the values as they are now.</summary>
    public void BeginStep()
    {
        using var scope = NewDisposeScope();
        if (IsHalf)
        {
            _leafValues.copy_(Values); // the last step took the leaves' gradients away
        }
        else
        {
            Gradients.zero_();
        }
    }

    /// <summary>To be called after it: <see cref="Gradients"/> holds what the leaves of these members gathered.</summary>
    /// <param name="members">Those that took part.</param>
    public void EndStep(IEnumerable<int> members)
    {
        if (!IsHalf)
        {
            return;
        }

        // A leaf without a gradient takes over what backward made: no addition for each of hundreds of parameters.
        using var scope = NewDisposeScope();
        foreach (var member in members)
        {
            Gradients.select(0, member).copy_(cat([.. _layout.SelectMany(Parts)], 0));

            IEnumerable<Tensor> Parts(KeyValuePair<string, (long Offset, long[] Shape)> parameter)
            {
                var leaf = _leaves[member][parameter.Key];
                yield return leaf.grad!.view(-1);
                leaf.grad = null;
                var gap = -Count(parameter.Value.Shape) & (Alignment - 1);
                if (gap > 0)
                {
                    yield return _padding.narrow(0, 0, gap);
                }
            }
        }
    }

    /// <summary>One member's value of a parameter, a view without gradient.</summary>
    public Tensor Of(int member, string name)
    {
        var (offset, shape) = _layout[name];
        return In(Values.narrow(0, member, 1), offset, shape);
    }

    /// <summary>One member's gradient of a parameter, a view.</summary>
    public Tensor GradientOf(int member, string name)
    {
        var (offset, shape) = _layout[name];
        return In(Gradients.narrow(0, member, 1), offset, shape);
    }

    public void Dispose()
    {
        foreach (var leaf in _leaves.SelectMany(leaves => leaves.Values))
        {
            leaf.Dispose();
        }

        Values.Dispose();
        Gradients.Dispose();
        _leafValues.Dispose();
        _padding?.Dispose();
    }

    private static Tensor In(Tensor row, long offset, long[] shape) => row.narrow(1, offset, Count(shape)).view(shape);

    private static long Count(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);

    private Tensor Leaf(int member, string name)
    {
        var (offset, shape) = _layout[name];
        var leaf = In(_leafValues.narrow(0, member, 1), offset, shape).detach().requires_grad_(true);
        leaf.grad = IsHalf ? null : GradientOf(member, name);
        return leaf.DetachFromDisposeScope();
    }
}
