using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Seal.Knowledge.World;

namespace Seal.Knowledge.Tests;

/// <summary>Passages that choose the world, and passages of tables: no shipped sweep has both.</summary>
public sealed partial class SweepNumbersTests
{
    /// <summary>Sweeps by which world, inner loop and update are chosen.</summary>
    private static readonly string[] Choosing = ["gate.toml"];

    [Fact]
    public void ShippedSweeps_ThatMakeTables_BeginWherePassagesJudge()
    {
        var sweeps = Directory.GetFiles(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "sweeps", "knowledge"), "*.toml");
        Assert.True(sweeps.Length > Choosing.Length);
        Assert.All(
            sweeps,
            path =>
                Assert.Equal(
                    !Choosing.Contains(Path.GetFileName(path)),
                    long.Parse(FirstPassage().Match(File.ReadAllText(path)).Groups[1].Value, CultureInfo.InvariantCulture)
                        >= PassageMaker.FirstJudging
                )
        );
    }

    [GeneratedRegex("^seed = ([0-9]+)\r?$", RegexOptions.Multiline)]
    private static partial Regex FirstPassage();

    private static string Here([CallerFilePath] string path = "") => path;
}
