using Seal.Client.Fetching;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Fetching;

public sealed class FetchCommandTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private FakeHub _hub = null!;

    private string Folder => _folder.At("tiny");

    private string[] Line => ["model", "fetch", $"hf:{FakeHub.Repository}", "--to", Folder];

    public async Task InitializeAsync()
    {
        _hub = await FakeHub.Start();
        Environment.SetEnvironmentVariable("HF_ENDPOINT", _hub.Endpoint);
        Environment.SetEnvironmentVariable("HF_TOKEN", "hf_secret");
    }

    public async Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable("HF_ENDPOINT", null);
        Environment.SetEnvironmentVariable("HF_TOKEN", null);
        await _hub.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fetch_AModel_NamesCommitHashAndNextCommand()
    {
        var said = await Shell.Run(Line);
        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.Contains(FakeHub.Commit, said.Output, StringComparison.Ordinal);
        Assert.Contains(Core.Engines.ModelFolder.ContentHash(Folder), said.Output, StringComparison.Ordinal);
        Assert.Contains($"model inspect {Folder}", said.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said.ToString(), StringComparison.Ordinal);
        Assert.Equal("Bearer hf_secret", _hub.Requests[0].Authorization);
    }

    [Fact]
    public async Task Fetch_Again_HasNothingToDo()
    {
        Assert.Equal(ExitCode.Ok, (await Shell.Run(Line)).Code);
        var said = await Shell.Run([.. Line, "--json"]);

        Assert.Equal((ExitCode.Ok, FakeHub.Commit, 0), (said.Code, Text(said, "commit"), said.Document.GetProperty("loadedBytes").GetInt64()));
        Assert.Contains("already", Text(said, "nothingToDo"), StringComparison.Ordinal);
        Assert.Equal(3, said.Document.GetProperty("files").GetArrayLength());
    }

    [Fact]
    public async Task Fetch_Interrupted_Ends130AndSaysHowToGoOn()
    {
        using var stop = new CancellationTokenSource();
        _hub.Break("model.safetensors", 1000, then: stop.Cancel);
        var said = await Shell.Run(Line, stop.Token);

        Assert.Equal(ExitCode.Detached, said.Code);
        Assert.Contains($"model fetch hf:{FakeHub.Repository} --to", said.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await Shell.Run(Line)).Code);
    }

    [Fact]
    public async Task Fetch_AFolderStandsInThePlaceOfAFile_IsNamed()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "config.json" + FileDownload.Suffix));
        var said = await Shell.Run(Line);
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("config.json.part", said.Error, StringComparison.Ordinal);
    }

    private static string Text(Said said, string key) => said.Document.GetProperty(key).GetString()!;
}
