using Seal.Core.Sequences;
using Seal.Models.Llama;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Decoding;

/// <summary>
/// Keys and values of R texts that grow side by side: a prefix that all of them share (uncopied), and columns of their own. Every call
/// of <see cref="Feed"/> appends the same number of columns to each text; columns that a text does not use are masked. Shapes depend on R and on the
/// number of calls only, so a text's numbers do not depend on what the others say.
/// </summary>
internal sealed class DecodingCache : IAttention, IDisposable
{
    private readonly LlamaModel _model;
    private readonly int _texts;
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;
    private readonly List<bool[]> _used = []; // per column, [R]
    private Tensor[]? _prefixKeys;
    private Tensor[]? _prefixValues;
    private int _capacity;
    private int _width;
    private Tensor? _mask;

    /// <param name="model">Decodes.</param>
    /// <param name="texts">R.</param>
    /// <param name="capacity">Columns to make room for at first; the cache grows.</param>
    public DecodingCache(LlamaModel model, int texts, int capacity)
    {
        _model = model;
        _texts = texts;
        _capacity = Math.Max(1, capacity);
        using var scope = NewDisposeScope();
        Tensor[] Buffers() => [.. Enumerable.Range(0, model.Config.Layers).Select(_ =>
            model.Placement.Zeros(texts, model.Config.KeyValueHeads, _capacity, model.Config.HeadDim).DetachFromDisposeScope())];
        _keys = Buffers();
        _values = Buffers();
    }

    /// <summary>Makes a prompt the prefix of all texts. The prefill must live as long as the cache.</summary>
    public void Share(Prefill prompt)
    {
        using var scope = NewDisposeScope();
        static Tensor[] HeadsFirst(Tensor[] rows) => [.. rows.Select(t => t.transpose(0, 1).contiguous().DetachFromDisposeScope())];
        _prefixKeys = HeadsFirst(prompt.Keys); // [kv, P, D]
        _prefixValues = HeadsFirst(prompt.Values);
    }

    /// <summary>Gives each text a prompt of its own; shorter ones leave columns unused.</summary>
    public void Start(IReadOnlyList<Prefill> prompts)
    {
        using var scope = NewDisposeScope();
        var lengths = prompts.Select(prompt => (int)prompt.Keys[0].shape[0]).ToArray();
        Reserve(lengths.Max());
        for (var r = 0; r < prompts.Count; r++)
        {
            for (var layer = 0; layer < _keys.Length; layer++)
            {
                _keys[layer].select(0, r).narrow(1, 0, lengths[r]).copy_(prompts[r].Keys[layer].transpose(0, 1));
                _values[layer].select(0, r).narrow(1, 0, lengths[r]).copy_(prompts[r].Values[layer].transpose(0, 1));
            }
        }

        for (var column = 0; column < lengths.Max(); column++)
        {
            _used.Add([.. lengths.Select(length => column < length)]);
        }
    }

    /// <summary>Appends <paramref name="width"/> tokens to each text.</summary>
    /// <param name="tokens">[R · width], text by text.</param>
    /// <param name="positions">[R · width].</param>
    /// <param name="fed">[R · width]; false where a text has no token at this place, whatever stands there.</param>
    /// <returns>Hidden states, [R · width, d], in the caller's dispose scope.</returns>
    public Tensor Feed(int[] tokens, TokenPosition[] positions, bool[] fed, int width)
    {
        using var scope = NewDisposeScope();
        var before = _used.Count;
        Reserve(before + width);
        for (var w = 0; w < width; w++)
        {
            _used.Add([.. Enumerable.Range(0, _texts).Select(r => fed[r * width + w])]);
        }

        _width = width;
        _mask = Mask(before);
        var batch = TokenBatch.Of(_model.Rotary, [], tokens, positions, fewRows: true);
        return LlamaDecoder.Hidden(_model.Config, _model.Weights, null, this, batch).MoveToOuterDisposeScope();
    }

    public Tensor Attend(int layer, Tensor query, Tensor key, Tensor value)
    {
        var (kv, dim) = (key.shape[1], key.shape[2]);
        var group = query.shape[1] / kv;
        var columns = _used.Count;
        _keys[layer].narrow(2, columns - _width, _width).copy_(key.view(_texts, _width, kv, dim).transpose(1, 2));
        _values[layer].narrow(2, columns - _width, _width).copy_(value.view(_texts, _width, kv, dim).transpose(1, 2));

        var rows = _width * group; // query rows that share a text's keys of one head
        var q = query.view(_texts, _width, kv, group, dim).mul(Torch.Number(1 / Math.Sqrt(dim)));
        var own = q.transpose(1, 2).reshape(_texts * kv, rows, dim);
        var scores = own.bmm(_keys[layer].narrow(2, 0, columns).view(_texts * kv, columns, dim).transpose(1, 2))
            .view(_texts, kv, _width, group, columns).add_(_mask!); // [R, kv, width, group, columns]
        var values = _values[layer].narrow(2, 0, columns).view(_texts * kv, columns, dim);
        if (_prefixKeys is null)
        {
            var weights = scores.softmax(-1).view(_texts * kv, rows, columns);
            return weights.bmm(values).view(_texts, kv, _width, group, dim).transpose(1, 2).reshape(_texts * _width, -1);
        }

        // Softmax over prefix and own columns together; the prefix is one GEMM per head for all texts.
        var prefix = _prefixKeys[layer].shape[1];
        var shared = q.permute(2, 0, 1, 3, 4).reshape(kv, _texts * rows, dim);
        var prefixScores = shared.bmm(_prefixKeys[layer].transpose(1, 2)).view(kv, _texts, _width, group, prefix);
        var all = cat([prefixScores, scores.transpose(0, 1)], -1).softmax(-1); // [kv, R, width, group, prefix + columns]
        var fromPrefix = all.narrow(-1, 0, prefix).reshape(kv, _texts * rows, prefix).bmm(_prefixValues![layer])
            .view(kv, _texts, _width, group, dim);
        var fromOwn = all.narrow(-1, prefix, columns).transpose(0, 1).reshape(_texts * kv, rows, columns).bmm(values)
            .view(_texts, kv, _width, group, dim);
        return fromPrefix.permute(1, 2, 0, 3, 4).add(fromOwn.transpose(1, 2)).reshape(_texts * _width, -1);
    }

    public void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values).Concat(_prefixKeys ?? []).Concat(_prefixValues ?? []))
        {
            tensor.Dispose();
        }
    }

    /// <summary>0 where a row may look, −∞ elsewhere: [R, 1, width, 1, columns]. A column that is fed now is seen from itself on.</summary>
    private Tensor Mask(int before)
    {
        var columns = _used.Count;
        var mask = new float[_texts * _width * columns];
        for (var r = 0; r < _texts; r++)
        {
            for (var w = 0; w < _width; w++)
            {
                var row = mask.AsSpan((r * _width + w) * columns, columns);
                for (var column = 0; column < columns; column++)
                {
                    // A row always sees itself, so that no softmax is empty; what an unused row computes is never read.
                    var seen = column == before + w || (column <= before + w && _used[column][r]);
                    row[column] = seen ? 0 : float.NegativeInfinity;
                }
            }
        }

        return _model.Placement.Of(mask, _texts, 1, _width, 1, columns);
    }

    private void Reserve(int columns)
    {
        if (columns <= _capacity)
        {
            return;
        }

        _capacity = Math.Max(columns, 2 * _capacity);
        foreach (var buffers in (Tensor[][])[_keys, _values])
        {
            for (var layer = 0; layer < buffers.Length; layer++)
            {
                var old = buffers[layer];
                buffers[layer] = _model.Placement.Zeros(old.shape[0], old.shape[1], _capacity, old.shape[3]).DetachFromDisposeScope();
                buffers[layer].narrow(2, 0, old.shape[2]).copy_(old);
                old.Dispose();
            }
        }
    }
}
