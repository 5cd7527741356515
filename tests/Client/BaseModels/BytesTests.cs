using Seal.Client.BaseModels;

namespace Seal.Client.Tests.BaseModels;

public sealed class BytesTests
{
    [Theory]
    [InlineData("24GB", 24L << 30)]
    [InlineData("24", 24L << 30)]
    [InlineData(" 800 MB ", 800L << 20)]
    [InlineData("1.5g", 3L << 29)]
    public void Parse_AmountsOfMemory_AreRead(string text, long bytes) => Assert.Equal(bytes, Bytes.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("much")]
    [InlineData("-1GB")]
    [InlineData("0")]
    [InlineData("NaN")]
    [InlineData("GB")]
    public void Parse_AnythingElse_IsNull(string text) => Assert.Null(Bytes.Parse(text));
}
