using static TorchSharp.torch;

namespace Seal.Models.Llama;

/// <summary>A model's tensors where the decoder looks for them. Owns nothing.</summary>
internal sealed class LlamaWeights
{
    private readonly Tensor[][] _projections;
    private readonly Tensor?[][] _biases;
    private readonly Tensor[] _queryNorms; // none, or one per layer
    private readonly Tensor[] _keyNorms;

    /// <param name="config">Shape of the model.</param>
    /// <param name="tensor">Gives a tensor by its Hugging Face name.</param>
    /// <param name="tiedHead">Of a model whose head is its embedding: the head, where it lies on another device.</param>
    public LlamaWeights(LlamaConfig config, Func<string, Tensor> tensor, Tensor? tiedHead = null)
    {
        Embedding = tensor(TensorNames.Embedding);
        FinalNorm = tensor(TensorNames.FinalNorm);
        Head = config.TiedHead ? tiedHead ?? Embedding : tensor(TensorNames.Head);
        InputNorms = [.. Enumerable.Range(0, config.Layers).Select(layer => tensor(TensorNames.InputNorm(layer)))];
        PostNorms = [.. Enumerable.Range(0, config.Layers).Select(layer => tensor(TensorNames.PostNorm(layer)))];
        var normed = config.QueryKeyNorm ? config.Layers : 0;
        _queryNorms = [.. Enumerable.Range(0, normed).Select(layer => tensor(TensorNames.QueryNorm(layer)))];
        _keyNorms = [.. Enumerable.Range(0, normed).Select(layer => tensor(TensorNames.KeyNorm(layer)))];
        _projections =
        [
            .. Enumerable
                .Range(0, config.Layers)
                .Select(layer => ProjectionExtensions.All.Select(projection => tensor(TensorNames.Weight(layer, projection))).ToArray()),
        ];
        _biases =
        [
            .. Enumerable
                .Range(0, config.Layers)
                .Select(layer =>
                    ProjectionExtensions
                        .All.Select(projection => config.HasBias(projection) ? tensor(TensorNames.Bias(layer, projection)) : null)
                        .ToArray()
                ),
        ];
    }

    /// <summary>[vocabulary, d].</summary>
    public Tensor Embedding { get; }

    /// <summary>[d].</summary>
    public Tensor FinalNorm { get; }

    /// <summary>[vocabulary, d].</summary>
    public Tensor Head { get; }

    /// <summary>Per layer, [d].</summary>
    public Tensor[] InputNorms { get; }

    /// <summary>Per layer, [d].</summary>
    public Tensor[] PostNorms { get; }

    /// <summary>[head_dim], for every query head; null where the model has none.</summary>
    public Tensor? QueryNorm(int layer) => _queryNorms.ElementAtOrDefault(layer);

    /// <summary>[head_dim], for every key head; null where the model has none.</summary>
    public Tensor? KeyNorm(int layer) => _keyNorms.ElementAtOrDefault(layer);

    /// <summary>[out, in].</summary>
    public Tensor Projection(int layer, Projection projection) => _projections[layer][(int)projection];

    /// <summary>[out], or null where the projection has none.</summary>
    public Tensor? Bias(int layer, Projection projection) => _biases[layer][(int)projection];
}
