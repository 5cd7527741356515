using System.Text.Json;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Policies;

/// <summary>A user says which version of a policy is used.</summary>
public sealed class MovedRunTests : IDisposable
{
    private const string Run = "base-seal-s1";

    private readonly TemporaryFolder _folder = new();

    private string Store => Path.Combine(_folder.Path, "store");

    private string[] Sweep => ["run", Places.TinySweep, "--store", Store, "--set", "seeds=[1]", "--set", "update.rounds=3"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rollback_OfAnEndedSweep_IsWrittenDownAndTheSweepGoesOnWithIt()
    {
        Assert.Equal(ExitCode.Ok, (await Shell.Run(Sweep)).Code);
        var before = await Versions();

        var said = await Shell.Run("policy", "rollback", Run, "1", "--after", "2", "--by", "ann", "--why", "forgets | tall grids", "--store", Store);
        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.Contains($"has the policy of {Run} set to version 1 after 2 rounds", said.Output, StringComparison.Ordinal);
        Assert.Contains("sweep resume tiny-fake", said.Output, StringComparison.Ordinal);

        // The same words change nothing more; the file is still the sweep's own.
        var again = await Shell.Run("policy", "rollback", Run, "1", "--after", "2", "--by", "ann", "--why", "forgets | tall grids", "--store", Store);
        Assert.Contains("set to this version already", again.Output, StringComparison.Ordinal);
        var resumed = await Shell.Run(Sweep);
        Assert.True(resumed.Code == ExitCode.Ok, resumed.Error);
        Assert.Contains($"the policy of {Run} set to version 1 after 2 rounds by ann", resumed.Error, StringComparison.Ordinal);

        var after = await Versions();
        Assert.Equal(Sha(before, 1), Sha(after, 1));
        Assert.Equal(Sha(before, 2), Sha(after, 2));
        Assert.NotEqual(Sha(before, 3), Sha(after, 3));
        Assert.Equal(Sha(after, 1), Version(after, 3).GetProperty("parent").GetString());
        Assert.Equal("ann", Version(after, 1).GetProperty("moves")[0].GetProperty("by").GetString());

        var shown = await Shell.Run("policy", "show", Run, "1", "--store", Store);
        Assert.Contains("After 2 rounds the policy was set to it by ann", shown.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await Shell.Run("artifacts", "export", Run, Path.Combine(_folder.Path, "out"), "--store", Store)).Code);
        var card = await File.ReadAllTextAsync(Path.Combine(_folder.Path, "out", "round-1", "model-card.md"));
        Assert.Contains("set to this version by ann: forgets \\| tall grids", card, StringComparison.Ordinal);
        // What learned from what was left is left too; the third version has learned from the first since.
        Assert.Equal(
            ["round-1", "round-3"],
            Directory.GetDirectories(Path.Combine(_folder.Path, "out")).Select(path => Path.GetFileName(path)).Order()
        );
        // A round, and no column of anything, for whoever looks at the run.
        var run = await Shell.Run("show", Run, "--store", Store);
        Assert.Contains("moved-2", run.Output, StringComparison.Ordinal);
        Assert.Contains("by ann", run.Output, StringComparison.Ordinal);
        var page = await File.ReadAllTextAsync(Path.Combine(Store, "sweeps", "tiny-fake", "report.html"));
        Assert.Contains("version 1 is used from here on, by ann: forgets | tall grids", page, StringComparison.Ordinal);
        var report = await File.ReadAllTextAsync(Path.Combine(Store, "sweeps", "tiny-fake", "report.md"));
        Assert.Contains($"- {Run}, after round 2: version 1 is used from here on, by ann", report, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await Shell.Run("report", "--store", Store)).Code);
    }

    [Theory]
    [InlineData("rollback 9 --why w", "has no version 9; it has 0, 1, 2, 3", ExitCode.NotFoundOrConflict)]
    [InlineData("rollback 1 --after 4 --why w", "expected 1 to 3", ExitCode.NotFoundOrConflict)]
    [InlineData("rollback 2 --after 1 --why w", "has no version 2; it has 0, 1.", ExitCode.NotFoundOrConflict)]
    [InlineData("promote 1", "--why", ExitCode.Usage)]
    [InlineData("rollback 1 --why w --by gate", "expected a person", ExitCode.Usage)]
    public async Task Move_ThatCannotBe_SaysWhatCan(string words, string expected, int code)
    {
        Assert.Equal(ExitCode.Ok, (await Shell.Run(Sweep)).Code);
        var parts = words.Split(' ');
        var said = await Shell.Run(["policy", parts[0], Run, .. parts[1..], "--store", Store]);
        Assert.Equal(code, said.Code);
        Assert.Contains(expected, said.Error, StringComparison.Ordinal);
    }

    /// <summary>That there is nothing to do is no failure; that a word takes another's place is said before it does.</summary>
    [Fact]
    public async Task Move_OverWhatWasSaidBefore_NamesWhatItReplaces()
    {
        Assert.Equal(ExitCode.Ok, (await Shell.Run(Sweep)).Code);
        var none = await Shell.Run("policy", "rollback", Run, "3", "--why", "w", "--store", Store, "--json");
        Assert.Equal(ExitCode.Ok, none.Code);
        Assert.Contains("nothing to do: version 3 of base-seal-s1 is in use.", none.Error, StringComparison.Ordinal);
        using (var document = JsonDocument.Parse(none.Output))
        {
            Assert.Equal("version 3 of base-seal-s1 is in use", document.RootElement.GetProperty("nothingToDo").GetString());
        }

        Assert.Equal(ExitCode.Ok, (await Shell.Run("policy", "rollback", Run, "1", "--by", "ann", "--why", "[worse]", "--store", Store)).Code);
        Assert.Equal(ExitCode.Ok, (await Shell.Run("sweep", "resume", "--store", Store)).Code);
        var said = await Shell.Run("policy", "rollback", Run, "0", "--after", "2", "--by", "bob", "--why", "further back", "--store", Store);
        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.Contains("takes the place of what ann said after 3 rounds: version 1, [worse]", said.Output, StringComparison.Ordinal);
        var resumed = await Shell.Run("sweep", "resume", "--store", Store);
        Assert.True(resumed.Code == ExitCode.Ok, resumed.Error);
        // The third version is another one now, and nobody has said anything of it.
        var after = await Versions();
        Assert.Equal(Sha(after, 0), Version(after, 3).GetProperty("parent").GetString());
        Assert.True(Version(after, 3).GetProperty("inUse").GetBoolean());
        Assert.Contains("by ann: [worse]", (await Shell.Run("sweep", "events", "--store", Store)).Output, StringComparison.Ordinal);
    }

    private static JsonElement Version(JsonElement[] versions, int number) =>
        versions.Single(version => version.GetProperty("version").GetInt32() == number);

    private static string Sha(JsonElement[] versions, int number) => Version(versions, number).GetProperty("sha256").GetString()!;

    private async Task<JsonElement[]> Versions()
    {
        var said = await Shell.Run("policy", "list", Run, "--store", Store, "--json");
        Assert.True(said.Code == ExitCode.Ok, said.Error);
        using var document = JsonDocument.Parse(said.Output);
        return [.. document.RootElement.GetProperty("runs")[0].GetProperty("versions").EnumerateArray().Select(version => version.Clone())];
    }
}
