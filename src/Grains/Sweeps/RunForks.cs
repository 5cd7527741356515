using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;

namespace Seal.Grains.Sweeps;

/// <summary>Runs that begin anew where an earlier one of the same name stood.</summary>
internal static class RunForks
{
    /// <summary>What a run begins with: the cost and the sound phases of the one that it is a fork of. One of other settings or tasks begins without
    /// phases, and a run that is no fork with nothing.</summary>
    /// <param name="work">What it is asked for.</param>
    /// <param name="run">Its context.</param>
    /// <param name="context">Reads another one's.</param>
    /// <param name="grains">Gives the grains of those before it.</param>
    public static async Task<(Accounting Cost, ListRef Phases)> BeginningOf(
        PolicyWork work,
        RunContext run,
        Func<PolicyWork, Task<RunContext>> context,
        IGrainFactory grains
    )
    {
        if (await OriginOf(work.Run, grains) is not { Work: { } was } origin)
        {
            return (Accounting.Zero, ListRef.Empty);
        }

        var goesOn = was.TasksSha256 == work.TasksSha256 && RunGrowth.Continues(await context(was), run);
        return (origin.Accounting, goesOn ? origin.Phases : ListRef.Empty);
    }

    /// <summary>The last of those before it that ever began; null for none.</summary>
    private static async Task<SoundPhases?> OriginOf(RunRef run, IGrainFactory grains)
    {
        for (var fork = run.Fork - 1; fork >= 0; fork--)
        {
            var before = await grains.GetGrain<IPolicyGrain>(GridKeys.Policy(run with { Fork = fork })).Sound();
            if (before.Work is not null)
            {
                return before;
            }
        }

        return null;
    }
}
