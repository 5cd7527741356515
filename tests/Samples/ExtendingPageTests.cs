using System.Diagnostics;
using System.Text.RegularExpressions;
using Seal.EndToEnd.Support;
using Seal.Samples.Tests.Support;

namespace Seal.Samples.Tests;

/// <summary>docs/extending.md can be followed: what it shows is what is compiled here, and its example runs.</summary>
public sealed partial class ExtendingPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "extending.md"));

    /// <summary>Every block of C# is a stretch of a file that is built with the tests, but for its indentation.</summary>
    [Fact]
    public void Page_EveryBlockOfCode_StandsInAFileThatIsBuilt()
    {
        string[] sources =
        [
            .. new[] { "samples", Path.Combine("tests", "Samples", "Extending") }
                .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
                .Select(file => Flat(File.ReadAllText(file))),
        ];
        var blocks = Blocks("csharp").ToArray();

        Assert.True(blocks.Length >= 4);
        Assert.All(blocks, block => Assert.True(sources.Any(source => source.Contains(Flat(block), StringComparison.Ordinal)), block));
    }

    [Fact]
    public void Page_SampleSweep_IsTheOneThatItNames() =>
        Assert.Contains(
            Blocks("toml"),
            block =>
                File.ReadAllText(DigitsSweep.File).Contains(block, StringComparison.Ordinal) && block.Contains("above-mean", StringComparison.Ordinal)
        );

    /// <summary>The example's three files as the page has them, built and run as it says, in a folder of their own.</summary>
    [Fact]
    public async Task Page_Example_IsBuiltAndRuns()
    {
        using var folder = new TemporaryFolder();
        // The page's reader has a release build of the console beside it; the tests have the one of their own configuration.
        var core = Path.Combine(Path.GetDirectoryName(Repository.Console)!, "Seal.Core.dll");
        var project = Blocks("xml").Single(block => block.Contains("HintPath", StringComparison.Ordinal));
        folder.Write("Mine.csproj", HintPath().Replace(project, $"<HintPath>{core}</HintPath>"));
        folder.Write("Mine.cs", Blocks("csharp").Single(block => block.Contains("class MyPlugin", StringComparison.Ordinal)));
        var sweep = folder.Write("mine.toml", Blocks("toml").Single(block => block.Contains("name = \"mine\"", StringComparison.Ordinal)));

        await Build(folder.Path);
        var run = new SweepRun(sweep, folder.At("store"))
        {
            Plugins = [folder.At(Path.Combine("bin", "Release", "net10.0", "Mine.dll"))],
            Set = ["engine.kind=fake", $"model.path={Repository.Model}"],
        };
        var first = await run.ToEnd();

        Assert.StartsWith("fake-1/plugins-", DigitsSweep.ClassIn(run.Store, "mine"), StringComparison.Ordinal);
        var report = await File.ReadAllTextAsync(Path.Combine(run.Store, "sweeps", "mine", "report.md"));
        Assert.Matches(@"\| base-late-s1 \| 1 \| \d+ \| [^|]* \| 0 \|", report);
        Assert.Matches(@"\| base-late-s1 \| 2 \| \d+ \| [^|]* \| [1-9]\d* \|", report);

        // Built anew from the same files it has the same hash: the results are those of the same class.
        Directory.Delete(folder.At("bin"), recursive: true);
        Directory.Delete(folder.At("obj"), recursive: true);
        await Build(folder.Path);
        Assert.Equal(first, await (run with { Store = folder.At("again"), Workers = 1 }).ToEnd());
    }

    private static async Task Build(string folder)
    {
        var start = new ProcessStartInfo("dotnet", ["build", "-c", "Release", "-nodeReuse:false", "-v", "quiet", "Mine.csproj"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        using var build = Process.Start(start)!;
        var said = await build.StandardOutput.ReadToEndAsync();
        await build.WaitForExitAsync();
        Assert.True(build.ExitCode == 0, said);
    }

    private static IEnumerable<string> Blocks(string language) =>
        Fence().Matches(Page).Where(block => block.Groups[1].Value == language).Select(block => block.Groups[2].Value);

    private static string Flat(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex(@"^```([a-z]+)\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("<HintPath>.*</HintPath>")]
    private static partial Regex HintPath();
}
