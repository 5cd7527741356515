using System.Text.RegularExpressions;
using Seal.Core.Randomness;
using Seal.EndToEnd.Support;
using Seal.Samples.Tests.Support;
using Xunit.Abstractions;

namespace Seal.Samples.Tests;

/// <summary>The console runs a sweep that is a plug-in's from its tasks to its rule, and promises of it what it promises of every sweep.</summary>
public sealed partial class RunTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Run_OnTwoWorkersFromAnotherFolder_GivesTheSameBytesAsOnOne()
    {
        using var folder = new TemporaryFolder();
        var copy = folder.At("Seal.Samples.dll");
        File.Copy(DigitsSweep.Plugin, copy);
        var store = folder.At("store");

        var run = DigitsSweep.InStore(store, copy) with { Workers = 2, FakeStep = TimeSpan.FromMilliseconds(2) };

        Assert.Equal(await DigitsSweep.Undisturbed(), await run.ToEnd());
        Assert.Matches(ClassOfPlugins(), DigitsSweep.ClassIn(store));
    }

    [Fact]
    public async Task Run_KilledAndStartedAgain_RepeatsNothingCommittedAndGivesTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        const int Seed = 1;
        output.WriteLine($"seed {Seed}");
        var run = DigitsSweep.InStore(folder.At("store")) with { Workers = 2, FakeStep = TimeSpan.FromMilliseconds(3) };

        // In the first round, and when the archive is being asked what it has seen.
        var killed = await KillPlan.Run(run, [20, 60], new Seed(Seed));

        Assert.Equal(2, killed.Kills);
        Assert.NotEqual(0, killed.Committed);
        Assert.Empty(killed.Repeated);
        Assert.Equal(await DigitsSweep.Undisturbed(), killed.Result);
    }

    [Fact]
    public async Task Run_WithoutThePlugin_IsRefusedAndNamesTheOption()
    {
        using var folder = new TemporaryFolder();
        var exit = await (DigitsSweep.InStore(folder.At("store")) with { Plugins = [] }).ToExit();

        Assert.Equal(2, exit.Code);
        Assert.Contains("domain: the domain \"digits\" is not known here", exit.Err, StringComparison.Ordinal);
        Assert.Contains("add --plugin <dll>", exit.Err, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("store")));
    }

    [Fact]
    public async Task Resume_WithoutThePluginThatItWasBegunWith_IsRefusedAndGoesOnWithIt()
    {
        using var folder = new TemporaryFolder();
        var run = DigitsSweep.InStore(folder.At("store")) with { FakeStep = TimeSpan.FromMilliseconds(5) };
        using (var process = run.Start())
        {
            Assert.True(await process.Until(() => StoreFolder.Manifests(run.Store) > 10));
            process.Signal(Posix.Interrupt);
            var interrupted = await process.Exit();
            Assert.Equal(130, interrupted.Code);
            Assert.Contains($"--plugin {DigitsSweep.Plugin}", interrupted.Err, StringComparison.Ordinal);
        }

        string[] resume = ["sweep", "resume", "digits", "--store", run.Store, "--json"];
        var refused = await SealProcess.Run(resume);
        Assert.Equal(4, refused.Code);
        Assert.Contains("with --plugin and the very files that it was started with", refused.Err, StringComparison.Ordinal);
        var status = await SealProcess.Run(["sweep", "status", "digits", "--store", run.Store]);
        Assert.Equal(2, status.Code);
        Assert.Contains("add --plugin <dll>", status.Err, StringComparison.Ordinal);

        var resumed = await SealProcess.Run([.. resume, "--plugin", DigitsSweep.Plugin]);
        Assert.Equal(await DigitsSweep.Undisturbed(), SweepResult.Of(resumed, run.Store));
    }

    /// <summary>The same domain learns for certain with tensors: LoRA on the shipped model, judged by its answers.</summary>
    [Fact]
    public async Task Run_OnTheShippedModel_SolvesTasksThatItDoesNotSolveAsItIs()
    {
        using var folder = new TemporaryFolder();
        var store = folder.At("store");
        var run = new SweepRun(DigitsSweep.File, store)
        {
            Plugins = [DigitsSweep.Plugin],
            Set =
            [
                "name=real",
                "seeds=[1]",
                "tasks.evaluate_count=3",
                "proposal.evaluation_candidates=1",
                "arms=[{name=\"none\",proposer=\"none\"},"
                    + "{name=\"long\",proposer=\"constant\",edit='{\"texts\":\"whole\",\"steps\":64,\"learning_rate\":0.01}'}]",
            ],
        };

        var exit = await run.ToExit();

        Assert.True(exit.Code == 0, $"{exit}");
        var report = await File.ReadAllTextAsync(Path.Combine(store, "sweeps", "real", "report.md"));
        Assert.Matches(@"\| base \| long \| 0 \| 3 \| [23] \(", report);
        Assert.Matches(@"\| base \| none \| 0 \| 3 \| [01] \(", report);
    }

    [GeneratedRegex("^fake-1/plugins-[0-9a-f]{16}$")]
    private static partial Regex ClassOfPlugins();
}
