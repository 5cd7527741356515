using Seal.Core.Engines;
using Seal.Models.Llama;

namespace Seal.Models.Lora;

/// <summary>One adapted projection.</summary>
/// <param name="DownName">Name of A, as PEFT writes it.</param>
/// <param name="UpName">Name of B, as PEFT writes it.</param>
/// <param name="In">Width of the projection's input.</param>
/// <param name="Out">Width of its output.</param>
internal sealed record LoraModule(int Layer, Projection Projection, string DownName, string UpName, int In, int Out);

/// <summary>Which projections of a model an adapter touches, in a fixed order whatever order the targets were named in.</summary>
internal sealed class LoraShape
{
    private readonly LoraModule?[,] _at;

    /// <exception cref="ArgumentException">A target is no projection, or the rank is not positive.</exception>
    public LoraShape(LlamaConfig config, DeltaSpec spec)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(spec.Rank);
        Spec = spec;
        var targets = spec.Targets.Select(ProjectionExtensions.Parse).Distinct().Order().ToArray();
        Modules =
        [
            .. Enumerable
                .Range(0, config.Layers)
                .SelectMany(layer =>
                    targets.Select(projection =>
                    {
                        var (rows, columns) = config.Shape(projection);
                        return new LoraModule(layer, projection, DownName(layer, projection), UpName(layer, projection), columns, rows);
                    })
                ),
        ];
        _at = new LoraModule?[config.Layers, ProjectionExtensions.All.Count];
        foreach (var module in Modules)
        {
            _at[module.Layer, (int)module.Projection] = module;
        }
    }

    public DeltaSpec Spec { get; }

    /// <summary>α / r.</summary>
    public double Scale => Spec.Alpha / Spec.Rank;

    public IReadOnlyList<LoraModule> Modules { get; }

    public static string DownName(int layer, Projection projection) => $"base_model.model.{TensorNames.Module(layer, projection)}.lora_A.weight";

    public static string UpName(int layer, Projection projection) => $"base_model.model.{TensorNames.Module(layer, projection)}.lora_B.weight";

    public LoraModule? Find(int layer, Projection projection) => _at[layer, (int)projection];

    /// <summary>Names and shapes of a module's parameters of one member: A [in, r], B [r, out].</summary>
    public IEnumerable<(string Name, long[] Shape)> Parameters(LoraModule module) =>
        [(module.DownName, [module.In, Spec.Rank]), (module.UpName, [Spec.Rank, module.Out])];
}
