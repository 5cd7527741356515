using System.Diagnostics;
using System.Text.Json;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Days;

public sealed class DoctorTests
{
    [Fact]
    public async Task Doctor_WhereNoFileTakesAByte_ListsEveryCheckAsOnAHealthyMachine()
    {
        using var folder = new TemporaryFolder();
        var healthy = await SealProcess.Run(["doctor", "--store", folder.At("store"), "--json"]);
        Assert.True(healthy.Code == 0, $"{healthy}");

        // As on a full disk: every write of a byte is refused. The signal that the limit sends is ignored, so that the write fails instead.
        var start = new ProcessStartInfo(
            "bash",
            [
                "-c",
                "trap '' XFSZ; ulimit -f 0; exec \"$@\"",
                "bash",
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                Repository.Console,
                "doctor",
                "--store",
                folder.At("store"),
                "--json",
            ]
        )
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The runtime's own mapped memory counts as a file.
        (start.Environment["DOTNET_EnableWriteXorExecute"], start.Environment["DOTNET_EnableDiagnostics"]) = ("0", "0");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var full = new SealExit(process.ExitCode, await output, await error, TimeSpan.Zero);

        Assert.True(full.Code == 5, $"{full}");
        Assert.Equal(Checks(healthy).Select(finding => finding.Check), Checks(full).Select(finding => finding.Check));
        Assert.Equal(["store", "grid"], Checks(full).Where(finding => finding.Health == "fail").Select(finding => finding.Check));
        Assert.False(Directory.EnumerateFileSystemEntries(folder.Path).Any());
    }

    private static (string? Check, string? Health)[] Checks(SealExit exit)
    {
        using var document = JsonDocument.Parse(exit.Out);
        return
        [
            .. document
                .RootElement.GetProperty("findings")
                .EnumerateArray()
                .Select(finding => (finding.GetProperty("check").GetString(), finding.GetProperty("health").GetString())),
        ];
    }
}
