using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Commands;

public sealed class CommandLineTests
{
    [Fact]
    public async Task NoWords_PrintHelp()
    {
        var said = await Shell.Run();
        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.All(
            new[] { "run", "sweep", "task", "try", "model", "doctor" },
            verb => Assert.Contains($"  {verb} ", said.Output, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("run")]
    [InlineData("sweep")]
    [InlineData("task")]
    [InlineData("try")]
    [InlineData("model")]
    [InlineData("model pretrain")]
    [InlineData("model fetch")]
    [InlineData("model logits")]
    [InlineData("model generate")]
    [InlineData("model tokenize")]
    [InlineData("model train")]
    [InlineData("doctor")]
    [InlineData("setup")]
    public async Task Help_OfAVerb_ShowsAnExample(string verb)
    {
        var said = await Shell.Run([.. verb.Split(' '), "--help"]);
        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.Contains("Example", said.Output, StringComparison.Ordinal);
        Assert.Contains($"seal {verb} ", said.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("swep list", "did you mean 'sweep'?")]
    [InlineData("sweep cancle x", "did you mean 'cancel'?")]
    [InlineData("sweeps/mine.toml", "did you mean 'run sweeps/mine.toml'?")]
    [InlineData("run a.toml --worker 3", "did you mean '--workers'?")]
    [InlineData(
        "zzz",
        "there is demo, run, sweep, show, policy, page, report, compare, table, export, task, try, gate, knowledge, model, doctor, setup"
    )]
    [InlineData("run", "missing")]
    public async Task Mistake_IsUsageWithAHint(string line, string hint)
    {
        var said = await Shell.Run(line.Split(' '));
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains(hint, said.Error, StringComparison.Ordinal);
        Assert.Contains("--help' explains", said.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run {tiny} --workers 0", "--workers: 0 is not in 1..256")]
    [InlineData("run {tiny} --workers many", "many")]
    [InlineData("task show gen:tile --seed -1", "--seed: -1 is not in 0..")]
    [InlineData("task show gen:tile --max-side 31", "--max-side: 31 is not in 3..30")]
    [InlineData("model generate x --input y --temperature 0,7", "--temperature: '0,7' is no number in 0..100")]
    [InlineData("model generate x --input y --max-new-tokens 99999999999", "'99999999999' is no number")]
    [InlineData("model train x --adapter y --input z --rank x", "--rank: 'x' is no number in 1..1024")]
    [InlineData("try x --seed abc", "--seed: 'abc' is no number")]
    [InlineData("sweep extend x --rounds many", "--rounds: 'many' is no number")]
    [InlineData("run {tiny} --device cuda:99", "device 'cuda:99'")]
    [InlineData("run {tiny} --device cuda:99 --dry-run", "device 'cuda:99'")]
    [InlineData("model fetch org/name", "expected hf:<org>/<name>")]
    [InlineData("model pretrain x --layers 0", "--layers must be a positive number")]
    [InlineData("model pretrain x --minutes 5 --steps 10", "give one of the two")]
    public async Task Option_OutOfRange_IsUsage(string line, string message)
    {
        var said = await Shell.Run(line.Replace("{tiny}", Places.TinySweep, StringComparison.Ordinal).Split(' '));
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains(message, said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MissingFile_IsUsageAndWritesNothing()
    {
        using var folder = new TemporaryFolder();
        var store = Path.Combine(folder.Path, "store");
        var said = await Shell.Run("run", Path.Combine(folder.Path, "no.toml"), "--store", store);
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("no such file", said.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(store));
    }

    [Theory]
    [InlineData("sweep", "list")]
    [InlineData("run", null)]
    public async Task Store_IsAFile_IsUsage(string verb, string? argument)
    {
        using var folder = new TemporaryFolder();
        var said = await Shell.Run(verb, argument ?? Places.TinySweep, "--store", folder.Write("file", ""));
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("is a file; expected a folder", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_IsEmpty_IsUsage()
    {
        var said = await Shell.Run("run", Places.TinySweep, "--store", "");
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("expected a folder", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SweepIsAFolder_IsUsage()
    {
        using var folder = new TemporaryFolder();
        var said = await Shell.Run("run", folder.Path);
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("is a folder; expected a sweep file", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelInspect_ShippedModel_TellsItsContentHash()
    {
        var folder = Places.InRepository("models/grid-mini");
        var said = await Shell.Run("model", "inspect", folder, "--json");
        Assert.Equal((ExitCode.Ok, Core.Engines.ModelFolder.ContentHash(folder)), (said.Code, said.Document.GetProperty("sha256").GetString()));
        Assert.InRange(said.Document.GetProperty("parameters").GetInt64(), 1, 2_500_000);
    }

    [Fact]
    public async Task ModelInspect_NoFolder_IsNotFound() =>
        Assert.Equal(ExitCode.NotFoundOrConflict, (await Shell.Run("model", "inspect", "/nowhere/at/all")).Code);
}
