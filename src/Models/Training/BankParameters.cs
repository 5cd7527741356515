using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Training;

/// <summary>The trainable values of K members, on each device those of the layers that lie there.</summary>
internal sealed class BankParameters : IDisposable
{
    private readonly Dictionary<string, FlatParameters> _partOf = new(StringComparer.Ordinal);

    /// <param name="parameters">Where each parameter of one member lies, its name and shape, in the order of the layers.</param>
    /// <param name="members">K.</param>
    /// <param name="half">See <see cref="FlatParameters"/>.</param>
    public BankParameters(IEnumerable<(Placement At, string Name, long[] Shape)> parameters, int members, bool half = false)
    {
        var all = parameters.ToArray();
        Names = [.. all.Select(parameter => parameter.Name)];
        Parts =
        [
            .. all.GroupBy(parameter => parameter.At, ReferenceEqualityComparer.Instance)
                .Select(part => new FlatParameters((Placement)part.Key!, members, part.Select(parameter => (parameter.Name, parameter.Shape)), half)),
        ];
        Members = members;
        foreach (var part in Parts)
        {
            foreach (var name in part.Names)
            {
                _partOf.Add(name, part);
            }
        }
    }

    public int Members { get; }

    /// <summary>One a device, in the order of the layers.</summary>
    public IReadOnlyList<FlatParameters> Parts { get; }

    public IReadOnlyList<string> Names { get; }

    /// <inheritdoc cref="FlatParameters.this"/>
    public Tensor this[int member, string name] => _partOf[name][member, name];

    /// <inheritdoc cref="FlatParameters.BeginStep"/>
    public void BeginStep()
    {
        foreach (var part in Parts)
        {
            part.BeginStep();
        }
    }

    /// <inheritdoc cref="FlatParameters.EndStep"/>
    public void EndStep(IEnumerable<int> members)
    {
        int[] took = [.. members];
        foreach (var part in Parts)
        {
            part.EndStep(took);
        }
    }

    /// <inheritdoc cref="FlatParameters.Of"/>
    public Tensor Of(int member, string name) => _partOf[name].Of(member, name);

    /// <inheritdoc cref="FlatParameters.GradientOf"/>
    public Tensor GradientOf(int member, string name) => _partOf[name].GradientOf(member, name);

    public void Dispose()
    {
        foreach (var part in Parts)
        {
            part.Dispose();
        }
    }
}
