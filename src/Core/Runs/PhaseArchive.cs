using Seal.Core.Artifacts;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Updates;

namespace Seal.Core.Runs;

/// <summary>Reads the phases of a run from the store.</summary>
public sealed class PhaseArchive(DocumentCache documents, IArtifactStore store)
{
    // Enough to hide a store's latency, and not too many of some hundred kilobytes at once.
    private const int ReadAtOnce = 8;

    private readonly BlobLists _lists = new(documents, store);

    /// <summary>Where a run stands.</summary>
    /// <param name="run">The run.</param>
    /// <param name="phases">Its phases that have ended.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public async Task<RunLog> Log(RunContext run, ListRef phases, CancellationToken cancellation = default) =>
        new(RunScript.Of(run), await _lists.Read<PhaseEntry>(phases, cancellation: cancellation));

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

    /// <summary>The phase whose self-edits another one tries; null where it tries none, or where that phase has not ended.</summary>
    public async Task<PhaseRecord?> Origin(RunLog log, RunTasks tasks, CancellationToken cancellation = default) =>
        tasks.Edits is { } edits && log.Entry(edits.Of) is { } entry ? await Record(entry, cancellation) : null;

    /// <summary>The record of a run that has ended.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cell">Its grid cell.</param>
    /// <param name="baseSha256">Content hash of the base model.</param>
    /// <param name="phases">Its phases.</param>
    /// <param name="adapters">Adapters of the last policy.</param>
    /// <param name="complete">False if work was given up.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public async Task<RunRecord> Run(
        RunContext run,
        string cell,
        string baseSha256,
        ListRef phases,
        ListRef adapters,
        bool complete,
        CancellationToken cancellation = default
    )
    {
        var threshold = run.Settings.Reward.Threshold;
        var ended = await Read(phases, cancellation: cancellation);
        var searches = !RunMethods.Learns(run.Arm) && ended.Any(phase => phase.Phase.IsRound);
        return new RunRecord(
            run.Run,
            cell,
            run.Arm.Name,
            run.Seed,
            [baseSha256, .. await _lists.Read<string>(adapters, cancellation: cancellation)],
            ended,
            complete,
            run.Settings.Evaluate.Score,
            threshold != 0 ? threshold : null,
            run.Settings.Update.Rule == ReStEm.Word ? null : run.Settings.Update.Rule,
            run.Settings.Update.Best,
            searches ? run.Arm.Method ?? RunMethods.DefaultOf(run.Arm.Source) : null
        )
        {
            Gate = RunMethods.Learns(run.Arm) ? run.Settings.Gate : null,
        };
    }

    private async Task<PhaseRecord> Record(PhaseEntry entry, CancellationToken cancellation)
    {
        var tasks = await documents.Get<PhaseTasks>(store, entry.TasksSha256, cancellation);
        return new PhaseRecord(entry.Phase, entry.Round, entry.PolicySha256, entry.Kept, entry.Update, tasks.Tasks, entry.Gate, entry.Move);
    }
}
