using Seal.Core.Engines;
using Seal.Models.Tokenizers;

namespace Seal.Models.Tests.Tokenizers;

public sealed class TokenizerLoaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seal-tokenizer-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Load_GridTokens_IsRead()
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, "tokenizer.json"), GridTokenizerFile.ToBytes(GridTokenizer.CreateDefault()));
        Assert.Equal(GridTokenizer.CreateDefault().Id, TokenizerLoader.Load(_folder.FullName).Id);
    }

    [Theory]
    [InlineData(null, "no such file")]
    [InlineData("{\"version\":\"1.0\",\"model\":{\"type\":\"BPE\"}}", "'vocab' should be there")]
    [InlineData("{\"version\":\"1.0\",\"model\":{\"type\":\"Unigram\"}}", "'Unigram' are not supported")]
    [InlineData("{\"kind\":\"other\"}", "'other' are not supported")]
    [InlineData("[]", "neither a seal-grid nor")]
    [InlineData("{\"a\":1}", "neither a seal-grid nor")]
    [InlineData("{", "not JSON")]
    public void Load_AnythingElse_SaysWhy(string? content, string expected)
    {
        if (content is not null)
        {
            File.WriteAllText(Path.Combine(_folder.FullName, "tokenizer.json"), content);
        }

        Assert.Contains(
            expected,
            Assert.Throws<ModelFormatException>(() => TokenizerLoader.Load(_folder.FullName)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void PlainTokenizer_Ids_AreWrittenAsNumbers()
    {
        var plain = new PlainTokenizer(512);
        Assert.Equal([3, 511, 0], plain.Encode(plain.Decode([3, 511, 0])));
        Assert.Throws<FormatException>(() => plain.Encode("512"));
        Assert.Throws<FormatException>(() => plain.Encode("-1"));
    }
}
