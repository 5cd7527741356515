using Seal.Core.Candidates;
using Seal.Grains.Abstractions;
using Seal.Reports.Parquet;
using Seal.Silo.Reading;

namespace Seal.Client.Reporting.Exports;

/// <summary>Every candidate of a sweep's phases that have ended, from stored documents.</summary>
internal static class CandidateExport
{
    private const int TasksAtOnce = 8;

    /// <summary>The rows: by run, phase, task, index.</summary>
    /// <exception cref="InvalidDataException">A document is damaged, or another build's.</exception>
    public static async Task<IReadOnlyList<CandidateRow>> Rows(SweepReader reader, SweepSubmission sweep, CancellationToken cancellation)
    {
        var references = sweep.Tasks.DistinctBy(task => task.Id).ToDictionary(task => task.Id, StringComparer.Ordinal);
        var rows = new List<CandidateRow>();
        foreach (var (run, cell) in sweep.Runs)
        {
            foreach (var entry in await reader.Entries(run, cancellation))
            {
                foreach (var some in (await reader.TasksOf(entry, cancellation)).Tasks.Chunk(TasksAtOnce))
                {
                    var readings = await Task.WhenAll(some.Select(task => reader.TaskOf(run, entry.Phase, task.Task, cancellation)));
                    rows.AddRange(
                        some.Zip(readings)
                            .SelectMany(pair =>
                                CandidateRow.Of(
                                    run,
                                    cell,
                                    entry,
                                    references[pair.First.Task],
                                    pair.First,
                                    candidate => Origin(candidate, pair.Second)
                                )
                            )
                    );
                }
            }
        }

        return rows;
    }

    private static CandidateOrigin Origin(CandidateRecord candidate, TaskReading? task)
    {
        if (task is null)
        {
            return CandidateOrigin.Unknown;
        }

        var text = task.State.Proposals?.Proposals.ElementAtOrDefault(candidate.Index)?.Text;
        // A duplicate has no trial of its own.
        var packs = candidate is { Payload: { } payload, DuplicateOf: null } ? Packs(task, payload) : [];
        return packs.Length == 0
            ? new CandidateOrigin(text, null, null, task.State.Ended?.Problem)
            : new CandidateOrigin(
                text,
                packs.All(pack => pack.Outcome.CacheHits > 0),
                packs.Sum(pack => pack.Outcome.Seconds * pack.Members / pack.All),
                packs.Select(pack => pack.Outcome.Problem).FirstOrDefault(problem => problem is not null)
            );
    }

    /// <summary>The packs that its trials were in: how many of their members are its own, and how many there are.</summary>
    private static (PackOutcome Outcome, int Members, int All)[] Packs(TaskReading task, string payload) =>
        [
            .. task
                .Packs.OrderBy(pack => pack.Key)
                .Select(pack => (pack.Value.Outcome, Members: pack.Value.Work!.Job.Members))
                .Select(pack => (pack.Outcome!, pack.Members.Count(member => member.Payload == payload), pack.Members.Count))
                .Where(pack => pack is (not null, > 0, _)),
        ];
}
