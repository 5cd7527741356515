using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Engine;
using Seal.Models.Safetensors;
using Seal.Models.Tests.Safetensors;
using Seal.Models.Tokenizers;

namespace Seal.Models.Tests.Tokenizers;

/// <summary>Models name several tokens that end a text. One of them ends training texts; any ends what is generated.</summary>
public sealed class EndTokenTests : IModelFiles, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seal-ends-").FullName;

    [Theory]
    [InlineData("[7,9]", "11", 7, 9, 11)]
    [InlineData("7", "[9,7]", 7, 9)]
    [InlineData("null", "[9,10]", 9, 10)]
    [InlineData("[]", "null")]
    public void Load_IdsInBothFiles_AllEndAText(string generation, string config, params int[] others)
    {
        var tokenizer = Load(generation, config);
        Assert.Equal("<|eot_id|>", tokenizer.Decode([tokenizer.EndOfText]));
        Assert.Equal(others.Append(tokenizer.EndOfText).Order(), tokenizer.EndTokens.Ids);
    }

    [Theory]
    [InlineData("[7,9]", "11", 9, "7,9,11")]
    [InlineData("null", "[9,10]", 10, "9,10")]
    [InlineData("null", "null", -1, "")]
    public void Load_NoTokenNamedByItsText_TrainingTextsEndWithTheLastId(string generation, string config, int end, string all)
    {
        var tokenizer = Load(generation, config, named: false);
        Assert.Equal((end, all), (tokenizer.EndOfText, string.Join(',', tokenizer.EndTokens.Ids)));
    }

    [Fact]
    public void Id_WithFurtherEndTokens_IsAnother()
    {
        var one = Load("null", "null").Id;
        Assert.Equal(one, Load("[]", "null").Id);
        Assert.NotEqual(one, Load("[7]", "null").Id);
    }

    [Theory]
    [InlineData("\"7\"")]
    [InlineData("[7,-1]")]
    [InlineData("[7.5]")]
    [InlineData("{\"id\":7}")]
    public void Load_WhatIsNoTokenId_IsRefusedByFileAndKey(string value) =>
        Assert.Contains(
            "generation_config.json: eos_token_id is ",
            Assert.Throws<ModelFormatException>(() => Load(value, "null")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Engine_FreeText_EndsAtAnyOfThem()
    {
        // Every ordinary token ends a text here, beside the one that ends a turn: whatever is drawn first ends it.
        var vocabulary = Load("null", "null").VocabularySize;
        Load($"[{string.Join(',', Enumerable.Range(0, vocabulary))}]", "null");
        Stored.WriteModel(_folder, SafetensorsDtype.F32, config: TinyModel.Config(vocabulary) with { Grid = null });
        using var engine = new TorchEngine();
        var model = engine.Open(new ModelRef(ModelFolder.ContentHash(_folder), []), this);

        var samples = model.Sample(new SampleRequest([1, 2], SequentialPositions.Instance, null, [new Seed(1), new Seed(2)], 1, 8), default);
        Assert.All(samples, sample => Assert.Equal((true, 0), (sample.Ended, sample.Tokens.Length)));
        Assert.Equal(
            [
                [],
            ],
            model.Generate(null, [new GenerateRequest([1, 2], SequentialPositions.Instance, model.Info.Tokenizer.EndTokens, 8)], default)
        );
    }

    public string BaseFolder(string sha256) => _folder;

    public byte[] Adapter(string sha256) => throw new ModelFormatException("There is none.");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ITokenizer Load(string generation, string config, bool named = true)
    {
        foreach (var part in (string[])["tokenizer.json", "tokenizer_config.json"])
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, "data", "golden", "tokenizer", "tiny512", part), At(part), overwrite: true);
        }

        if (!named)
        {
            File.Delete(At("tokenizer_config.json"));
        }

        File.WriteAllText(At("generation_config.json"), $$"""{"eos_token_id":{{generation}}}""");
        File.WriteAllText(At("config.json"), $$"""{"eos_token_id":{{config}}}""");
        return TokenizerLoader.Load(_folder);
    }

    private string At(string file) => Path.Combine(_folder, file);
}
