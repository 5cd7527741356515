using System.Runtime.InteropServices;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Models.Llama;
using Seal.Models.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Lora;

/// <summary>
/// K low-rank adapters (Hu et al. 2021) over one frozen model: y = W x + (α / r) B A x. Kept as A [in, r] and B [r, out];
/// members with equally many rows share two batched GEMMs over [K, in, r] and [K, r, out].
/// </summary>
internal sealed class LoraBank : TrainingBank
{
    private readonly LlamaModel _model;
    private readonly LoraShape _shape;

    /// <param name="model">The frozen model.</param>
    /// <param name="spec">Rank, α and targets of every member.</param>
    /// <param name="seeds">One per member; draw the initial A.</param>
    public LoraBank(LlamaModel model, DeltaSpec spec, IReadOnlyList<Seed> seeds)
        : this(model, new LoraShape(model.Config, spec), seeds)
    {
    }

    private LoraBank(LlamaModel model, LoraShape shape, IReadOnlyList<Seed> seeds)
        : base(model, new FlatParameters(seeds.Count, shape.Parameters()))
    {
        _model = model;
        _shape = shape;
        for (var k = 0; k < seeds.Count; k++)
        {
            Initialize(k, seeds[k]);
        }
    }

    protected override LlamaWeights Weights => _model.Weights;

    /// <summary>A copy of one member's adapter.</summary>
    public LoraAdapter Extract(int slot)
    {
        using var scope = NewDisposeScope();
        var parts = _shape.Modules.Select(module => new LoraPart(
            module.Layer,
            module.Projection,
            Parameters.Of(slot, module.DownName).t().contiguous().clone().DetachFromDisposeScope(),
            Parameters.Of(slot, module.UpName).t().contiguous().clone().DetachFromDisposeScope()));
        return new LoraAdapter(_shape.Spec.Rank, _shape.Spec.Alpha, [.. parts]);
    }

    /// <summary>Puts an adapter into a slot.</summary>
    public void Set(int slot, LoraAdapter adapter)
    {
        using var scope = NewDisposeScope();
        foreach (var part in adapter.Parts)
        {
            var module = _shape.Modules.Single(m => m.Layer == part.Layer && m.Projection == part.Projection);
            Parameters.Of(slot, module.DownName).copy_(part.Down.t());
            Parameters.Of(slot, module.UpName).copy_(part.Up.t());
        }
    }

    protected override IProjectionDelta Delta(IReadOnlyList<int> slots, IReadOnlyList<int> rows) => new BankDelta(this, slots, rows);

    // A uniform in ±1/√in (PEFT's kaiming_uniform with a = √5), B zero, so that training starts at the model itself.
    private void Initialize(int slot, Seed seed)
    {
        using var scope = NewDisposeScope();
        foreach (var module in _shape.Modules)
        {
            var random = new CounterRandom(seed.Derive(module.DownName));
            var bound = 1 / Math.Sqrt(module.In);
            var down = Parameters.Of(slot, module.DownName);
            var values = MemoryMarshal.Cast<byte, float>(down.bytes);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(bound * (2 * random.NextDouble() - 1));
            }
        }
    }

    /// <summary>The adapters of some slots, laid over the rows of one batch.</summary>
    private sealed class BankDelta : IProjectionDelta
    {
        private readonly LoraBank _bank;
        private readonly IReadOnlyList<int> _slots;
        private readonly long[] _rows;
        private readonly bool _together;

        public BankDelta(LoraBank bank, IReadOnlyList<int> slots, IReadOnlyList<int> rows)
        {
            _bank = bank;
            _slots = slots;
            _rows = [.. rows.Select(count => (long)count)];
            _together = _rows.Distinct().Count() == 1;
        }

        public void AddTo(int layer, Projection projection, Tensor input, Tensor output)
        {
            if (_bank._shape.Find(layer, projection) is not { } module)
            {
                return;
            }

            Tensor[] downs = [.. _slots.Select(slot => _bank.Parameters[slot, module.DownName])]; // K × [in, r]
            Tensor[] ups = [.. _slots.Select(slot => _bank.Parameters[slot, module.UpName])]; // K × [r, out]
            output.add_(_together ? Together(input, downs, ups) : OneByOne(input, downs, ups), _bank._shape.Scale);
        }

        // bmm and add, never baddbmm: TorchSharp permutes its operands.
        private Tensor Together(Tensor input, Tensor[] downs, Tensor[] ups) =>
            input.view(_slots.Count, _rows[0], -1).bmm(Stack(downs)).bmm(Stack(ups)).view(input.shape[0], -1);

        private Tensor OneByOne(Tensor input, Tensor[] downs, Tensor[] ups)
        {
            var inputs = input.split(_rows, 0);
            return cat([.. inputs.Select((x, s) => x.unsqueeze(0).bmm(downs[s].unsqueeze(0)).bmm(ups[s].unsqueeze(0)).squeeze(0))], 0);
        }

        private static Tensor Stack(Tensor[] tensors) => tensors.Length == 1 ? tensors[0].unsqueeze(0) : stack(tensors, 0);
    }
}
