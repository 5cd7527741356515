using Seal.Client.Tests.Support;
using Seal.Core.Candidates;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Statistics;
using Seal.Core.Sweeps;
using Seal.Core.Tables;

namespace Seal.Client.Tests.Sweeps;

/// <summary>A store that a finished sweep with a reward table left behind.</summary>
public sealed class TableStore : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Root => Path.Combine(_folder.Path, "store");

    internal Said Built { get; private set; } = null!;

    internal Said Run { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var sweep = Places.InRepository("sweeps/tiny-table.toml");
        Built = await Shell.Run("table", "build", sweep, "--store", Root, "--workers", "2", "--json");
        Run = await Shell.Run("run", sweep, "--store", Root, "--workers", "2", "--json");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();
}

public sealed class FinishedTableTests(TableStore store) : IClassFixture<TableStore>
{
    [Fact]
    public void Build_ThenRun_LooksEveryTrialOfTheTableUp()
    {
        Assert.Equal((ExitCode.Ok, ExitCode.Ok), (store.Built.Code, store.Run.Code));
        var accounting = System
            .Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(store.Root, "sweeps/tiny-table/accounting.json")))
            .RootElement;
        var table = accounting.GetProperty("runs").GetProperty("base-table-s1");

        // 10 self-edits, 4 + 3 tasks, 2 inner seeds: nothing is left to train, only the 14 proposals are jobs.
        Assert.Equal(
            (140, 14, 0),
            (table.GetProperty("cache_hits").GetInt32(), table.GetProperty("jobs").GetInt32(), table.GetProperty("steps").GetInt32())
        );
    }

    [Fact]
    public async Task Show_Table_TellsConstantAndOracle()
    {
        var said = await Shell.Run("table", "show", "tiny-table-table", "--store", store.Root, "--json");
        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.Equal((10, 140), (said.Document.GetProperty("edits").GetInt32(), said.Document.GetProperty("trials").GetInt32()));
        Assert.InRange(said.Document.GetProperty("training").GetProperty("constantInSample").GetDouble(), 0, 1);
        Assert.Contains("per-task oracle", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_JudgedByVotes_VotesInEveryTrialAndSaysSo()
    {
        var sweep = Places.InRepository("sweeps/tiny-table.toml");
        string[] votes =
        [
            "--set",
            "name=voted",
            "--set",
            "evaluate.views=3",
            "--set",
            "evaluate.score=vote-top-2",
            "--set",
            "reward.source=vote-top-2",
            "--set",
            "update.rounds=1",
        ];
        var said = await Shell.Run(["run", sweep, "--store", store.Root, "--json", .. votes]);
        Assert.Equal(ExitCode.Ok, said.Code);

        var results = SealJson.Parse<SweepResults>(File.ReadAllBytes(Path.Combine(store.Root, "sweeps/voted/results.json")));
        Assert.All(results.Runs, run => Assert.Equal("vote-top-2", run.Score));
        var trials = results
            .Runs.SelectMany(run => run.Phases)
            .SelectMany(phase => phase.Tasks)
            .SelectMany(task => task.Candidates)
            .Where(candidate => candidate is { State: CandidateState.Scored, Trial: not null });
        Assert.All(trials, candidate => Assert.NotNull(candidate.Trial![ObservationNames.VoteTop2]));
        Assert.Contains(
            "one of the first two answers of the vote",
            File.ReadAllText(Path.Combine(store.Root, "sweeps/voted/report.html")),
            StringComparison.Ordinal
        );

        var compare = await Shell.Run("compare", "voted/seal", "tiny-table/seal", "--store", store.Root);
        Assert.Equal(ExitCode.Usage, compare.Code);
        Assert.Contains("judged by vote-top-2", compare.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithChecks_TriesOldSelfEditsOnNewWeightsAndKeptOnesAgain()
    {
        var said = await Shell.Run(
            "run",
            Places.InRepository("sweeps/tiny-table.toml"),
            "--store",
            store.Root,
            "--set",
            "name=checked",
            "--set",
            "evaluate.cross=true",
            "--set",
            "evaluate.again=true",
            "--json"
        );
        Assert.Equal(ExitCode.Ok, said.Code);
        var results = SealJson.Parse<SweepResults>(File.ReadAllBytes(Path.Combine(store.Root, "sweeps/checked/results.json")));

        foreach (var (arm, other) in new[] { ("seal", PhaseKind.NewOnNew), ("policy-base", PhaseKind.NewOnOld) })
        {
            var phases = results.Runs.First(run => run.Arm == arm).Phases.ToDictionary(phase => phase.Phase);
            Assert.Equal(Payloads(phases[PhaseId.Evaluate(0)]), Payloads(phases[new PhaseId(PhaseKind.OldOnNew, 2)]));
            Assert.Equal(Payloads(phases[PhaseId.Evaluate(2)]), Payloads(phases[new PhaseId(other, 2)]));
        }

        var again = Remeasured.Of(results).Where(row => row.Arm == "seal").ToArray();
        Assert.NotEmpty(again);
        Assert.All(again, row => Assert.Equal((row.Kept, row.Kept), (row.Rewarded, row.Trials)));
        // Three arms learn.
        Assert.Equal(12, CrossTable.Of(results.Runs).Count);

        static IEnumerable<string?> Payloads(PhaseRecord phase) =>
            phase.Tasks.SelectMany(task => task.Candidates).Select(candidate => candidate.Payload).Where(payload => payload is not null);
    }

    [Fact]
    public async Task Compare_SweepsWhoseTasksOnlyShareTheirNames_IsRefused()
    {
        var results = SealJson.Parse<SweepResults>(File.ReadAllBytes(Path.Combine(store.Root, "sweeps/tiny-table/results.json")));
        var other = Path.Combine(store.Root, "other.json");
        File.WriteAllBytes(
            other,
            SealJson.ToBytes(
                results with
                {
                    Evaluation = [.. results.Evaluation.Select((task, i) => i == 0 ? task with { Sha256 = new string('0', 64) } : task)],
                }
            )
        );
        var compare = await Shell.Run("compare", "tiny-table/seal", other + "/seal", "--store", store.Root);

        Assert.Equal(ExitCode.Usage, compare.Code);
        Assert.Contains($"the task {results.Evaluation[0].Id} is another one on the other side", compare.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_JsonThatIsNoSweep_IsAMistakeAndNoDefect()
    {
        var other = Path.Combine(store.Root, "empty.json");
        File.WriteAllText(other, "{}");
        var compare = await Shell.Run("compare", other, "tiny-table", "--store", store.Root);
        Assert.Equal(ExitCode.Usage, compare.Code);
        Assert.Contains("no results.json of a sweep", compare.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_ArmsBeforeTheirFirstRound_SaysThatTheirScoresAreTheSame()
    {
        var same = await Shell.Run("compare", "tiny-table/seal/0", "tiny-table/random-reward/0", "--store", store.Root);
        var other = await Shell.Run("compare", "tiny-table/seal/2", "tiny-table/seal/0", "--store", store.Root);

        Assert.Equal((ExitCode.Ok, ExitCode.Ok), (same.Code, other.Code));
        Assert.Contains("have the same score for every self-edit", same.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("have the same score", other.Output, StringComparison.Ordinal);
    }

    /// <summary>One difference has one interval, wherever it is asked for and in whichever order.</summary>
    [Theory]
    [InlineData("seal/2", "seal/0", "seal")]
    [InlineData("seal/2", "uniform", "uniform")]
    [InlineData("seal/2", "random-reward/2", "random-reward")]
    public async Task Compare_RowsOfTheReport_HaveItsInterval(string a, string b, string against)
    {
        var results = SealJson.Parse<SweepResults>(File.ReadAllBytes(Path.Combine(store.Root, "sweeps/tiny-table/results.json")));
        var expected = ArmDifferences
            .Of([.. results.Runs, .. LookUpArms.Of(results)])
            .Single(one => one.Arm == "seal" && one.Against == against)
            .Solved;
        var asked = await Shell.Run("compare", $"tiny-table/{a}", $"tiny-table/{b}", "--store", store.Root, "--json");
        var turned = await Shell.Run("compare", $"tiny-table/{b}", $"tiny-table/{a}", "--store", store.Root, "--json");

        Assert.Equal((expected.Value, expected.Interval), Difference(asked));
        if (against != "random-reward")
        {
            Assert.Equal((expected.Reversed.Value, expected.Reversed.Interval), Difference(turned));
        }

        static (double, Interval) Difference(Said said)
        {
            var one = said.Document.GetProperty("comparisons")[0];
            var interval = one.GetProperty("interval");
            return (
                one.GetProperty("difference").GetDouble(),
                new Interval(interval.GetProperty("low").GetDouble(), interval.GetProperty("high").GetDouble())
            );
        }
    }

    [Fact]
    public async Task Run_SweepThatHasEnded_SaysThatNothingWasRun()
    {
        var again = await Shell.Run("run", Places.InRepository("sweeps/tiny-table.toml"), "--store", store.Root, "--json");

        Assert.Equal(ExitCode.Ok, again.Code);
        Assert.Contains("nothing to do: the sweep tiny-table has ended (completed)", again.Error, StringComparison.Ordinal);
        Assert.Equal("the sweep tiny-table has ended (completed)", again.Document.GetProperty("nothingToDo").GetString());
        Assert.False(store.Run.Document.TryGetProperty("nothingToDo", out _));
    }

    [Fact]
    public void Run_SaysWhatIsRewardedAndWhatCountsAsSolved()
    {
        Assert.Contains("seal, policy-base: reward exact, kept above 0; solved by exact", store.Run.Error, StringComparison.Ordinal);
        Assert.Contains("random-reward: reward shuffled, kept above 0; solved by exact", store.Run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithATable_TellsTheLookedUpRowsAsText() =>
        Assert.Contains(
            "| train-constant |",
            await File.ReadAllTextAsync(Path.Combine(store.Root, "sweeps/tiny-table/report.md")),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Compare_RowWhoseLastEvaluationIsIncomplete_IsNotTheRowBefore()
    {
        var results = SealJson.Parse<SweepResults>(File.ReadAllBytes(Path.Combine(store.Root, "sweeps/tiny-table/results.json")));
        var other = Path.Combine(store.Root, "incomplete.json");
        File.WriteAllBytes(
            other,
            SealJson.ToBytes(
                results with
                {
                    Runs =
                    [
                        .. results.Runs.Select(run => run.Arm == "seal" ? run with { Phases = [.. run.Phases.Select(WithoutItsFirstTask)] } : run),
                    ],
                }
            )
        );

        var compare = await Shell.Run("compare", other + "/seal", other + "/in-context", "--store", store.Root);
        Assert.Equal(ExitCode.NotFoundOrConflict, compare.Code);
        Assert.Contains("no such row with a verdict on every task", compare.Error, StringComparison.Ordinal);
        // What there is can still be asked for, and three tasks are too few for an interval to tell.
        var named = await Shell.Run("compare", other + "/seal/0", other + "/in-context", "--store", store.Root, "--json");
        Assert.Equal(ExitCode.Ok, named.Code);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, named.Document.GetProperty("comparisons")[0].GetProperty("excludesZero").ValueKind);
        Assert.Contains("fewer than 5 tasks", named.Error, StringComparison.Ordinal);

        static PhaseRecord WithoutItsFirstTask(PhaseRecord phase) =>
            phase.Phase.IsEvaluation && phase.Round > 0
                ? phase with
                {
                    Tasks = [phase.Tasks[0] with { Candidates = [] }, .. phase.Tasks.Skip(1)],
                }
                : phase;
    }

    [Fact]
    public async Task Show_SweepWithoutATable_SaysWhatItNeeds()
    {
        var said = await Shell.Run("run", Places.TinySweep, "--store", store.Root, "--set", "update.rounds=0", "--set", "name=plain");
        Assert.Equal(ExitCode.Ok, said.Code);
        var show = await Shell.Run("table", "show", "plain", "--store", store.Root);
        Assert.Equal(ExitCode.Usage, show.Code);
        Assert.Contains("proposer = \"table\"", show.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_Table_IsTheFileThatTheRunLeft()
    {
        var path = Path.Combine(store.Root, "exported.parquet");
        var said = await Shell.Run("table", "export", "tiny-table", "--store", store.Root, "--out", path);
        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.Equal(File.ReadAllBytes(Path.Combine(store.Root, "sweeps/tiny-table/table.parquet")), File.ReadAllBytes(path));
    }

    [Fact]
    public async Task Report_OfAFinishedSweep_IsThePageThatTheRunLeft()
    {
        var path = Path.Combine(store.Root, "page.html");
        var said = await Shell.Run("report", "tiny-table", "--store", store.Root, "--out", path);
        Assert.Equal(ExitCode.Ok, said.Code);
        var page = File.ReadAllText(path);
        Assert.Equal(File.ReadAllText(Path.Combine(store.Root, "sweeps/tiny-table/report.html")), page);
        Assert.Contains("train-constant", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_TwoRows_PairsThemByTaskAndSeed()
    {
        var said = await Shell.Run("compare", "tiny-table/seal", "tiny-table/task-oracle", "--store", store.Root, "--json");
        Assert.Equal(ExitCode.Ok, said.Code);
        var row = Assert.Single(said.Document.GetProperty("comparisons").EnumerateArray());
        Assert.Equal((3, 2), (row.GetProperty("tasks").GetArrayLength(), row.GetProperty("seeds").GetArrayLength()));
        Assert.Equal(("seal", 2), (row.GetProperty("a").GetProperty("arm").GetString(), row.GetProperty("a").GetProperty("round").GetInt32()));
        var (low, value, high) = (
            row.GetProperty("interval").GetProperty("low").GetDouble(),
            row.GetProperty("difference").GetDouble(),
            row.GetProperty("interval").GetProperty("high").GetDouble()
        );
        Assert.True(low <= value && value <= high);
        Assert.Equal(row.GetProperty("a").GetProperty("solved").GetDouble() - row.GetProperty("b").GetProperty("solved").GetDouble(), value, 12);
    }

    [Fact]
    public async Task Compare_ARowWithItself_IsNoDifference()
    {
        var said = await Shell.Run("compare", "tiny-table/in-context", "tiny-table/in-context", "--store", store.Root, "--json");
        var row = Assert.Single(said.Document.GetProperty("comparisons").EnumerateArray());
        Assert.Equal(0, row.GetProperty("difference").GetDouble());
        // Three tasks are too few to tell.
        Assert.Equal(System.Text.Json.JsonValueKind.Null, row.GetProperty("excludesZero").ValueKind);
    }

    [Fact]
    public async Task Compare_TwoSweeps_ComparesTheArmsOfBoth()
    {
        var results = Path.Combine(store.Root, "sweeps/tiny-table/results.json");
        var said = await Shell.Run("compare", "tiny-table", results, "--store", store.Root, "--json");
        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.All(
            said.Document.GetProperty("comparisons").EnumerateArray(),
            row => Assert.Equal(row.GetProperty("a").GetProperty("arm").GetString(), row.GetProperty("b").GetProperty("arm").GetString())
        );
    }

    [Theory]
    [InlineData("tiny-table/nobody", ExitCode.NotFoundOrConflict, "there is no such row")]
    [InlineData("nothing", ExitCode.NotFoundOrConflict, "has no sweep 'nothing'")]
    [InlineData("tiny-table-table/seal", ExitCode.NotFoundOrConflict, "there is no such row")]
    public async Task Compare_UnknownRow_SaysWhatThereIs(string row, int code, string part)
    {
        var said = await Shell.Run("compare", row, "tiny-table/seal", "--store", store.Root);
        Assert.Equal(code, said.Code);
        Assert.Contains(part, said.Error, StringComparison.Ordinal);
    }
}
