using System.Text.Json;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Runs;

/// <summary>One store, one host; one name, one sweep.</summary>
public sealed class SecondHostTests
{
    [Fact]
    public async Task Run_OnAStoreInUse_IsRefusedWithTheProcessThatHasIt()
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Reference.File, folder.At("store")) { FakeStep = TimeSpan.FromMilliseconds(50) };
        using var first = run.Start();
        Assert.True(await first.Until(() => StoreFolder.Manifests(run.Store) >= 1));

        var second = await run.ToExit();

        Assert.True(second.Code == 4, second.ToString());
        Assert.Contains($"process {first.Id}", second.Err, StringComparison.Ordinal);
        Assert.Contains($"sweep watch tiny-fake --store {run.Store}", second.Err, StringComparison.Ordinal);
        Assert.Empty(second.Out);
        Assert.False(first.HasExited);
    }

    [Fact]
    public async Task Run_OfAnotherSweepUnderTheSameName_IsRefusedWithTheKeyThatDiffers()
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Reference.File, folder.At("store")) { Set = ["update.rounds=0"] };
        var first = await run.ToEnd();

        var other = await (run with { Set = ["update.rounds=0", "inner.max_steps=19"] }).ToExit();

        Assert.True(other.Code == 4, other.ToString());
        Assert.Contains("max_steps: 20 → 19", other.Err, StringComparison.Ordinal);
        Assert.Empty(other.Out);
        Assert.Equal(first, await run.ToEnd());
    }

    [Fact]
    public async Task SweepStatus_FromAnotherProcess_TellsTheRunningSweep()
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Reference.File, folder.At("store")) { FakeStep = TimeSpan.FromMilliseconds(50) };
        using var host = run.Start();
        Assert.True(await host.Until(() => StoreFolder.Manifests(run.Store) >= 1));

        var status = await SealProcess.Run(["sweep", "status", "tiny-fake", "--store", run.Store, "--json"]);

        Assert.True(status.Code == 0, status.ToString());
        using var document = JsonDocument.Parse(status.Out);
        Assert.Equal("running", document.RootElement.GetProperty("state").GetString());
        Assert.Equal(4, document.RootElement.GetProperty("runs").GetArrayLength());
        Assert.False(host.HasExited);
    }

    [Fact]
    public async Task SweepCancel_FromAnotherProcess_EndsTheHostAndTheSameCommandGoesOn()
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Reference.File, folder.At("store")) { FakeStep = TimeSpan.FromMilliseconds(50) };
        using (var host = run.Start())
        {
            Assert.True(await host.Until(() => StoreFolder.Manifests(run.Store) >= 5));

            var cancel = await SealProcess.Run(["sweep", "cancel", "tiny-fake", "--store", run.Store, "--json"]);

            Assert.True(cancel.Code == 0, cancel.ToString());
            using var document = JsonDocument.Parse(cancel.Out);
            Assert.Equal("cancelled", document.RootElement.GetProperty("state").GetString());
            Assert.Equal(130, (await host.Exit()).Code);
        }

        var committed = new CommittedWatch(run.Store);
        committed.Look();
        Assert.NotEqual(0, committed.Count);

        Assert.Equal(await Reference.Undisturbed(), await (run with { FakeStep = default }).ToEnd());
        committed.Look();
        Assert.Empty(committed.Repeated);
    }
}
