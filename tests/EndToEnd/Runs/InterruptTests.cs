using System.Diagnostics;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Runs;

/// <summary>Ctrl-C and SIGTERM: out within two seconds, told how to go on, and nothing lost.</summary>
public sealed class InterruptTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(20);

    [Theory]
    [InlineData(Posix.Interrupt)]
    [InlineData(Posix.Terminate)]
    public async Task Run_Interrupted_EndsWithin2SecondsAndTheCommandItTellsGoesOn(int signal)
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Reference.File, folder.At("the store")) { FakeStep = Slow };
        SealExit exit;
        TimeSpan took;
        using (var process = run.Start())
        {
            Assert.True(await process.Until(() => StoreFolder.Manifests(run.Store) >= 5));
            var sent = Stopwatch.GetTimestamp();
            process.Signal(signal);
            exit = await process.Exit();
            took = Stopwatch.GetElapsedTime(sent);
        }

        Assert.True(exit.Code == 130, exit.ToString());
        await Promptness.Check(took, TimeSpan.FromSeconds(2));
        var committed = StoreFolder.Committed(run.Store);

        var resumed = SweepResult.Of(await SealProcess.Run(ResumeArguments(exit.Err, run.Store)), run.Store);

        Assert.Equal(await Reference.Undisturbed(), resumed);
        var after = StoreFolder.Committed(run.Store);
        Assert.All(committed, before => Assert.Equal(before.Value, after[before.Key]));
    }

    [Theory]
    [InlineData(Posix.Interrupt)]
    [InlineData(Posix.Terminate)]
    public async Task Run_InterruptedWhileTheGridStarts_IsAnInterruption(int signal)
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Reference.File, folder.At("store")) { FakeStep = Slow };
        // The store is taken right before the grid starts, and where the grid listens is written down right after; five starts are hit at five
        // places in between.
        for (var start = 0; start < 5; start++)
        {
            using var process = run.Start();
            Assert.True(await process.Until(() => File.Exists(Path.Combine(run.Store, "store.lock"))), process.Err);
            process.Signal(signal);
            var exit = await process.Exit();
            Assert.True(exit.Code == 130, exit.ToString());
            File.Delete(Path.Combine(run.Store, "store.lock"));
        }
    }

    [Fact]
    public async Task Run_InterruptedTwice_EndsAtOnce()
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Reference.File, folder.At("store")) { FakeStep = Slow };
        using var process = run.Start();
        Assert.True(await process.Until(() => StoreFolder.Manifests(run.Store) >= 3));
        process.Signal(Posix.Interrupt);
        // Told, but still handing its work back.
        Assert.True(await process.Until(() => process.Err.Contains("Interrupted", StringComparison.Ordinal)), process.Err);
        var again = Stopwatch.GetTimestamp();
        if (!process.HasExited)
        {
            process.Signal(Posix.Interrupt);
        }

        var exit = await process.Exit();
        var took = Stopwatch.GetElapsedTime(again);

        Assert.True(exit.Code == 130, exit.ToString());
        await Promptness.Check(took, TimeSpan.FromSeconds(0.5));
    }

    /// <summary>What stands after the program in the command that the user is told to paste.</summary>
    private static IEnumerable<string> ResumeArguments(string text, string store)
    {
        var command = ShellWords.Split(text[text.IndexOf("go on with:", StringComparison.Ordinal)..].Split('\n')[1].Trim());
        Assert.Contains(store, command);
        var program = command.ToList().IndexOf("--");
        return command.Skip(program < 0 ? 1 : program + 1);
    }
}
