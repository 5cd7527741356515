using System.Text.Json;
using Seal.Core.Engines;
using Seal.Core.Json;

namespace Seal.Models.Llama;

/// <summary>Frequency scaling of Llama 3.1 and later: long wavelengths are stretched, short ones kept, those between blended.</summary>
public sealed record Llama3RopeScaling(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalContextLength);

/// <summary>
/// Rotary positions of the project's own grid model: <see cref="Sections"/> rotary pairs turn by row, column, example and sequence index
/// in turn; within a section of s pairs, pair j turns by θ^(−j/s) per unit of its coordinate.
/// </summary>
/// <param name="Sections">Pairs for row, column, example, sequence; they sum to head_dim / 2. [4]</param>
/// <param name="Thetas">Base of each section. [4]</param>
public sealed record GridRotary(int[] Sections, double[] Thetas);

/// <summary>Which projections add a bias.</summary>
[Flags]
public enum ProjectionBias
{
    None = 0,

    /// <summary>Query, key and value: Qwen2 and Qwen2.5.</summary>
    QueryKeyValue = 1,

    /// <summary>The attention's output, besides: Llama with <c>attention_bias</c>.</summary>
    Output = 2,

    /// <summary>The three of the feed-forward block: Llama with <c>mlp_bias</c>.</summary>
    FeedForward = 4,
}

/// <summary>The shape of a Llama decoder, as config.json of a Hugging Face folder states it.</summary>
/// <param name="HiddenSize">d, the width of the residual stream.</param>
/// <param name="IntermediateSize">Width inside the feed-forward block.</param>
/// <param name="Layers">Number of decoder layers.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key and value heads; divides <paramref name="Heads"/>.</param>
/// <param name="HeadDim">Width of one head; even.</param>
/// <param name="VocabularySize">Rows of the embedding.</param>
/// <param name="ContextLength">Longest sequence, in tokens.</param>
/// <param name="NormEpsilon">Added to the mean square in RMSNorm.</param>
/// <param name="RopeTheta">Base of the rotary frequencies.</param>
/// <param name="TiedHead">True when the head is the embedding.</param>
/// <param name="RopeScaling">Llama 3 scaling, or null.</param>
/// <param name="Grid">Grid positions, or null for the sequence index alone.</param>
/// <param name="Bias">Projections with a bias; none in Llama as released.</param>
/// <param name="QueryKeyNorm">True where every head of queries and keys goes through an RMSNorm before it is rotated: Qwen3.</param>
public sealed record LlamaConfig(
    int HiddenSize,
    int IntermediateSize,
    int Layers,
    int Heads,
    int KeyValueHeads,
    int HeadDim,
    int VocabularySize,
    int ContextLength,
    double NormEpsilon,
    double RopeTheta,
    bool TiedHead,
    Llama3RopeScaling? RopeScaling = null,
    GridRotary? Grid = null,
    ProjectionBias Bias = ProjectionBias.None,
    bool QueryKeyNorm = false
)
{
    /// <summary>Width of all query heads together.</summary>
    public int QueryWidth => Heads * HeadDim;

    /// <summary>Width of all key (or value) heads together.</summary>
    public int KeyValueWidth => KeyValueHeads * HeadDim;

    /// <summary>Rows and columns of a projection's weight; y = W x.</summary>
    public (int Out, int In) Shape(Projection projection) =>
        projection switch
        {
            Projection.Query => (QueryWidth, HiddenSize),
            Projection.Key or Projection.Value => (KeyValueWidth, HiddenSize),
            Projection.Output => (HiddenSize, QueryWidth),
            Projection.Gate or Projection.Up => (IntermediateSize, HiddenSize),
            _ => (HiddenSize, IntermediateSize),
        };

    /// <summary>Whether a projection adds a bias [out].</summary>
    public bool HasBias(Projection projection) =>
        Bias.HasFlag(
            projection switch
            {
                Projection.Query or Projection.Key or Projection.Value => ProjectionBias.QueryKeyValue,
                Projection.Output => ProjectionBias.Output,
                _ => ProjectionBias.FeedForward,
            }
        );

    /// <summary>Every tensor of the model by its Hugging Face name, in a fixed order.</summary>
    public IEnumerable<(string Name, long[] Shape)> Tensors()
    {
        yield return (TensorNames.Embedding, [VocabularySize, HiddenSize]);
        for (var layer = 0; layer < Layers; layer++)
        {
            yield return (TensorNames.InputNorm(layer), [HiddenSize]);
            if (QueryKeyNorm)
            {
                yield return (TensorNames.QueryNorm(layer), [HeadDim]);
                yield return (TensorNames.KeyNorm(layer), [HeadDim]);
            }

            foreach (var projection in ProjectionExtensions.All)
            {
                var (rows, columns) = Shape(projection);
                yield return (TensorNames.Weight(layer, projection), [rows, columns]);
                if (HasBias(projection))
                {
                    yield return (TensorNames.Bias(layer, projection), [rows]);
                }
            }

            yield return (TensorNames.PostNorm(layer), [HiddenSize]);
        }

        yield return (TensorNames.FinalNorm, [HiddenSize]);
        if (!TiedHead)
        {
            yield return (TensorNames.Head, [VocabularySize, HiddenSize]);
        }
    }

    /// <summary>Reads config.json in <paramref name="folder"/>.</summary>
    /// <exception cref="ModelFormatException">The file is missing, malformed, or asks for what this decoder does not do.</exception>
    public static LlamaConfig Load(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        try
        {
            return Parse(ModelFile.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelFormatException($"{path}: no such file. A model is a folder with config.json and model.safetensors; check model.path.", e);
        }
    }

    /// <summary>Reads the bytes of a config.json.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="name">Named in errors.</param>
    /// <exception cref="ModelFormatException">Malformed, or it asks for what this decoder does not do; names key and value.</exception>
    public static LlamaConfig Parse(ReadOnlyMemory<byte> json, string name = "config.json")
    {
        try
        {
            using var document = UserJson.Parse(json);
            return new ConfigReader(document.RootElement, name).Read();
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"{name}: not JSON: {e.Message}", e);
        }
    }

    /// <summary>The config.json of this shape; equal shapes give equal bytes.</summary>
    /// <param name="dtype">What the weights beside it are stored in.</param>
    public byte[] ToJson(ModelDtype dtype = ModelDtype.Fp32) => ConfigWriter.Write(this, dtype);
}
