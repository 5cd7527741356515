using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Tests.Support;
using Seal.Silo.Hosting;

namespace Seal.Grains.Tests.Hosting;

/// <summary>Names that are none come in nowhere, and every refusal is in the log with its reason.</summary>
public sealed class NameRulesTests
{
    private static readonly string Run = new('a', 63);

    [Fact]
    public void Names_ThereAreTwoHundred_AndNoneIsOne()
    {
        Assert.Equal(HostileNames.Count, HostileNames.Some.Count());
        Assert.DoesNotContain(HostileNames.Some, StoreName.IsGood);
    }

    [Fact]
    public void OfGrain_HostileNameInAnyPlaceOfAnyKey_IsRefused()
    {
        foreach (var name in HostileNames.Some)
        {
            // A run's folder may end with the number of a fork, and task ids may have capitals and underscores, which keys write in their own way.
            var fork = name is "a.f1";
            var segment = TaskId.FromKey(name) is not null;
            Refused(GridNames.Sweep, name);
            Refused(GridNames.Policy, $"{name}/run");
            Refused(GridNames.Task, $"sweep/run/{name}/task");
            Refused(GridNames.Candidate, $"sweep/run/train-1/task/{name}");
            Refused(
                GridNames.Queue,
                name.Length is 0 or > 256
                || name.Any(letter => letter is not (>= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '/' or '-' or '_' or '+'))
                    ? name
                    : $"{name}/../x"
            );
            Refused(GridNames.Slots, name);
            if (!fork)
            {
                Refused(GridNames.Policy, $"sweep/{name}");
            }

            if (!segment)
            {
                Refused(GridNames.Task, $"sweep/run/train-1/{name}");
                Refused(GridNames.Candidate, $"sweep/run/train-1/{name}/000");
            }
        }

        static void Refused(string type, string key) => Assert.NotNull(NameRules.OfGrain(type, key));
    }

    [Theory]
    [InlineData(GridNames.Sweep, "quickstart")]
    [InlineData(GridNames.Policy, "quickstart/base-seal-s1")]
    [InlineData(GridNames.Policy, "quickstart/base-seal-s1.f12")]
    [InlineData(GridNames.Task, "quickstart/base-seal-s1/train-1/44f52bb0")]
    [InlineData(GridNames.Task, "quickstart/base-seal-s1/table-evaluate-0/c_enter-_3")]
    [InlineData(GridNames.Candidate, "quickstart/base-seal-s1/train-1/a_boveb_elow1/000")]
    [InlineData(GridNames.Candidate, "quickstart/base-seal-s1.f1/evaluate-0/44f52bb0/013")]
    [InlineData(GridNames.Queue, "seal-1/torch-2.10.0/cpu/linux-x64-avx512+kernels+bf16dot/bf16/1-thread")]
    [InlineData(GridNames.Queue, "fake-1")]
    [InlineData(GridNames.Slots, "0")]
    public void OfGrain_KeyOfTheGridsOwn_IsTaken(string type, string key) => Assert.Null(NameRules.OfGrain(type, key));

    [Fact]
    public async Task Call_TwoHundredHostileKeys_EveryOneIsRefusedWithALoggedReason()
    {
        var log = new ListLog();
        await using var host = await Start(log);
        // Orleans itself makes no reference to a grain whose key is blank.
        foreach (var name in HostileNames.Some.Where(name => !string.IsNullOrWhiteSpace(name)))
        {
            log.Lines.Clear();
            var refused = await Record.ExceptionAsync(() => host.Grains.GetGrain<ISweepGrain>(name).Status());
            Assert.True(
                refused is not null && log.Lines.Any(line => line.StartsWith("Refused", StringComparison.Ordinal)),
                $"{NameRules.Shown(name)}: {refused}\n{string.Join('\n', log.Lines)}"
            );
        }
    }

    [Fact]
    public async Task Submit_TwoHundredHostileNamesInAMessage_EveryOneIsRefusedWithALoggedReasonAndLeavesNothing()
    {
        var log = new ListLog();
        var files = new MemoryFiles();
        await using var host = await Start(log, files);
        var store = new DirectoryArtifactStore(files);
        var good = await TestGrid.SmallSubmission(store);
        var before = await store.ListAsync("");
        foreach (var name in HostileNames.Some)
        {
            foreach (var hostile in Poisoned(good, name))
            {
                log.Lines.Clear();
                await Assert.ThrowsAnyAsync<Exception>(() => host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep).Submit(hostile));
                Assert.Contains(log.Lines, line => line.StartsWith("Refused", StringComparison.Ordinal));
            }
        }

        Assert.Equal(before, await store.ListAsync(""));
    }

    [Fact]
    public async Task Submit_CallerWhoIsRefusedAgainAndAgain_HasOneWarning()
    {
        var log = new ListLog();
        await using var host = await Start(log);
        var good = await TestGrid.SmallSubmission(new DirectoryArtifactStore(new MemoryFiles()));
        var hostile = good with { Runs = [good.Runs[0] with { Cell = "../cell" }] };
        for (var call = 0; call < 20; call++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep).Submit(hostile));
        }

        Assert.Single(log.Warnings, line => line.StartsWith("Refused", StringComparison.Ordinal));
    }

    /// <summary>A run that no method or proposer could carry out would fail at every step, and its sweep could not even be cancelled.</summary>
    [Theory]
    [InlineData("oracle", null)]
    [InlineData("policy", "grpo")]
    [InlineData("random", "seal")]
    [InlineData("table", "fixed")]
    public async Task Submission_OfAnArmThatThereIsNot_IsRefused(string proposer, string? method)
    {
        var whole = await TestGrid.Submission(new DirectoryArtifactStore(new MemoryFiles()));
        var context = whole.Runs[0].Context with { Arm = new ArmSpec("a", proposer, Method: method) };
        var refusal = NameRules.OfArgument(whole with { Runs = [whole.Runs[0] with { Context = context }] });

        Assert.Contains($"no such arm: proposer '{proposer}', method '{method ?? "default"}'", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submission_OfARunThatCannotBeCarriedOut_IsRefused()
    {
        var whole = await TestGrid.Submission(new DirectoryArtifactStore(new MemoryFiles()));
        var run = whole.Runs[0].Context;
        Assert.Contains("no rule 'grpo'", Refusal(run.Settings with { Update = new UpdateSettings("grpo") }), StringComparison.Ordinal);
        Assert.Contains("no reward 'joy'", Refusal(run.Settings with { Reward = new RewardSettings("joy") }), StringComparison.Ordinal);
        Assert.Contains("inner seeds", Refusal(run.Settings with { Reward = new RewardSettings(Trials: 0) }), StringComparison.Ordinal);
        Assert.Contains(
            "inner seeds",
            Refusal(run.Settings with { Reward = new RewardSettings(Trials: 3), Inner = run.Settings.Inner with { Seeds = 2 } }),
            StringComparison.Ordinal
        );

        string? Refusal(RunSettings settings) =>
            NameRules.OfArgument(whole with { Runs = [whole.Runs[0] with { Context = run with { Settings = settings } }] });
    }

    [Fact]
    public async Task Submission_OfAModelWithAdapters_IsRefused()
    {
        var good = await TestGrid.SmallSubmission(new DirectoryArtifactStore(new MemoryFiles()));
        Assert.Null(NameRules.OfArgument(good));
        Assert.Contains("base model", NameRules.OfArgument(good with { Model = good.Model.With(new string('a', 64)) }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_TwoHundredHostilePaths_EveryOneIsRefused()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        // Some are fine as one segment of a path, for instance one with a dot: those cannot leave the store.
        foreach (var name in HostileNames.Some.Where(name => !ArtifactKey.IsGood(name)))
        {
            await Assert.ThrowsAsync<ArgumentException>(() => store.ReadAsync($"sweeps/{name}/results.json"));
            await Assert.ThrowsAsync<ArgumentException>(() => store.WriteAsync(name, new byte[1], WriteCondition.Always));
            await Assert.ThrowsAsync<ArgumentException>(() => store.DeleteAsync($"a/{name}"));
        }
    }

    [Fact]
    public async Task OfArgument_ASweepOfPluginsThatThisProcessHasNot_IsRefusedAndSaysWhatToDo()
    {
        var good = await TestGrid.SmallSubmission(new DirectoryArtifactStore(new MemoryFiles()));
        var run = good.Runs[0];
        var foreign = run with { Context = run.Context with { NumericClass = "fake-1/plugins-0123456789abcdef" } };

        Assert.Contains(
            "made with the plug-ins 0123456789abcdef, but this process has no plug-ins; give the console (--plugin) and every silo (Work.Plugins)",
            NameRules.OfArgument(good with { Runs = [foreign] }),
            StringComparison.Ordinal
        );
    }

    private static IEnumerable<SweepSubmission> Poisoned(SweepSubmission good, string name)
    {
        var run = good.Runs[0];
        yield return good with
        {
            Runs = [run with { Context = run.Context with { Run = name } }],
        };
        if (!TaskId.IsGood(name))
        {
            yield return good with
            {
                Training = [good.Training[0] with { Id = name }],
            };
        }

        // Sixty-four letters a are a hash.
        if (name.Length != 64)
        {
            yield return good with
            {
                Evaluation = [good.Evaluation[0] with { Sha256 = name }],
            };
        }
    }

    private static Task<SealHost> Start(ListLog log, MemoryFiles? files = null) =>
        TestGrid.Start(
            new DirectoryArtifactStore(files ?? new MemoryFiles()),
            workers: 0,
            logging: logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Warning).AddFilter("Seal", LogLevel.Debug)
        );

    private sealed class ListLog : ILoggerProvider, ILogger
    {
        public ConcurrentBag<string> Lines { get; } = [];

        public ConcurrentBag<string> Warnings { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Lines.Add(formatter(state, exception));
            if (logLevel >= LogLevel.Warning)
            {
                Warnings.Add(formatter(state, exception));
            }
        }

        public void Dispose() { }
    }
}
