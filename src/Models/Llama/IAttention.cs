using static TorchSharp.torch;

namespace Seal.Models.Llama;

/// <summary>Which keys a row looks at: itself and what is before it in its sequence, or a cache too.</summary>
internal interface IAttention
{
    /// <summary>Queries and keys may be bf16, as values are on a card.</summary>
    bool TakesHalf { get; }

    /// <summary>Softmax attention of one layer.</summary>
    /// <param name="layer">Layer, from 0.</param>
    /// <param name="query">[N, heads, head_dim], rotated.</param>
    /// <param name="key">[N, key-value heads, head_dim], rotated.</param>
    /// <param name="value">[N, key-value heads, head_dim].</param>
    /// <returns>[N, heads · head_dim].</returns>
    Tensor Attend(int layer, Tensor query, Tensor key, Tensor value);
}

/// <summary>The adapters of a batch.</summary>
internal interface IProjectionDelta
{
    /// <summary>What works on this projection, or null.</summary>
    LinearDelta? Find(int layer, Projection projection);
}
