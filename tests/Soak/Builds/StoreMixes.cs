using System.Security.Cryptography;
using Seal.EndToEnd.Support;

namespace Seal.Soak.Builds;

/// <summary>Folder stores of one build in the hands of another.</summary>
internal sealed class StoreMixes(OtherBuild old, OtherBuild next, Trial trial)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private static readonly string Sweep = Repository.Sweep("tiny-fake.toml");

    public async Task Run()
    {
        using var folder = new TemporaryFolder();
        await OldBuildOnANewStore(folder);
        await NewBuildOnAnOldStore(folder);
        await NextBuildGoesOn(folder);
        await NextBuildsFieldIsRefused(folder);
    }

    private async Task OldBuildOnANewStore(TemporaryFolder folder)
    {
        var store = folder.At("new");
        await Interrupted(Repository.Console, store, []);
        foreach (
            var words in new string[][]
            {
                ["run", Sweep],
                ["run", Repository.Sweep("tiny-table.toml")],
                ["sweep", "resume", "tiny-fake"],
                ["sweep", "list"],
            }
        )
        {
            await Refused($"old console, new store: {words[0]} {words[1]}", old.Console, words, store);
        }
    }

    private async Task NewBuildOnAnOldStore(TemporaryFolder folder)
    {
        var store = folder.At("old");
        await Interrupted(old.Console, store, []);
        foreach (
            var words in new string[][]
            {
                ["run", Sweep],
                ["run", Repository.Sweep("tiny-table.toml")],
                ["sweep", "resume", "tiny-fake"],
                ["sweep", "list"],
                ["sweep", "status"],
            }
        )
        {
            await Refused($"new console, old store: {words[0]} {words[1]}", Repository.Console, words, store, "a build before 0.2.0");
        }
    }

    /// <summary>A field that nobody set is in no document: the store changes hands and the bytes are equal.</summary>
    private async Task NextBuildGoesOn(TemporaryFolder folder)
    {
        var expected = KnownResult.All.Single(known => known is { Sweep: "tiny-fake", Set: null }).Sha256;
        foreach (
            var (name, first, second) in new[]
            {
                ("started here, finished by the next build", Repository.Console, next.Console),
                ("started by the next build, finished here", next.Console, Repository.Console),
            }
        )
        {
            var store = folder.At(name.Replace(' ', '-').Replace(",", "", StringComparison.Ordinal));
            await Interrupted(first, store, []);
            var exit = await SealProcess.Run(["run", Sweep, "--store", store], console: second);
            var results = Path.Combine(store, "sweeps", "tiny-fake", "results.json");
            var found = File.Exists(results) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(results))) : "none";
            trial.Check($"{name}: equal bytes", exit.Code == 0 && found == expected, $"{found} instead of {expected}; {exit}");
        }
    }

    private async Task NextBuildsFieldIsRefused(TemporaryFolder folder)
    {
        var store = folder.At("field");
        await Interrupted(next.Console, store, ["--set", "update.note=seen"]);
        await Refused("new console, store with the next build's field: run", Repository.Console, ["run", Sweep], store, "note");
        await Refused("new console, store with the next build's field: resume", Repository.Console, ["sweep", "resume", "tiny-fake"], store, "note");
    }

    private async Task Interrupted(string console, string store, string[] set)
    {
        using var process = SealProcess.Start(["run", Sweep, "--store", store, .. set], fakeStep: Step, console: console);
        // Committed work is there to be lost.
        if (await process.Until(() => Directory.Exists(Path.Combine(store, "jobs")) && StoreFolder.Manifests(store) > 12))
        {
            process.Signal(Posix.Kill);
        }

        var exit = await process.Exit();
        trial.Check("the sweep was killed on its way", exit.Code != 0, exit.ToString());
    }

    private async Task Refused(string what, string console, string[] words, string store, string? named = null)
    {
        var before = Contents(store);
        var exit = await SealProcess.Run([.. words, "--store", store], console: console);
        trial.Check(
            $"{what} is refused{(named is null ? "" : " by name")}",
            exit.Code is not 0 and < 128 && (named is null || exit.Err.Contains(named, StringComparison.Ordinal)),
            exit.ToString()
        );
        var after = Contents(store);
        trial.Check($"{what} rewrites nothing", before.SequenceEqual(after), string.Join('\n', before.Except(after).Concat(after.Except(before))));
    }

    /// <summary>Every file with its hash, but for what a host says of itself.</summary>
    private static string[] Contents(string store) =>
        [
            .. Directory
                .EnumerateFiles(store, "*", SearchOption.AllDirectories)
                .Where(path => !Path.GetFileName(path).StartsWith("host.", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(path => $"{Path.GetRelativePath(store, path)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}"),
        ];
}
