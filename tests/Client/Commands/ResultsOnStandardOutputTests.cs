using System.CommandLine;
using System.Text.Json;
using Seal.Client.Commands;
using Seal.Client.Tests.Fetching;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Commands;

/// <summary>A store with two finished sweeps of the fake engine, one of them with a reward table.</summary>
public sealed class TwoFinishedSweeps : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Root => Path.Combine(_folder.Path, "store");

    public async Task InitializeAsync()
    {
        foreach (var sweep in new[] { Places.TinySweep, Places.InRepository("sweeps/tiny-table.toml") })
        {
            Assert.Equal(ExitCode.Ok, (await Shell.Run("run", sweep, "--store", Root, "--workers", "2")).Code);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();
}

/// <summary>What every verb found or did is on standard output, as text, or with <c>--json</c> as a document.</summary>
public sealed class ResultsOnStandardOutputTests(TwoFinishedSweeps store) : IClassFixture<TwoFinishedSweeps>
{
    private const string Swap = """{"train":[{"input":[[1,2]],"output":[[2,1]]}],"test":[{"input":[[3,4]],"output":[[4,3]]}]}""";

    /// <summary>A sweep of the generated world whose policy wrote a self-edit.</summary>
    private const string TriedWorld =
        "model pretrain {folder}/world --corpus knowledge/level-1 --steps 2 --decay-steps 1 --hidden 16 --layers 1 --heads 1;"
        + "run {gate} --set model.path={folder}/world --set arms=[{name=\"seal\",proposer=\"policy\"}] --set tasks.train_count=1 "
        + "--set tasks.evaluate_count=1 --set knowledge.steps=1 --store {folder}/world-store;";

    /// <summary>Verbs that ask a cluster, and one that serves until somebody ends it.</summary>
    private static readonly string[] Others = ["sweep silos", "page"];

    /// <summary>Commands separated by ';': those before the last prepare it.</summary>
    public static TheoryData<string> Lines =>
        new(
            "run {tiny} --store {store}",
            "run {tiny} --dry-run",
            "demo --fresh --sweep {table} --store {folder}/demo",
            "sweep list --store {store}",
            "sweep list --store {folder}",
            "sweep status tiny-fake --store {store}",
            "sweep watch tiny-fake --store {store}",
            "sweep resume tiny-fake --store {store}",
            "sweep cancel tiny-fake --store {store}",
            // The sweep has ended: there is nothing to do, and that is said.
            "sweep pause tiny-fake --store {store}",
            "sweep stop tiny-fake --store {store}",
            "sweep retry tiny-fake --store {store}",
            "sweep extend tiny-fake --rounds 1 --store {store}",
            "sweep weigh tiny-fake --to 1 --store {store}",
            "sweep events tiny-fake --store {store}",
            "show base-seal-s1 --sweep tiny-fake --store {store}",
            "report tiny-fake --store {store}",
            "compare tiny-table/seal tiny-table/random-reward --store {store}",
            "table build {table} --store {store}",
            "table show tiny-table --store {store}",
            "table export tiny-table --store {store} --out {folder}/table.parquet",
            "export metrics tiny-fake --store {store}",
            "export candidates tiny-fake --store {store} --out {folder}/candidates.parquet",
            "export submission tiny-fake --store {store} --run base-seal-s1 --out {folder}/submission.json",
            "task show {task}",
            "task validate {task}",
            "task families",
            "task check {task} --generated 2",
            "try gen:tile --edit random --sweep {tiny}",
            "gate {tiny} --draw 2 --inner-seeds 1",
            "knowledge texts --input {completions}",
            "knowledge grade --input {answers}",
            "model pretrain {folder}/world --corpus knowledge/level-1 --steps 2 --decay-steps 1 --hidden 16 --layers 1 --heads 1;"
                + "knowledge gate {gate} --set model.path={folder}/world --set tasks.train_count=2 --set tasks.evaluate_count=1 --set knowledge.steps=1",
            TriedWorld + "knowledge table --store {folder}/world-store",
            TriedWorld + "knowledge choices --store {folder}/world-store --out {folder}/choices.json",
            "model pretrain {folder}/pretrained --steps 2 --decay-steps 1 --hidden 16 --layers 1 --heads 1 --max-tokens 256 --max-side 3",
            "model fetch hf:{hub} --to {folder}/fetched",
            "model inspect {mini}",
            "model random {folder}/random --shape tiny",
            "model logits {mini} --input {ids}",
            "model generate {mini} --input {ids} --max-new-tokens 2",
            "model tokenize {mini}/tokenizer.json --input {texts}",
            "model train {mini} --adapter {folder}/new --rank 1 --input {batches}",
            "model train {mini} --adapter {folder}/new --rank 1 --input {batches};model merge {mini} --adapter {folder}/new --output {folder}/merged",
            "model train {mini} --adapter {folder}/new --rank 1 --input {batches};model export {folder}/new/adapter_model.safetensors --output "
                + "{folder}/exported",
            "doctor --store {folder}/none",
            // This build carries a libtorch: that is what it says.
            "setup",
            "artifacts verify --store {store}",
            "artifacts pack tiny-fake --store {store} --output {folder}/p.sealpack",
            "artifacts pack tiny-fake --store {store} --output {folder}/p.sealpack;artifacts unpack {folder}/p.sealpack --store {folder}/other",
            "artifacts pack tiny-fake --store {store} --output {folder}/p.sealpack;verify {folder}/p.sealpack --sample 2",
            "policy list --sweep tiny-fake --store {store}",
            "policy show base-seal-s1 1 --sweep tiny-fake --store {store}",
            "run {tiny} --store {folder}/moved;policy rollback base-seal-s1 0 --why w --store {folder}/moved",
            "run {tiny} --store {folder}/moved;policy promote base-seal-s1 0 --why w --store {folder}/moved",
            "artifacts export base-seal-s1 {folder}/adapters --sweep tiny-fake --store {store}",
            "certs init {folder}/certs",
            "completion bash"
        );

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Verb_WithoutJson_HasItsResultOnStandardOutput(string lines)
    {
        var said = await Last(lines);
        Assert.True(said.Code is ExitCode.Ok or ExitCode.Failures, $"{said}");
        Assert.True(said.Output.Trim().Length > 0, $"{said}");
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Verb_WithJson_HasOneDocumentOnStandardOutput(string lines)
    {
        if (!Parsed(lines.Split(';')[^1]).Options.Any(option => option.Name == CommonOptions.JsonName))
        {
            return;
        }

        var said = await Last(lines, CommonOptions.JsonName);
        Assert.True(said.Code is ExitCode.Ok or ExitCode.Failures, $"{said}");
        using var document = JsonDocument.Parse(said.Output);
        // A verb that takes a list gives a list.
        Assert.Equal(
            lines.StartsWith("knowledge texts", StringComparison.Ordinal) || lines.StartsWith("knowledge grade", StringComparison.Ordinal)
                ? JsonValueKind.Array
                : JsonValueKind.Object,
            document.RootElement.ValueKind
        );
    }

    [Fact]
    public void Lines_HaveEveryVerb() =>
        Assert.Equal(
            Leaves(SealConsole.Root(), "").Order(StringComparer.Ordinal),
            Lines
                .Cast<object[]>()
                .Select(row => Name(Parsed(((string)row[0]).Split(';')[^1])))
                .Concat(Others)
                .Distinct()
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public async Task Compare_WithoutJson_HasTheTableOnStandardOutputAndNothingElse()
    {
        var said = await Last("compare tiny-table/seal tiny-table/random-reward --store {store}");
        Assert.Contains("a − b", said.Output, StringComparison.Ordinal);
        Assert.Equal("", said.Error);
    }

    private async Task<Said> Last(string lines, params string[] more)
    {
        using var folder = new TemporaryFolder();
        await using var hub = lines.Contains("{hub}", StringComparison.Ordinal) ? await FakeHub.Start() : null;
        Environment.SetEnvironmentVariable("HF_ENDPOINT", hub?.Endpoint);
        string Filled(string word) =>
            word.Replace("{store}", store.Root, StringComparison.Ordinal)
                .Replace("{folder}", folder.Path, StringComparison.Ordinal)
                .Replace("{tiny}", Places.TinySweep, StringComparison.Ordinal)
                .Replace("{table}", Places.InRepository("sweeps/tiny-table.toml"), StringComparison.Ordinal)
                .Replace("{mini}", Places.InRepository("models/grid-mini"), StringComparison.Ordinal)
                .Replace("{hub}", FakeHub.Repository, StringComparison.Ordinal)
                .Replace("{task}", Path.Combine(folder.Path, "task.json"), StringComparison.Ordinal)
                .Replace("{gate}", Places.InRepository("sweeps/knowledge/gate.toml"), StringComparison.Ordinal)
                .Replace("{completions}", Path.Combine(folder.Path, "completions"), StringComparison.Ordinal)
                .Replace("{answers}", Path.Combine(folder.Path, "answers"), StringComparison.Ordinal)
                .Replace("{ids}", Path.Combine(folder.Path, "ids"), StringComparison.Ordinal)
                .Replace("{texts}", Path.Combine(folder.Path, "texts"), StringComparison.Ordinal)
                .Replace("{batches}", Path.Combine(folder.Path, "batches"), StringComparison.Ordinal);
        folder.Write("ids", "[[1,2,3]]");
        folder.Write("texts", "[\"\"]");
        folder.Write("completions", """[{"title":"T","context":"p","completion":"a\nb"}]""");
        folder.Write("answers", """[{"question":"q","gold":"a","answer":"b","correct":false}]""");
        folder.Write("batches", """{"lr":0.001,"steps":[{"input_ids":[[1,2,3]]}]}""");
        if (lines.Contains("{task}", StringComparison.Ordinal))
        {
            folder.Write("task.json", Swap);
        }

        Said said = null!;
        var all = lines.Split(';');
        for (var i = 0; i < all.Length; i++)
        {
            var words = Array.ConvertAll(all[i].Split(' '), Filled);
            said = await Shell.Run(i == all.Length - 1 ? [.. words, .. more] : words);
        }

        return said;
    }

    private static Command Parsed(string line) => SealConsole.Root().Parse(line.Split(' ')).CommandResult.Command;

    private static string Name(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent and not RootCommand ? $"{parent.Name} {command.Name}" : command.Name;

    private static IEnumerable<string> Leaves(Command command, string above)
    {
        foreach (var verb in command.Subcommands)
        {
            var name = above.Length == 0 ? verb.Name : $"{above} {verb.Name}";
            foreach (var leaf in verb.Subcommands.Count == 0 ? [name] : Leaves(verb, name))
            {
                yield return leaf;
            }
        }
    }
}
