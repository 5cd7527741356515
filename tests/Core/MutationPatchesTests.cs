using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Seal.Core.Tests;

/// <summary>The deliberate mistakes of tests/Mutations do not rot: each still fits the product, and the test that it names is there.</summary>
public sealed partial class MutationPatchesTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Mutations");

    public static TheoryData<string> Patches =>
        [.. Directory.EnumerateFiles(Folder, "*.patch").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Patches))]
    public void Patch_OfThisTree_AppliesAndNamesATestThatIsThere(string name)
    {
        var path = Path.Combine(Folder, name);
        var head = Header().Match(File.ReadAllText(path));
        Assert.True(head.Success, $"{name} does not begin with the lines '# id:', '# breaks:', '# tests:' and '# killed-by: Class.Method'.");
        Assert.Equal(name, $"{head.Groups["id"].Value}.patch");

        var (tests, killer, method) = (head.Groups["tests"].Value, head.Groups["class"].Value, head.Groups["method"].Value);
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, tests), $"{killer}.cs", SearchOption.AllDirectories).ToArray();
        Assert.True(
            sources.Length == 1,
            $"{name}: {tests} has {sources.Length} files {killer}.cs; expected the one with the test that fails under this patch."
        );
        Assert.Matches($@"\bpublic (async Task|void) {method}\(", File.ReadAllText(sources[0]));

        using var git = Process.Start(
            new ProcessStartInfo("git", ["apply", "--check", path]) { WorkingDirectory = Repository.Root, RedirectStandardError = true }
        )!;
        var error = git.StandardError.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, $"{name} no longer applies: change the code and the patch together (tests/Mutations/README.md).\n{error}");
    }

    [Fact]
    public void Patches_TakenTogether_BreakEveryRoomThatDecidesResults()
    {
        var rooms = Directory
            .EnumerateFiles(Folder, "*.patch")
            .Select(path => Header().Match(File.ReadAllText(path)).Groups["tests"].Value)
            .ToHashSet();

        Assert.Subset(rooms, new HashSet<string> { "tests/Core", "tests/Grains" });
    }

    [GeneratedRegex(@"\A# id: (?<id>\w+)\n# breaks: \S.*\n# tests: (?<tests>tests/\w+)\n# killed-by: (?<class>\w+)\.(?<method>\w+)\n(--- |diff )")]
    private static partial Regex Header();
}
