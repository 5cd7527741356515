using System.Text.Json;
using Seal.Client.Tests.Support;
using Seal.Grains.Tests.Support;

namespace Seal.Client.Tests.Commands;

/// <summary>The console takes no name that is none, wherever one is asked for, and says why.</summary>
public sealed class HostileNameTests
{
    [Fact]
    public async Task Run_TwoHundredHostileSweepNames_EveryOneIsRefusedWithAReasonAndWritesNothing()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in HostileNames.Some)
        {
            await Refused("run", Places.TinySweep, "--store", folder.Path, "--set", $"name={JsonSerializer.Serialize(name)}");
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Sweep_TwoHundredHostileNames_EveryOneIsRefusedWithAReason()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in HostileNames.Some)
        {
            await Refused("sweep", "status", "--store", folder.Path, "--", name);
        }
    }

    private static async Task Refused(params string[] words)
    {
        var said = await Shell.Run(words);
        Assert.True(
            said.Code is ExitCode.Usage or ExitCode.NotFoundOrConflict && said.Error.Length > 0,
            $"{string.Join(' ', words)}: {said.Code} {said.Error}"
        );
    }
}
