using System.Text.Json;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Models;

/// <summary><c>seal model pretrain</c> as a process of its own.</summary>
public sealed class PretrainTests
{
    private static readonly string[] Tiny =
    [
        "--steps",
        "1000",
        "--hidden",
        "32",
        "--layers",
        "1",
        "--heads",
        "2",
        "--max-side",
        "3",
        "--max-tokens",
        "200",
        "--json",
    ];

    [Fact]
    public async Task Pretrain_InterruptedAndStartedAgain_MakesTheSameModel()
    {
        using var folder = new TemporaryFolder();
        var undisturbed = await SealProcess.Run(["model", "pretrain", folder.At("whole"), .. Tiny]);
        Assert.True(undisturbed.Code == 0, undisturbed.ToString());

        string[] command = ["model", "pretrain", folder.At("broken"), .. Tiny];
        using (var process = SealProcess.Start(command))
        {
            Assert.True(await process.Until(() => process.Err.Contains("step 10 of 1000", StringComparison.Ordinal)));
            process.Signal(Posix.Interrupt);
            var stopped = await process.Exit();
            Assert.True(stopped.Code == 130, stopped.ToString());
            Assert.Contains("The same command goes on from it", stopped.Err, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(folder.At("broken")));
        var resumed = await SealProcess.Run(command);
        Assert.True(resumed.Code == 0, resumed.ToString());
        Assert.DoesNotContain("step 10 of 1000", resumed.Err, StringComparison.Ordinal);
        Assert.Equal(Hash(undisturbed), Hash(resumed));
    }

    [Theory]
    [InlineData("--hidden", "33", "HiddenSize must be")]
    [InlineData("--max-side", "99", "is not in 3..30")]
    [InlineData("--steps", "0", "must be a positive number")]
    public async Task Pretrain_OptionOutOfRange_Exits2AndSaysWhich(string option, string value, string expected)
    {
        using var folder = new TemporaryFolder();
        var exit = await SealProcess.Run(["model", "pretrain", folder.At("m"), option, value]);
        Assert.True(exit.Code == 2, exit.ToString());
        Assert.Contains(expected, exit.Err, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("m")));
    }

    private static string Hash(SealExit exit)
    {
        using var document = JsonDocument.Parse(exit.Out);
        return document.RootElement.GetProperty("sha256").GetString()!;
    }
}
