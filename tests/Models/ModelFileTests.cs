using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Running;
using Seal.Models.Safetensors;
using Seal.Models.Tests.Safetensors;
using Seal.Models.Tokenizers;

namespace Seal.Models.Tests;

/// <summary>A text that stands for a file which was not fetched: every reader says so, and how to fetch it.</summary>
public sealed class ModelFileTests : IDisposable
{
    private const string Pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 2471645608\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("seal-pointer-").FullName;

    [Theory]
    [InlineData("config.json")]
    [InlineData("model.safetensors")]
    [InlineData("model.safetensors.index.json")]
    [InlineData("model-00001-of-00001.safetensors")]
    public void Load_PointerInThePlaceOfAModelsFile_SaysGitLfsPull(string file)
    {
        Stored.WriteModel(_folder, SafetensorsDtype.F32);
        if (file is not ("config.json" or "model.safetensors"))
        {
            File.Move(At("model.safetensors"), At("model-00001-of-00001.safetensors"));
            File.WriteAllText(At("model.safetensors.index.json"), """{"weight_map":{"model.norm.weight":"model-00001-of-00001.safetensors"}}""");
        }

        File.WriteAllText(At(file), Pointer);
        AssertPointer(file, () => LlamaModel.Load(_folder));
        AssertPointer(file, () => ModelFolder.ContentHash(_folder));
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("generation_config.json")]
    [InlineData("chat_template.jinja")]
    [InlineData("config.json")]
    public void Load_PointerInThePlaceOfAVocabularysFile_SaysGitLfsPull(string file)
    {
        foreach (var part in (string[])["tokenizer.json", "tokenizer_config.json"])
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, "data", "golden", "tokenizer", "tiny512", part), At(part));
        }

        File.WriteAllText(At(file), Pointer);
        AssertPointer(file, () => TokenizerLoader.Load(_folder));
        if (file == "tokenizer.json")
        {
            AssertPointer(file, () => TokenizerLoader.LoadFile(At(file)));
        }
    }

    [Theory]
    [InlineData("adapter_config.json")]
    [InlineData("adapter_model.safetensors")]
    public void Apply_PointerInThePlaceOfAnAdaptersFile_SaysGitLfsPull(string file)
    {
        using var model = LlamaModel.Random(TinyModel.Config(40) with { Grid = null }, new Seed(1));
        using (var training = AdapterTraining.New(model, 4, 8, ["q_proj"], new Seed(3), null))
        {
            training.Save(_folder);
        }

        File.WriteAllText(At(file), Pointer);
        AssertPointer(file, () => PeftFolder.Apply(model, _folder));
        AssertPointer(file, () => AdapterTraining.Open(model, _folder, new Seed(1)));
        AssertPointer(file, () => PeftFolder.Apply(model, At(file)));
        AssertPointer(file, () => PeftFolder.Export(At(file), At("exported"), null));
    }

    [Theory]
    [InlineData("generation_config.json")]
    [InlineData("tokenizer.model")]
    [InlineData("LICENSE")]
    public void Merge_PointerAmongTheFilesThatAreCarriedOver_IsRefusedAndNothingIsLeft(string file)
    {
        Stored.WriteModel(_folder, SafetensorsDtype.F32);
        File.WriteAllText(At(file), Pointer);
        File.WriteAllBytes(At("full"), AdapterFile.WriteFull([Stored.Entry(TensorNames.FinalNorm, [32], SafetensorsDtype.F32, new double[32])]));
        AssertPointer(file, () => CheckpointMerge.Write(_folder, At("full"), At("merged"), null, CancellationToken.None));
        Assert.Empty(Directory.GetDirectories(_folder));
    }

    [Theory]
    [InlineData(
        "version https://hawser.github.com/spec/v1\noid sha256:00\nsize 12\n",
        "is a Git LFS pointer in the place of the file itself, which has 12 bytes. Run `git lfs pull` in its folder"
    )]
    [InlineData("version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer in the place of the file itself. Run `git lfs pull`")]
    [InlineData("/annex/objects/SHA256E-s2471645608--4d7a.safetensors\n", "Run `git annex get` in its folder")]
    public void Check_EveryKindOfPointer_SaysHowToFetchTheFile(string text, string expected)
    {
        var refused = Assert.Throws<ModelFormatException>(() => ModelFile.Check("m.safetensors", System.Text.Encoding.ASCII.GetBytes(text)));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_LongFileThatBeginsLikeAPointer_IsAFile() =>
        ModelFile.Check("template", System.Text.Encoding.ASCII.GetBytes(Pointer + new string('x', 1024)));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string file) => Path.Combine(_folder, file);

    private static void AssertPointer(string file, Action action)
    {
        var message = Assert.Throws<ModelFormatException>(action).Message;
        Assert.Contains(
            $"{file}: is a Git LFS pointer in the place of the file itself, which has 2471645608 bytes. Run `git lfs pull`",
            message,
            StringComparison.Ordinal
        );
    }
}
