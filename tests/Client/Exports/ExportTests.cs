using System.Text.Json;
using Parquet;
using Seal.Client.Reporting.Exports;
using Seal.Client.Tests.Support;
using Seal.Client.Tests.Sweeps;
using Seal.Core.Artifacts;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Silo.Reading;

namespace Seal.Client.Tests.Exports;

public sealed class ExportTests(FinishedStore store) : IClassFixture<FinishedStore>
{
    [Fact]
    public async Task Candidates_OfASweep_AreThoseOfItsResults()
    {
        using var folder = new TemporaryFolder();
        var (file, again) = (folder.At("a.parquet"), folder.At("b.parquet"));
        var said = await Shell.Run("export", "candidates", "--store", store.Root, "--out", file, "--json");
        var results = SealJson.Parse<SweepResults>(File.ReadAllBytes(Path.Combine(store.Root, "sweeps/tiny-fake/results.json")));
        var candidates = results.Runs.SelectMany(run => run.Phases).SelectMany(phase => phase.Tasks).SelectMany(task => task.Candidates).ToArray();
        Assert.Equal((ExitCode.Ok, candidates.Length), (said.Code, said.Document.GetProperty("rows").GetInt32()));

        await using var reader = await ParquetReader.CreateAsync(file);
        using var group = reader.OpenRowGroupReader(0);
        Assert.Equal(results.Model, reader.CustomMetadata["seal.model"]);
        Assert.Equal(candidates.Select(candidate => candidate.Payload), await Texts("payload"));
        Assert.Equal(candidates.Select(candidate => candidate.Trial?.Details), await Texts("details"));
        Assert.All(await Texts("text"), Assert.NotNull);
        var kept = await Values<bool>("kept");
        Assert.Equal(results.Runs.Sum(run => run.Phases.Sum(phase => phase.Kept)), kept.Count(one => one == true));
        Assert.Equal(
            results.Runs.SelectMany(run => run.Phases.Where(phase => phase.Phase.IsRound)).Sum(phase => phase.Candidates),
            kept.Count(one => one is not null)
        );
        // What was computed took time, what was looked up none.
        Assert.All(
            (await Values<bool>("looked_up")).Zip(await Values<double>("device_seconds")),
            one => Assert.Equal(one.First, one.Second is null ? null : one.Second == 0)
        );

        Assert.Equal(ExitCode.Ok, (await Shell.Run("export", "candidates", "--store", store.Root, "--out", again)).Code);
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(again));

        async Task<string?[]> Texts(string name)
        {
            var values = new string?[group.RowCount];
            await group.ReadAsync(reader.Schema.DataFields.Single(field => field.Name == name), values.AsMemory()!);
            return values;
        }

        async Task<T?[]> Values<T>(string name)
            where T : struct
        {
            var values = new T?[group.RowCount];
            await group.ReadAsync<T>(reader.Schema.DataFields.Single(field => field.Name == name), values.AsMemory());
            return values;
        }
    }

    [Theory]
    [InlineData("base-seal-s1", null)]
    [InlineData("base-random-s2", "evaluate-0")]
    public async Task Submission_OfARun_HasEveryTaskWithTwoGridsForEachTest(string run, string? phase)
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("submission.json");
        string[] asked = phase is null ? [] : ["--phase", phase];
        var said = await Shell.Run(["export", "submission", "--store", store.Root, "--run", run, "--out", file, "--json", .. asked]);

        Assert.Equal((ExitCode.Ok, phase ?? "evaluate-2"), (said.Code, said.Document.GetProperty("phase").GetString()));
        var results = SealJson.Parse<SweepResults>(File.ReadAllBytes(Path.Combine(store.Root, "sweeps/tiny-fake/results.json")));
        var tasks = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement.EnumerateObject().ToArray();
        Assert.Equal(results.Evaluation.Select(task => task.Id), tasks.Select(task => task.Name));
        Assert.All(
            tasks.SelectMany(task => task.Value.EnumerateArray()),
            test =>
            {
                Assert.Equal(["attempt_1", "attempt_2"], test.EnumerateObject().Select(attempt => attempt.Name));
                Assert.All(test.EnumerateObject(), attempt => Assert.NotEmpty(attempt.Value.EnumerateArray()));
            }
        );
        Assert.All(tasks, task => Assert.Equal(1, task.Value.GetArrayLength()));
    }

    /// <summary>The answers of one self-edit are those that its trial's document has.</summary>
    [Fact]
    public async Task Submission_OfOneSelfEdit_HasItsVotes()
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("submission.json");
        string[] words = ["export", "submission", "--store", store.Root, "--run", "base-seal-s1", "--candidate", "1", "--out", file];
        Assert.Equal(ExitCode.Ok, (await Shell.Run(words)).Code);

        var results = SealJson.Parse<SweepResults>(File.ReadAllBytes(Path.Combine(store.Root, "sweeps/tiny-fake/results.json")));
        var submitted = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
        var phase = results.Runs.Single(run => run.Run == "base-seal-s1").Phases.Last(phase => phase.Phase.IsEvaluation);
        foreach (var task in phase.Tasks)
        {
            var details = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(store.Root, ArtifactKey.Blob(task.Candidates[1].Trial!.Details!))));
            var prediction = JsonDocument.Parse(details.RootElement.GetProperty("predictions").GetString()!).RootElement.GetProperty("tests")[0];
            var first = prediction.GetProperty("first") is { ValueKind: JsonValueKind.Array } grid ? grid.GetRawText() : "[[0,0],[0,0]]";
            Assert.Equal(first, submitted.GetProperty(task.Task)[0].GetProperty("attempt_1").GetRawText());
        }
    }

    [Theory]
    [InlineData("--run nobody", ExitCode.NotFoundOrConflict, "no run or arm 'nobody'; there is base-seal-s1, base-seal-s2")]
    [InlineData("", ExitCode.Usage, "Name one of the runs with --run: base-seal-s1, base-seal-s2")]
    [InlineData("--run seal", ExitCode.Usage, "Name one of the runs with --run: base-seal-s1, base-seal-s2.")]
    [InlineData("--run base-seal-s1 --phase train-1", ExitCode.NotFoundOrConflict, "no evaluation 'train-1'")]
    [InlineData("--run base-seal-s1 --phase evaluate-7", ExitCode.NotFoundOrConflict, "there is evaluate-0, evaluate-2")]
    public async Task Submission_OfWhatIsNotThere_SaysWhatIs(string options, int code, string message)
    {
        using var folder = new TemporaryFolder();
        var words = options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var said = await Shell.Run(["export", "submission", "--store", store.Root, "--out", folder.At("s.json"), .. words]);

        Assert.Equal(code, said.Code);
        Assert.Contains(message, said.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.At("s.json")));
    }

    [Fact]
    public Task Submission_OfAnotherDomain_IsRefusedByName() =>
        Refused(settings => settings with { Domain = "digits" }, "is of the domain \"digits\"");

    [Fact]
    public Task Submission_WithoutViews_SaysWhatToSet() =>
        Refused(settings => settings with { Evaluate = settings.Evaluate with { Views = 0 } }, "Set evaluate.views = 8");

    [Fact]
    public Task Submission_OfAnswersDecodedByTheTruth_SaysWhatToSet() =>
        Refused(settings => settings with { Evaluate = settings.Evaluate with { Decode = "unsettled" } }, "Set evaluate.decode = \"all\"");

    private async Task Refused(Func<RunSettings, RunSettings> change, string message)
    {
        var files = new DirectoryArtifactStore(store.Root);
        var reader = new SweepReader(files, new DocumentCache());
        var sweep = (await reader.State("tiny-fake"))!.Submission!;
        RunSubmission[] runs = [.. sweep.Runs.Select(run => run with { Context = run.Context with { Settings = change(run.Context.Settings) } })];
        var refused = await Assert.ThrowsAsync<CommandException>(() =>
            new SubmissionExport(reader, files, "tiny-fake", sweep with { Runs = runs }).Make("base-seal-s1", null, null, CancellationToken.None)
        );

        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }
}
