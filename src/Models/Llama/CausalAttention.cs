using Seal.Models.Card;
using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama;

/// <summary>
/// Causal attention inside every span of a batch: by our kernel where it fits, else by libtorch, where spans of equal length that stand
/// side by side share one call without a mask tensor (which would lose scaled_dot_product_attention's fast path).
/// </summary>
internal sealed class CausalAttention : IAttention
{
    private readonly List<TokenSpan> _runs;
    private readonly int[] _counts;
    private readonly long[] _rows;
    private readonly int[] _lengths;
    private readonly bool _padded;

    public CausalAttention(IReadOnlyList<TokenSpan> spans)
    {
        _lengths = [.. spans.Select(span => span.Length)];
        _padded = spans.Any(span => span.Attended != span.Length);
        var runs = new List<TokenSpan>();
        var counts = new List<int>();
        foreach (var span in spans)
        {
            if (runs.Count > 0 && runs[^1].Length == span.Length && runs[^1].Attended == span.Attended)
            {
                counts[^1]++;
            }
            else
            {
                runs.Add(span);
                counts.Add(1);
            }
        }

        _runs = runs;
        _counts = [.. counts];
        _rows = [.. runs.Zip(counts, (run, count) => (long)run.Length * count)];
    }

    /// <summary>Flash attention is for bf16, and sums in fp32.</summary>
    public bool TakesHalf => true;

    public Tensor Attend(int layer, Tensor query, Tensor key, Tensor value) =>
        _padded || query.dtype == ScalarType.BFloat16 || !KernelAttention.Takes(query)
            ? Sdpa(query, key, value)
            : KernelAttention.apply(query.contiguous(), key.contiguous(), value.contiguous(), _lengths);

    /// <summary>The same by libtorch, for pads, for other head widths, and where the processor has no 512-bit vectors.</summary>
    internal Tensor Sdpa(Tensor query, Tensor key, Tensor value)
    {
        if (_runs.Count == 1)
        {
            return Run(0, query, key, value);
        }

        var queries = query.split(_rows, 0);
        var keys = key.split(_rows, 0);
        var values = value.split(_rows, 0);
        return cat([.. _runs.Select((_, r) => Run(r, queries[r], keys[r], values[r]))], 0);
    }

    private Tensor Run(int run, Tensor query, Tensor key, Tensor value)
    {
        var (count, length, attended) = (_counts[run], _runs[run].Length, _runs[run].Attended);
        var heads = query.shape[1];
        var width = heads * query.shape[2];
        var groups = query.dtype == ScalarType.BFloat16; // several query heads share a key-value head without a copy of it
        var q = Heads(query, count, length, heads);
        var k = Heads(key, count, length, groups ? key.shape[1] : heads);
        var v = Heads(value, count, length, groups ? value.shape[1] : heads);
        if (attended == length)
        {
            return Softmax(q, k, v, isCausal: true).transpose(1, 2).reshape(-1, width);
        }

        k = k.narrow(2, 0, attended);
        v = v.narrow(2, 0, attended);
        var text = Softmax(q.narrow(2, 0, attended), k, v, isCausal: true);
        var pads = Softmax(q.narrow(2, attended, length - attended), k, v, isCausal: false);
        return cat([text, pads], 2).transpose(1, 2).reshape(-1, width);

        Tensor Softmax(Tensor query, Tensor key, Tensor value, bool isCausal) =>
            groups
                ? TorchOp.Attention(query, key, value, isCausal)
                : nn.functional.scaled_dot_product_attention(query, key, value, is_casual: isCausal);
    }

    /// <summary>[rows, kv heads, head_dim] → [count, heads, length, head_dim]; key-value heads are repeated for their query heads.</summary>
    private static Tensor Heads(Tensor rows, int count, int length, long heads)
    {
        var (own, dim) = (rows.shape[1], rows.shape[2]);
        if (own == heads)
        {
            return rows.view(count, length, heads, dim).transpose(1, 2);
        }

        return rows.view(count, length, own, 1, dim).expand(count, length, own, heads / own, dim).reshape(count, length, heads, dim).transpose(1, 2);
    }
}
