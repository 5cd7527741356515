using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;

namespace Seal.Grains.Tasks;

/// <summary>How far a task is, from what it and its packs have saved. Pure: its grain and whoever reads a store count by the same rule.</summary>
public static class SavedTask
{
    /// <summary>Keys of the candidates whose outcomes the task's progress hangs on; none before it has proposals and after it has ended.</summary>
    /// <param name="run">The run.</param>
    /// <param name="state">The task.</param>
    /// <param name="ended">Also those of a task that has ended, for whoever asks how they came about.</param>
    public static IReadOnlyList<string> Packs(RunContext run, TaskState state, bool ended = false) =>
        state is { Work: { } work, Proposals: { } proposals } && (ended || state.Ended is null)
            ? [.. PacksOf(run, work, proposals).All.Select(pack => GridKeys.Candidate(work.Run, work.Phase, work.Task.Id, pack.Members[0].Index))]
            : [];

    /// <param name="run">The run.</param>
    /// <param name="state">The task.</param>
    /// <param name="packs">Outcomes of its packs that have ended, by the index of their first member.</param>
    public static TaskProgress Progress(RunContext run, TaskState state, IReadOnlyDictionary<int, PackOutcome> packs) =>
        state.Ended ?? Progress(state, packs, state is { Work: { } work, Proposals: { } proposals } ? PacksOf(run, work, proposals) : null);

    internal static TrialPacks PacksOf(RunContext run, TaskWork work, ProposeResult proposals) =>
        new(run, work.Phase, work.Task, work.InnerBase, work.Evaluation, proposals, work.Trials ?? 1);

    /// <summary>Trials by the index of their pack's first member, null for those that were given up.</summary>
    internal static IReadOnlyDictionary<int, IReadOnlyList<TrialResult?>?> Trials(IReadOnlyDictionary<int, PackOutcome> packs) =>
        packs.ToDictionary(pack => pack.Key, pack => pack.Value.Trials);

    internal static TaskProgress Progress(TaskState state, IReadOnlyDictionary<int, PackOutcome> packs, TrialPacks? all)
    {
        var proposed = state.Proposals is null || state.Work?.Given is not null ? 0 : 1;
        var trained = packs.Values.Where(pack => pack.CacheHits == 0).ToArray();
        var accounting = new Accounting(
            proposed + trained.Length,
            state.Ledger.Epoch + packs.Values.Sum(pack => pack.Attempts),
            packs.Values.Sum(pack => pack.CacheHits),
            state.ProposeSeconds + packs.Values.Sum(pack => pack.Seconds),
            trained.Sum(pack => pack.Trials?.Sum(trial => (long?)trial?.Steps) ?? 0),
            trained.Sum(pack => pack.Trials?.Sum(trial => trial?.Tokens) ?? 0)
        );
        if (all is null)
        {
            return new TaskProgress(state.Work?.Count ?? 0, 0, 0, null, null, accounting);
        }

        var (done, solved, parts) = all.Count(Trials(packs));
        return new TaskProgress(state.Proposals!.Proposals.Count, done, solved, null, null, accounting) { Parts = parts };
    }
}
