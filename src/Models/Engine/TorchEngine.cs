using System.Security.Cryptography;
using Seal.Core.Engines;
using Seal.Core.Sequences;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Tokenizers;

namespace Seal.Models.Engine;

/// <summary>
/// The engine on libtorch and our kernels, on one device or with each model's layers on several. Keeps the models opened last, so that a policy and
/// its base stay in memory. Engines of a process share the weights of models that several have open, and libtorch itself: they may work in several
/// threads and compute what each would alone.
/// </summary>
public sealed class TorchEngine : IEngine
{
    private const int ModelsKept = 2;

    private readonly List<TorchModelHandle> _open = []; // newest last
    private readonly EngineOptions _options;
    private readonly IReadOnlyList<Placement> _devices;
    private ModelDtype? _dtype;

    /// <param name="options">fp32 on the processor, one thread, if null.</param>
    /// <exception cref="ArgumentException">There is no such device here.</exception>
    public TorchEngine(EngineOptions? options = null)
    {
        Torch.Initialize();
        _options = options ?? new EngineOptions();
        _devices = DeviceMap.Parse(_options.Device);
    }

    /// <summary>Before a model is open, <c>auto</c> counts as fp32: what it means is the model's matter.</summary>
    public string NumericClass => Engine.NumericClass.Of(_dtype ?? ModelDtypes.Parse(_options.Dtype, ModelDtype.Fp32), _options.Device);

    /// <summary>Opens the model, from memory where it or an ancestor is still there.</summary>
    public IModelHandle Open(ModelRef model, IModelFiles files)
    {
        Torch.Initialize();
        var handle = _open.Find(open => open.Model == model);
        if (handle is null)
        {
            handle = model.Adapters.Count == 0 ? OpenBase(model, files) : Merge(model, files);
        }

        _open.Remove(handle);
        _open.Add(handle);
        while (_open.Count > ModelsKept)
        {
            _open[0].Dispose();
            _open.RemoveAt(0);
        }

        return handle;
    }

    public void Dispose()
    {
        _open.ForEach(handle => handle.Dispose());
        _open.Clear();
    }

    private TorchModelHandle OpenBase(ModelRef model, IModelFiles files)
    {
        var folder = files.BaseFolder(model.BaseSha256);
        var hash = ModelFolder.ContentHash(folder);
        if (hash != model.BaseSha256)
        {
            throw new ModelFormatException(
                $"{folder}: its content hash is {hash}, expected {model.BaseSha256}. The files changed since the sweep was made; restore them or "
                    + $"start a new sweep."
            );
        }

        var tokenizer = ModelDescription.Of(folder).Tokenizer;
        var dtype = _options.DtypeOf(folder);
        _dtype = dtype;
        return Handle(model, () => LlamaModel.Load(folder, dtype, _devices), tokenizer);
    }

    private TorchModelHandle Handle(ModelRef model, Func<LlamaModel> make, ITokenizer tokenizer)
    {
        var shared = SharedModels.Take($"{model.Key} {_dtype} {_options.Device}", make);
        shared.Model.Execution = _options.Execution ?? new Execution();
        return new TorchModelHandle(model, shared, tokenizer);
    }

    private TorchModelHandle Merge(ModelRef model, IModelFiles files)
    {
        var parent = Open(new ModelRef(model.BaseSha256, [.. model.Adapters.SkipLast(1)]), files) as TorchModelHandle;
        var name = model.Adapters[^1];
        var bytes = files.Adapter(name);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return hash == name
            ? Handle(model, () => AdapterFile.Apply(parent!.Weights, bytes, $"adapter {name}"), parent!.Info.Tokenizer)
            : throw new ModelFormatException($"adapter {name}: its bytes hash to {hash}. The file is damaged; restore the store from a back-up.");
    }
}
