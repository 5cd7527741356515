using Seal.Client.Tests.Support;
using Seal.Core.Artifacts;
using Seal.Core.Tests.Support;

namespace Seal.Client.Tests.Commands;

/// <summary>A named pipe in the place of every file that a verb reads: nobody writes to it, so opening it would wait for ever.</summary>
public sealed class PipeAsFileTests
{
    private const string OfFiles = """
        name = "files"
        seeds = [1]
        [tasks]
        source = "files"
        evaluate = ["a", "b"]
        [[arms]]
        name = "random"
        proposer = "random"
        [engine]
        kind = "fake"
        [evaluate]
        when = "last"
        """;

    private static readonly string Mini = Places.InRepository("models/grid-mini");

    public static TheoryData<string> Lines =>
        new(
            "run {pipe}",
            "run {tiny} --set evaluate.when=last --set proposal.template={pipe}",
            "run {files} --set tasks.path={pipe}",
            "try gen:tile --edit random --sweep {pipe}",
            "try {pipe} --edit random",
            "try gen:tile --edit random --model {model}/config.json",
            "try gen:tile --edit random --model {model}/model.safetensors",
            "try gen:tile --edit random --model {model}/tokenizer.json",
            "task show {pipe}",
            "gate {pipe}",
            "gate {tiny} --draw 2 --inner-seeds 1 --out {pipe}",
            "compare {pipe} {pipe}",
            "report {pipe}",
            "sweep list --cluster {pipe}",
            "artifacts verify --cluster {pipe}",
            "model inspect {model}/config.json",
            "model inspect {model}/model.safetensors",
            "model inspect {model}/tokenizer.json",
            "model inspect {model}/card.json",
            "model tokenize {pipe} --input {pipe}",
            "model tokenize {mini}/tokenizer.json --input {pipe}",
            "model logits {mini} --input {pipe}",
            "model logits {mini} --input {pipe} --adapter {pipe}",
            "model generate {mini} --input {pipe}",
            "model train {mini} --adapter {folder}/new --input {pipe}",
            "model train {mini} --adapter {adapter} --input {pipe}",
            "model merge {mini} --adapter {pipe} --output {folder}/merged",
            "model merge {mini} --adapter {adapter} --output {folder}/merged",
            "model export {pipe} --output {folder}/exported"
        );

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Verb_OnAPipe_RefusesItByName(string line)
    {
        using var folder = new TemporaryFolder();
        var pipe = SpecialFiles.Pipe(Path.Combine(folder.Path, "pipe.json"));
        var adapter = Directory.CreateDirectory(Path.Combine(folder.Path, "adapter")).FullName;
        SpecialFiles.Pipe(Path.Combine(adapter, "adapter_config.json"));
        var words = line.Split(' ')
            .Select(word =>
                word.Replace("{pipe}", pipe, StringComparison.Ordinal)
                    .Replace("{tiny}", Places.TinySweep, StringComparison.Ordinal)
                    .Replace("{files}", folder.Write("files.toml", OfFiles), StringComparison.Ordinal)
                    .Replace("{mini}", Mini, StringComparison.Ordinal)
                    .Replace("{adapter}", adapter, StringComparison.Ordinal)
                    .Replace("{folder}", folder.Path, StringComparison.Ordinal)
            )
            .Select(word => WithPipe(word, folder.Path))
            .ToArray();
        var store = Path.Combine(folder.Path, "store");
        var said = await Task.Run(() => Shell.Run(words[0] is "run" or "report" or "compare" ? [.. words, "--store", store] : words))
            .WaitAsync(SpecialFiles.Patience);
        Assert.Equal((ExitCode.Usage, ""), (said.Code, said.Output));
        Assert.Contains("is a named pipe; expected a regular file", said.Error, StringComparison.Ordinal);
        Assert.Single(said.Error.Trim().Split('\n'), told => !told.StartsWith(' '));
        Assert.False(Directory.Exists(store));
        Assert.False(Path.Exists(Path.Combine(folder.Path, "merged")) || Path.Exists(Path.Combine(folder.Path, "exported")));
    }

    [Theory]
    [InlineData("store.json", "sweep list", ExitCode.NotFoundOrConflict)]
    [InlineData("store.json", "run {tiny}", ExitCode.NotFoundOrConflict)]
    [InlineData("store.lock", "sweep list", ExitCode.Usage)]
    [InlineData("store.lock", "run {tiny}", ExitCode.Usage)]
    [InlineData("grains/sweep/other.json", "sweep status other", ExitCode.Unreachable)]
    [InlineData("grains/sweep/tiny-fake.json", "run {tiny}", ExitCode.Unreachable)]
    public async Task Verb_OnAStoreWithAPipeInIt_RefusesItByName(string file, string line, int code)
    {
        using var folder = new TemporaryFolder();
        var pipe = Path.Combine(folder.Path, "store", file);
        Directory.CreateDirectory(Path.GetDirectoryName(pipe)!);
        if (file.Contains('/', StringComparison.Ordinal))
        {
            await StoreFormat.Claim(new DirectoryArtifactStore(new DiskFiles(Path.Combine(folder.Path, "store"))));
        }

        SpecialFiles.Pipe(pipe);
        var words = line.Split(' ').Select(word => word.Replace("{tiny}", Places.TinySweep, StringComparison.Ordinal));
        var said = await Task.Run(() => Shell.Run([.. words, "--store", Path.Combine(folder.Path, "store")])).WaitAsync(SpecialFiles.Patience);
        Assert.True(said.Code == code, $"{said.Code}: {said.Output}{said.Error}");
        Assert.Contains("is a named pipe", said.Output + said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TaskValidate_OfAFolderWithAPipe_TellsItAndGoesOn()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "good.json",
            """{"train":[{"input":[[1]],"output":[[2]]},{"input":[[3]],"output":[[4]]}],"test":[{"input":[[5]],"output":[[6]]}]}"""
        );
        SpecialFiles.Pipe(Path.Combine(folder.Path, "pipe.json"));
        var said = await Task.Run(() => Shell.Run("task", "validate", folder.Path)).WaitAsync(SpecialFiles.Patience);
        Assert.Contains("pipe.json: is a named pipe", said.Output + said.Error, StringComparison.Ordinal);
    }

    /// <summary>"{model}/name" is a copy of a model whose file of that name is a pipe.</summary>
    private static string WithPipe(string word, string folder)
    {
        if (!word.StartsWith("{model}/", StringComparison.Ordinal))
        {
            return word;
        }

        var model = Directory.CreateDirectory(Path.Combine(folder, "model")).FullName;
        foreach (var file in Directory.GetFiles(Mini))
        {
            File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
        }

        var replaced = Path.Combine(model, word["{model}/".Length..]);
        File.Delete(replaced);
        SpecialFiles.Pipe(replaced);
        return model;
    }
}
