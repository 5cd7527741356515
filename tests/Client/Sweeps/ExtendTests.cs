using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Sweeps;

/// <summary><c>seal run --extend</c>: a sweep of a store becomes a larger one.</summary>
public sealed class ExtendTests
{
    private const string More = "proposal.candidates=7";

    [Fact]
    public async Task Run_WithExtend_WritesTheResultsOfTheLargerSweep()
    {
        using var folder = new TemporaryFolder();
        var (grown, fresh) = (Path.Combine(folder.Path, "grown"), Path.Combine(folder.Path, "fresh"));
        Assert.Equal(ExitCode.Ok, (await Run(grown)).Code);
        var extended = await Run(grown, "--set", More, "--extend");
        Assert.True(extended.Code == ExitCode.Ok, $"{extended}");
        Assert.DoesNotContain("Nothing to do", extended.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(ExitCode.Ok, (await Run(fresh, "--set", More)).Code);
        Assert.Equal(Results(fresh), Results(grown));
        // From now on it is that sweep, with the option and without it.
        Assert.Equal(ExitCode.Ok, (await Run(grown, "--set", More, "--extend")).Code);
        Assert.Equal(ExitCode.Ok, (await Run(grown, "--set", More)).Code);
    }

    [Fact]
    public async Task Run_ALargerSweepWithoutExtend_IsRefusedAndNamesIt()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(ExitCode.Ok, (await Run(folder.Path)).Code);
        var before = Results(folder.Path);
        var said = await Run(folder.Path, "--set", More);
        Assert.Equal(ExitCode.NotFoundOrConflict, said.Code);
        Assert.Contains("--extend", said.Error, StringComparison.Ordinal);
        Assert.Equal(before, Results(folder.Path));
    }

    [Fact]
    public async Task Run_WithExtendIntoAnotherSweep_IsRefusedAndSaysWhatDiffers()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(ExitCode.Ok, (await Run(folder.Path)).Code);
        var said = await Run(folder.Path, "--set", "proposal.temperature=0.5", "--extend");
        Assert.Equal(ExitCode.NotFoundOrConflict, said.Code);
        Assert.Contains("cannot become this one", said.Error, StringComparison.Ordinal);
    }

    private static Task<Said> Run(string store, params string[] more) => Shell.Run(["run", Places.TinySweep, "--store", store, "--no-page", .. more]);

    private static string Results(string store) => File.ReadAllText(Path.Combine(store, "sweeps/tiny-fake/results.json"));
}
