using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Policies;

/// <summary>A phase that has ended, as the history of its run keeps it: a link of the list, and its tasks' records in a blob beside it.</summary>
/// <param name="Phase">See <see cref="PhaseRecord"/>.</param>
/// <param name="Round">See <see cref="PhaseRecord"/>.</param>
/// <param name="PolicySha256">See <see cref="PhaseRecord"/>.</param>
/// <param name="Kept">See <see cref="PhaseRecord"/>.</param>
/// <param name="Update">See <see cref="PhaseRecord"/>.</param>
/// <param name="TasksSha256">Of the blob with its <see cref="PhaseTasks"/>.</param>
/// <param name="Adapters">Adapters of the policy after the phase.</param>
public sealed record PhaseEntry(PhaseId Phase, int Round, string PolicySha256, int Kept, UpdateResult? Update, string TasksSha256, ListRef Adapters);

/// <summary>What became of a phase's tasks: one blob, written when all have ended.</summary>
public sealed record PhaseTasks(IReadOnlyList<TaskRecord> Tasks);

/// <summary>Reads a run's history from the store.</summary>
public sealed class PhaseArchive(DocumentCache documents, IArtifactStore store)
{
    // Enough to hide a store's latency, and not too many of some hundred kilobytes at once.
    private const int ReadAtOnce = 8;

    private readonly BlobLists _lists = new(documents, store);

    /// <summary>The phases from a place on, with their records.</summary>
    public async Task<IReadOnlyList<PhaseRecord>> Read(ListRef phases, int from = 0, CancellationToken cancellation = default)
    {
        var records = new List<PhaseRecord>();
        foreach (var some in (await _lists.Read<PhaseEntry>(phases, from, cancellation)).Chunk(ReadAtOnce))
        {
            records.AddRange(await Task.WhenAll(some.Select(entry => Record(entry, cancellation))));
        }

        return records;
    }

    /// <summary>The phase at a place.</summary>
    public async Task<PhaseRecord> At(ListRef phases, int index, CancellationToken cancellation = default) =>
        await Record(await _lists.At<PhaseEntry>(phases, index, cancellation), cancellation);

    /// <summary>The phase that a check looks back at, if it is among those that have ended, and the adapters of the policy before it.</summary>
    public async Task<(PhaseRecord? Phase, ListRef Before)> Origin(
        ListRef phases,
        IReadOnlyList<RunPhase> plan,
        RunPhase check,
        CancellationToken cancellation = default
    )
    {
        var origin = PhaseWork.Origin(check);
        var place = plan.Take(phases.Count).TakeWhile(phase => phase.Id != origin).Count();
        var before = await _lists.Last<PhaseEntry>(await _lists.Prefix<PhaseEntry>(phases, place, cancellation), cancellation);
        return (place < phases.Count ? await At(phases, place, cancellation) : null, before?.Adapters ?? ListRef.Empty);
    }

    /// <summary>The record of a run that has ended.</summary>
    public async Task<RunRecord> Run(RunSubmission run, string baseSha256, RunEnd end, CancellationToken cancellation = default)
    {
        var (context, cell) = run;
        var threshold = context.Settings.Reward.Threshold;
        return new RunRecord(
            context.Run,
            cell,
            context.Arm.Name,
            context.Seed,
            [baseSha256, .. await _lists.Read<string>(end.Adapters, cancellation: cancellation)],
            await Read(end.Phases, cancellation: cancellation),
            end.Complete,
            context.Settings.Evaluate.Score,
            threshold != 0 ? threshold : null
        );
    }

    private async Task<PhaseRecord> Record(PhaseEntry entry, CancellationToken cancellation)
    {
        var tasks = await documents.Get<PhaseTasks>(store, entry.TasksSha256, cancellation);
        return new PhaseRecord(entry.Phase, entry.Round, entry.PolicySha256, entry.Kept, entry.Update, tasks.Tasks);
    }
}
