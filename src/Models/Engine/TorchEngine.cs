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
    private readonly Dictionary<string, ITokenizer> _tokenizers = new(StringComparer.Ordinal); // by base
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
        var handle = _open.Find(open => open.Model == model) ?? Opened(model, files);

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

    private TorchModelHandle Opened(ModelRef model, IModelFiles files)
    {
        var folder = files.BaseFolder(model.BaseSha256);
        var tokenizer = TokenizerOf(model.BaseSha256, folder);
        var dtype = _options.DtypeOf(folder);
        _dtype = dtype;
        var devices = string.Join('+', _devices.Select(device => $"{device.Device.type}:{device.Device.index}"));

        // What another engine has merged already needs no ancestors here.
        var shared = SharedModels.Take($"{model.Key} {dtype} {devices}", () => model.Adapters.Count == 0 ? Load(folder, dtype) : Merge(model, files));
        shared.Model.Execution = _options.Execution ?? new Execution();
        return new TorchModelHandle(model, shared, tokenizer);
    }

    /// <summary>The vocabulary of a base model, once its files are known to be those that were meant.</summary>
    private ITokenizer TokenizerOf(string sha256, string folder)
    {
        if (!_tokenizers.TryGetValue(sha256, out var tokenizer))
        {
            var hash = ModelFolder.ContentHash(folder);
            if (hash != sha256)
            {
                throw new ModelFormatException(
                    $"{folder}: its content hash is {hash}, expected {sha256}. The files changed since the sweep was made; restore them or "
                        + $"start a new sweep."
                );
            }

            _tokenizers.Add(sha256, tokenizer = ModelDescription.Of(folder).Tokenizer);
        }

        return tokenizer;
    }

    private LlamaModel Load(string folder, ModelDtype dtype)
    {
        try
        {
            return LlamaModel.Load(folder, dtype, _devices);
        }
        catch (ArgumentException tooMany)
        {
            throw new ModelFormatException($"{folder}: {tooMany.Message}", tooMany);
        }
    }

    private LlamaModel Merge(ModelRef model, IModelFiles files)
    {
        var name = model.Adapters[^1];
        var bytes = files.Adapter(name);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (hash != name)
        {
            throw new ModelFormatException($"adapter {name}: its bytes hash to {hash}. The file is damaged; restore the store from a back-up.");
        }

        var parent = (TorchModelHandle)Open(new ModelRef(model.BaseSha256, [.. model.Adapters.SkipLast(1)]), files);
        return AdapterFile.Apply(parent.Weights, bytes, $"adapter {name}");
    }
}
