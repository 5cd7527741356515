using System.Runtime.Versioning;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Runs;

/// <summary>A store that one user writes and another may read.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OtherUserTests
{
    [Fact]
    public async Task ReadingVerbs_OnAnotherUsersStore_ReadIt()
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Repository.Sweep("tiny-table.toml"), folder.At("store"));
        await run.ToEnd();
        using var other = new OtherUser(folder.Path);
        foreach (
            var verb in new string[][]
            {
                ["sweep", "list"],
                ["sweep", "status"],
                ["sweep", "watch"],
                ["sweep", "cancel"],
                ["table", "show"],
                ["artifacts", "verify"],
                ["compare", "tiny-table/seal", "tiny-table/random-reward"],
            }
        )
        {
            var exit = await OtherUser.Seal([.. verb, "--store", run.Store]);
            Assert.True(exit.Code == 0 && exit.Out.Trim().Length > 0, $"{string.Join(' ', verb)}: {exit}");
        }

        var list = await OtherUser.Seal("sweep", "list", "--store", run.Store);
        Assert.Contains("completed", list.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_WhileAnotherUsersProcessRunsTheSweep_IsRunning()
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Reference.File, folder.At("store")) { FakeStep = TimeSpan.FromSeconds(1) };
        using var process = run.Start();
        Assert.True(
            await process.Until(() =>
                File.Exists(Path.Combine(run.Store, "host.json")) && Directory.Exists(Path.Combine(run.Store, "grains", "policy"))
            )
        );
        foreach (var path in new[] { folder.Path, run.Store })
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        var status = await OtherUser.Seal("sweep", "status", "tiny-fake", "--store", run.Store);
        Assert.True(status.Code == 0 && status.Out.Contains("tiny-fake: running", StringComparison.Ordinal), $"{status}");
        var list = await OtherUser.Seal("sweep", "list", "--store", run.Store);
        Assert.True(list.Code == 0 && list.Out.Contains("running", StringComparison.Ordinal), $"{list}");
    }
}
