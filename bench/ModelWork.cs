using Seal.Models.Llama;

namespace Seal.Bench;

/// <summary>
/// What a model costs in floating-point operations (a multiplication and an addition are two), counted from its shape. M = 2 × all matrix
/// elements (projections and head); A = attention's two products over the T/2 tokens that a token looks at on average, 4 × layers × query width ×
/// (T + 1) / 2; R = 2 × LoRA elements. Norms, rotations, softmax and the optimizer are not counted: they are what the share leaves out.
/// </summary>
/// <param name="config">The model's shape.</param>
/// <param name="length">T, tokens per text.</param>
internal sealed class ModelWork(LlamaConfig config, int length)
{
    public const string Formula =
        "per token: full training 3 (M + A), LoRA 2 M + 3 A + 3 R, decoding M + A; M = 2 × matrix elements incl. head, A = 4 × layers × query width "
        + "× (T + 1) / 2, R = 2 × adapter elements";

    private static readonly Projection[] Adapted = [Projection.Query, Projection.Value, Projection.Gate, Projection.Up, Projection.Down];

    private readonly double _matrices = 2.0 * (Elements(config, ProjectionExtensions.All) + ((double)config.VocabularySize * config.HiddenSize));

    public double FullTraining => 3 * (_matrices + Attention(length));

    public double Decoding(int contextLength) => _matrices + Attention(2 * contextLength);

    /// <summary>The backward pass through a frozen matrix needs the gradient of its input alone, so frozen matrices count twice.</summary>
    public double LoraTraining(int rank)
    {
        var adapter = 2.0 * config.Layers * Adapted.Sum(projection => rank * ((double)config.Shape(projection).In + config.Shape(projection).Out));
        return (2 * _matrices) + (3 * Attention(length)) + (3 * adapter);
    }

    private double Attention(int tokens) => 4.0 * config.Layers * config.QueryWidth * (tokens + 1) / 2;

    private static double Elements(LlamaConfig config, IEnumerable<Projection> projections) =>
        config.Layers * projections.Sum(projection => (double)config.Shape(projection).In * config.Shape(projection).Out);
}
