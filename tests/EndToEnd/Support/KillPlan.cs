using Seal.Core.Randomness;

namespace Seal.EndToEnd.Support;

/// <summary>What a run that was killed and resumed left behind.</summary>
/// <param name="Result">The result of the last process.</param>
/// <param name="Kills">Kills that hit a running process.</param>
/// <param name="Committed">Candidates that were committed when the last kill struck.</param>
/// <param name="Repeated">Committed candidates that changed later: none may.</param>
internal sealed record KilledRun(SweepResult Result, int Kills, int Committed, IReadOnlyList<string> Repeated);

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
        var watch = new CommittedWatch(run.Store);
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
            watch.Look();
        }

        var committed = watch.Count;
        var result = await run.ToEnd();
        watch.Look();
        return new KilledRun(result, kills, committed, watch.Repeated);
    }
}
