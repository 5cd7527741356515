using Seal.Core.Sequences;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
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
    private readonly bool _byKernel; // keys lie transposed
    private Tensor[]? _prefixKeys;
    private Tensor[]? _prefixValues;
    private int _capacity;
    private int _width;
    private Dictionary<Placement, Tensor> _masks = [];
    private float[] _maskValues = [];

    /// <param name="model">Decodes.</param>
    /// <param name="texts">R.</param>
    /// <param name="capacity">Columns to make room for at first; the cache grows.</param>
    public DecodingCache(LlamaModel model, int texts, int capacity)
    {
        _model = model;
        _texts = texts;
        // fp32 models decode as they always have, so that their bytes stay.
        _byKernel = model.Dtype == ModelDtype.Bf16 && model.Weights.Embedding.FitsKernels() && model.Config.HeadDim % GemmTile.Columns == 0;
        _capacity = Whole(Math.Max(1, capacity));
        using var scope = NewDisposeScope();
        var (kv, dim) = (model.Config.KeyValueHeads, model.Config.HeadDim);
        Tensor[] Buffers(long rows, long columns) =>
            [
                .. Enumerable
                    .Range(0, model.Config.Layers)
                    .Select(layer => model.Map.Of(layer).Zeros(texts, kv, rows, columns).DetachFromDisposeScope()),
            ];
        _keys = _byKernel ? Buffers(dim, _capacity) : Buffers(_capacity, dim);
        _values = Buffers(_capacity, dim);
    }

    /// <summary>Makes a prompt the prefix of all texts. The prefill must live as long as the cache.</summary>
    public void Share(Prefill prompt)
    {
        using var scope = NewDisposeScope();
        static Tensor[] HeadsFirst(Tensor[] rows) =>
            [.. rows.Select(t => t.transpose(0, 1).to(ScalarType.Float32).contiguous().DetachFromDisposeScope())];
        _prefixKeys = _byKernel ? [.. prompt.Keys.Select(Transposed)] : HeadsFirst(prompt.Keys); // [kv, P, D]
        _prefixValues = HeadsFirst(prompt.Values);
    }

    /// <summary>[P, kv, D] → [kv, D, P rounded up to whole tiles].</summary>
    private Tensor Transposed(Tensor keys, int layer)
    {
        var length = keys.shape[0];
        var columns = _model.Map.Of(layer).Zeros(keys.shape[1], keys.shape[2], Whole((int)length));
        columns.narrow(2, 0, length).copy_(keys.permute(1, 2, 0));
        return columns.DetachFromDisposeScope();
    }

    private int Whole(int columns) => _byKernel ? (columns + GemmTile.Columns - 1) / GemmTile.Columns * GemmTile.Columns : columns;

    /// <summary>The columns of one text's keys or values in a layer, as [kv, columns, D].</summary>
    private Tensor KeyColumns(int layer, int text, int first, int count) =>
        _byKernel ? _keys[layer].select(0, text).narrow(2, first, count).transpose(1, 2) : _keys[layer].select(0, text).narrow(1, first, count);

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
                KeyColumns(layer, r, 0, lengths[r]).copy_(prompts[r].Keys[layer].transpose(0, 1));
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
        _maskValues = Mask(before);
        _masks = _byKernel
            ? []
            : _model.Map.Devices.ToDictionary(device => device, device => device.Of(_maskValues, _texts, 1, _width, 1, _used.Count));
        var batch = TokenBatch.Of(_model.Rotary, [], tokens, positions, fewRows: true);
        return LlamaDecoder.Hidden(_model.Config, _model.Weights, null, this, batch).MoveToOuterDisposeScope();
    }

    /// <summary>Scores of a few rows cost little in fp32, and say more.</summary>
    public bool TakesHalf => false;

    public Tensor Attend(int layer, Tensor query, Tensor key, Tensor value) =>
        _byKernel ? AttendByKernel(layer, query.contiguous(), key.contiguous(), value.contiguous()) : AttendByTorch(layer, query, key, value);

    private unsafe Tensor AttendByKernel(int layer, Tensor query, Tensor key, Tensor value)
    {
        var (kv, dim, columns) = ((int)key.shape[1], (int)key.shape[2], _used.Count);
        float* keys = _keys[layer].Pointer(),
            values = _values[layer].Pointer(),
            k = key.Pointer(),
            v = value.Pointer();
        for (var r = 0; r < _texts; r++)
        {
            for (var w = 0; w < _width; w++)
            {
                var column = columns - _width + w;
                for (var h = 0; h < kv; h++)
                {
                    var from = ((long)(r * _width + w) * kv + h) * dim;
                    var toKeys = keys + ((long)r * kv + h) * dim * _capacity + column;
                    var toValues = values + (((long)r * kv + h) * _capacity + column) * dim;
                    for (var d = 0; d < dim; d++)
                    {
                        toKeys[(long)d * _capacity] = k[from + d];
                        toValues[d] = v[from + d];
                    }
                }
            }
        }

        var prefix = _prefixValues is null ? 0 : (int)_prefixValues[layer].shape[1];
        var shape = new DecodingShape(_texts, _width, kv, (int)query.shape[1] / kv, dim, prefix, Whole(prefix), columns, _capacity);
        var output = _model.Map.Of(layer).Empty(ScalarType.Float32, query.shape[0], query.shape[1] * dim);
        fixed (float* mask = _maskValues)
        {
            DecodingKernel.Attend(
                shape,
                query.Pointer(),
                prefix == 0 ? null : _prefixKeys![layer].Pointer(),
                prefix == 0 ? null : _prefixValues![layer].Pointer(),
                keys,
                values,
                mask,
                output.Pointer()
            );
        }

        GC.KeepAlive((query, key, value));
        return output;
    }

    private Tensor AttendByTorch(int layer, Tensor query, Tensor key, Tensor value)
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
            .view(_texts, kv, _width, group, columns)
            .PlusInPlace(_masks[_model.Map.Of(layer)]); // [R, kv, width, group, columns]
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
        var fromPrefix = all.narrow(-1, 0, prefix).reshape(kv, _texts * rows, prefix).bmm(_prefixValues![layer]).view(kv, _texts, _width, group, dim);
        var fromOwn = all.narrow(-1, prefix, columns)
            .transpose(0, 1)
            .reshape(_texts * kv, rows, columns)
            .bmm(values)
            .view(_texts, kv, _width, group, dim);
        return fromPrefix.permute(1, 2, 0, 3, 4).Plus(fromOwn.transpose(1, 2)).reshape(_texts * _width, -1);
    }

    public void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values).Concat(_prefixKeys ?? []).Concat(_prefixValues ?? []))
        {
            tensor.Dispose();
        }
    }

    /// <summary>0 where a row may look, −∞ elsewhere: [R, 1, width, 1, columns]. A column that is fed now is seen from itself on.</summary>
    private float[] Mask(int before)
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

        return mask;
    }

    private void Reserve(int columns)
    {
        if (columns <= _capacity)
        {
            return;
        }

        var (before, after) = (_capacity, Whole(Math.Max(columns, 2 * _capacity)));
        _capacity = after;
        Grow(_keys, _byKernel ? 3 : 2, before);
        Grow(_values, 2, before);
    }

    private void Grow(Tensor[] buffers, int dimension, int before)
    {
        for (var layer = 0; layer < buffers.Length; layer++)
        {
            var old = buffers[layer];
            long[] shape = [.. old.shape];
            shape[dimension] = _capacity;
            buffers[layer] = _model.Map.Of(layer).Zeros(shape).DetachFromDisposeScope();
            buffers[layer].narrow(dimension, 0, before).copy_(old);
            old.Dispose();
        }
    }
}
