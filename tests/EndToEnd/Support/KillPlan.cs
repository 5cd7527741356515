using Seal.Core.Randomness;

namespace Seal.EndToEnd.Support;

/// <summary>What a run that was killed and resumed left behind.</summary>
/// <param name="Result">The result of the last process.</param>
/// <param name="Kills">Kills that hit a running process.</param>
/// <param name="Protected">Candidates that were committed when a kill struck and had not been at the one before.</param>
/// <param name="Repeated">Those of them that changed later: none may.</param>
internal sealed record KilledRun(SweepResult Result, int Kills, int Protected, IReadOnlyList<string> Repeated);

/// <summary>Kills a run with SIGKILL at seeded moments of its work, each time starting the same command again.</summary>
internal static class KillPlan
{
    private const int MostJitterMilliseconds = 40;

    /// <summary>Kills as soon as so many attempts have been written, plus a seeded moment more.</summary>
    /// <param name="run">The run.</param>
    /// <param name="after">Attempts in the store at each kill, ascending.</param>
    /// <param name="seed">Of the moments.</param>
    public static async Task<KilledRun> Run(SweepRun run, IReadOnlyList<int> after, Seed seed)
    {
        var random = new CounterRandom(seed);
        var committed = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var repeated = new SortedSet<string>(StringComparer.Ordinal);
        var kills = 0;
        foreach (var attempts in after)
        {
            using var process = run.Start();
            if (await process.Until(() => StoreFolder.Manifests(run.Store) >= attempts))
            {
                await Task.Delay(random.NextInt(MostJitterMilliseconds));
                process.Signal(Posix.Kill);
            }

            kills += (await process.Exit()).Code == 128 + Posix.Kill ? 1 : 0;
            Compare(run.Store, committed, repeated);
        }

        var result = await run.ToEnd();
        var protectedOnes = committed.Count;
        Compare(run.Store, committed, repeated);
        return new KilledRun(result, kills, protectedOnes, [.. repeated]);
    }

    /// <summary>Notes what changed of what was committed before, and what is committed now.</summary>
    private static void Compare(string store, SortedDictionary<string, string> committed, SortedSet<string> repeated)
    {
        var now = StoreFolder.Committed(store);
        repeated.UnionWith(committed.Where(before => !now.TryGetValue(before.Key, out var after) || after != before.Value).Select(before => before.Key));
        foreach (var (candidate, state) in now)
        {
            committed[candidate] = state;
        }
    }
}
