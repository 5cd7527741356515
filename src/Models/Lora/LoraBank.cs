using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using Seal.Models.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Lora;

/// <summary>
/// K low-rank adapters (Hu et al. 2021) over one frozen model: y = W x + (α / r) B A x. Kept as A [in, r] and B [r, out];
/// each member's pair works on the rows of its own texts.
/// </summary>
internal sealed class LoraBank : TrainingBank
{
    private readonly LlamaModel _model;
    private readonly LoraShape _shape;

    /// <param name="model">The frozen model.</param>
    /// <param name="spec">Rank, α and targets of every member.</param>
    /// <param name="seeds">One per member; draw the initial A.</param>
    public LoraBank(LlamaModel model, DeltaSpec spec, IReadOnlyList<Seed> seeds)
        : this(model, new LoraShape(model.Config, spec), seeds) { }

    private LoraBank(LlamaModel model, LoraShape shape, IReadOnlyList<Seed> seeds)
        : base(
            model,
            new BankParameters(
                shape.Modules.SelectMany(shape.Parameters, (module, parameter) => (model.Map.Of(module.Layer), parameter.Name, parameter.Shape)),
                seeds.Count,
                half: model.Map.First.IsCard && model.Dtype == ModelDtype.Bf16
            )
        )
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
            Parameters.Of(slot, module.UpName).t().contiguous().clone().DetachFromDisposeScope()
        ));
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
        _model.Enter();
        foreach (var modules in _shape.Modules.Chunk(KernelThreads.Count))
        {
            var drawn = new float[modules.Length][];
            KernelThreads.Run(modules.Length, m => drawn[m] = Draw(modules[m]));
            for (var m = 0; m < modules.Length; m++)
            {
                using var scope = NewDisposeScope();
                var down = Parameters.Of(slot, modules[m].DownName);
                down.copy_(_model.Map.Of(modules[m].Layer).Of(drawn[m], down.shape));
            }
        }

        float[] Draw(LoraModule module)
        {
            var random = new CounterRandom(seed.Derive(module.DownName));
            var bound = 1 / Math.Sqrt(module.In);
            var values = new float[(long)module.In * _shape.Spec.Rank];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(bound * (2 * random.NextDouble() - 1));
            }

            return values;
        }
    }

    /// <summary>The adapters of some slots, laid over the rows of one batch.</summary>
    private sealed class BankDelta(LoraBank bank, IReadOnlyList<int> slots, IReadOnlyList<int> rows) : IProjectionDelta
    {
        private readonly LinearMembers _members = new([.. rows], bank._shape.Scale);

        public LinearDelta? Find(int layer, Projection projection) =>
            bank._shape.Find(layer, projection) is { } module
                ? new LinearDelta(
                    [.. slots.Select(slot => bank.Parameters[slot, module.DownName])],
                    [.. slots.Select(slot => bank.Parameters[slot, module.UpName])],
                    _members
                )
                : null;
    }
}
