using Seal.Client.Display;
using Seal.Client.Fetching;

namespace Seal.Client.Tests.Fetching;

public sealed class HubModelTests
{
    [Theory]
    [InlineData("hf:Qwen/Qwen2.5-0.5B-Instruct", "Qwen/Qwen2.5-0.5B-Instruct", "Qwen2.5-0.5B-Instruct", "main")]
    [InlineData("hf:a/b@v1", "a/b", "b", "v1")]
    [InlineData("hf:a/b@refs/pr/3", "a/b", "b", "refs/pr/3")]
    public void Parse_AModel_HasItsParts(string text, string repository, string name, string revision)
    {
        var model = HubModel.Parse(text);
        Assert.Equal((repository, name, revision, text), (model.Repository, model.Name, model.Revision, model.ToString()));
    }

    [Theory]
    [InlineData("Qwen/Qwen2.5")]
    [InlineData("hf:gpt2")]
    [InlineData("hf:a/..")]
    [InlineData("hf:../b")]
    [InlineData("hf:a/b/c")]
    [InlineData("hf:a/b.")]
    [InlineData("hf:a/.b")]
    [InlineData("hf:a/b\\c")]
    [InlineData("hf:a/b?x=1")]
    [InlineData("hf:a/b@")]
    [InlineData("hf:a/b@..")]
    [InlineData("hf:a/b@x/../../y")]
    [InlineData("hf:a/b@-x")]
    [InlineData("hf:a/b@x y")]
    [InlineData("hf:a/ü")]
    public void Parse_AnythingElse_IsUsage(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandException>(() => HubModel.Parse(text)).ExitCode);

    [Theory]
    [InlineData("ftp://hub", null, "HF_ENDPOINT")]
    [InlineData("hub", null, "HF_ENDPOINT")]
    [InlineData("https://me:secret@hub", null, "HF_ENDPOINT")]
    [InlineData("http://hub", "hf_secret", "http://")]
    [InlineData(null, "hf_secret\nX: y", "HF_TOKEN")]
    public void Connection_WithSettingsThatCannotBeUsed_IsUsageAndKeepsTheSecret(string? endpoint, string? token, string named)
    {
        var refused = Assert.Throws<CommandException>(() => HubConnection.Open(endpoint, token, TimeProvider.System));
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "https://huggingface.co/a/b")]
    [InlineData(" https://mirror/hf/ ", "https://mirror/hf/a/b")]
    public void Connection_Endpoint_IsWhereAddressesBegin(string? endpoint, string address)
    {
        using var connection = HubConnection.Open(endpoint, "hf_x", TimeProvider.System);
        Assert.Equal(address, connection.At("a/b").AbsoluteUri);
        Assert.True(connection.IsHub(connection.At("a/b")));
    }

    [Theory]
    [InlineData("http://huggingface.co/a")]
    [InlineData("https://huggingface.co:444/a")]
    [InlineData("https://cdn.huggingface.co/a")]
    [InlineData("https://huggingface.co.evil/a")]
    public void IsHub_OfAnotherSchemeHostOrPort_IsFalse(string address)
    {
        using var connection = HubConnection.Open(null, "hf_x", TimeProvider.System);
        Assert.False(connection.IsHub(new Uri(address)));
    }

    [Theory]
    [InlineData("http://cdn/a")]
    [InlineData("file:///etc/passwd")]
    [InlineData(null)]
    public void Next_FromHttpsToAnythingElse_IsRefused(string? location) =>
        Assert.Equal(
            ExitCode.Unreachable,
            Assert.Throws<CommandException>(() => HubConnection.Next(new Uri("https://hub/x"), location is null ? null : new Uri(location))).ExitCode
        );

    [Theory]
    [InlineData(250_000_000, 10e6, "a: 238 MB of 2.3 GB (10 %), 9.5 MB/s, 3.8 minutes left")]
    [InlineData(2_400_000_000, 10e6, "a: 2.2 GB of 2.3 GB (96 %), 9.5 MB/s, under a minute left")]
    [InlineData(250_000_000, 0, "a: 238 MB of 2.3 GB (10 %)")]
    public void Progress_Line_HasSpeedAndTime(long done, double speed, string line) =>
        Assert.Equal(line, FetchProgress.Line("a", done, 2_500_000_000, speed));
}
