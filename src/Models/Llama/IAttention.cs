using static TorchSharp.torch;

namespace Seal.Models.Llama;

/// <summary>Which keys a row looks at: itself and what is before it in its sequence, or a cache too.</summary>
internal interface IAttention
{
    /// <summary>Softmax attention of one layer.</summary>
    /// <param name="layer">Layer, from 0.</param>
    /// <param name="query">[N, heads, head_dim], rotated.</param>
    /// <param name="key">[N, key-value heads, head_dim], rotated.</param>
    /// <param name="value">[N, key-value heads, head_dim].</param>
    /// <returns>[N, heads · head_dim].</returns>
    Tensor Attend(int layer, Tensor query, Tensor key, Tensor value);
}

/// <summary>What is added to a projection's output by an adapter.</summary>
internal interface IProjectionDelta
{
    /// <summary>Adds this delta's part to <paramref name="output"/>, in place where there is one.</summary>
    /// <param name="input">[N, in].</param>
    /// <param name="output">W x, [N, out].</param>
    void AddTo(int layer, Projection projection, Tensor input, Tensor output);
}
