using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Models.Llama;
using Seal.Models.Pretraining;
using Seal.Models.Tokenizers;

namespace Seal.Bench;

/// <summary>The model that is measured: a folder, or random weights of the shipped model's shape in a temporary one.</summary>
internal sealed class BenchModel : IModelFiles, IDisposable
{
    private readonly string _folder;
    private readonly bool _isTemporary;

    private BenchModel(string folder, bool isTemporary)
    {
        (_folder, _isTemporary) = (folder, isTemporary);
        Config = LlamaConfig.Load(folder);
        Reference = new ModelRef(ModelFolder.ContentHash(folder), []);
    }

    public LlamaConfig Config { get; }

    public ModelRef Reference { get; }

    public string Name => _isTemporary ? "random weights" : _folder;

    public static BenchModel Open(string? folder)
    {
        if (folder is not null)
        {
            return new BenchModel(folder, false);
        }

        var made = Directory.CreateTempSubdirectory("seal-bench-").FullName;
        var tokenizer = GridTokenizer.CreateDefault();
        using var model = LlamaModel.Random(new PretrainOptions("", "").Config(tokenizer.VocabularySize), new Seed(1));
        model.Save(made);
        File.WriteAllBytes(Path.Combine(made, TokenizerLoader.FileName), GridTokenizerFile.ToBytes(tokenizer));
        return new BenchModel(made, true);
    }

    public string BaseFolder(string sha256) => _folder;

    public byte[] Adapter(string sha256) => throw new NotSupportedException("The benchmark merges no adapters.");

    public void Dispose()
    {
        if (_isTemporary)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
