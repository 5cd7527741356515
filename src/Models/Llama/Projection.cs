namespace Seal.Models.Llama;

/// <summary>The seven linear maps of a decoder layer, in the order in which they are used.</summary>
public enum Projection
{
    Query,
    Key,
    Value,
    Output,
    Gate,
    Up,
    Down,
}

public static class ProjectionExtensions
{
    private static readonly string[] Names = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    /// <summary>All projections, in order.</summary>
    public static IReadOnlyList<Projection> All { get; } = Enum.GetValues<Projection>();

    /// <summary>Hugging Face's short name, e.g. <c>q_proj</c>.</summary>
    public static string ShortName(this Projection projection) => Names[(int)projection];

    /// <summary>The path inside a layer, e.g. <c>self_attn.q_proj</c>.</summary>
    public static string Path(this Projection projection) => $"{(projection <= Projection.Output ? "self_attn" : "mlp")}.{projection.ShortName()}";

    /// <summary>Reads a short name.</summary>
    /// <exception cref="ArgumentException">No projection is called so; the message lists those there are.</exception>
    public static Projection Parse(string shortName)
    {
        var index = Array.IndexOf(Names, shortName);
        return index >= 0
            ? (Projection)index
            : throw new ArgumentException(
                $"'{shortName}' is no projection of a Llama layer; there are {string.Join(", ", Names)}.",
                nameof(shortName)
            );
    }
}
